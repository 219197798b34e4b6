// SPDX-License-Identifier: Apache-2.0
/* A header of a tar archive: POSIX ustar, and what GNU tar makes of it. */
#ifndef IMAGE_WORKER_TAR_HEADER_H
#define IMAGE_WORKER_TAR_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { TAR_BLOCK = 512 };

enum tar_type {
	TAR_FILE = '0',
	TAR_OLD_FILE = '\0',
	TAR_HARD_LINK = '1',
	TAR_SYMLINK = '2',
	TAR_CHARACTER = '3',
	TAR_BLOCK_DEVICE = '4',
	TAR_DIRECTORY = '5',
	TAR_FIFO = '6',
	TAR_CONTIGUOUS = '7',
	TAR_PAX = 'x',        /* records about the next entry */
	TAR_PAX_GLOBAL = 'g', /* about all that follow */
	TAR_GNU_NAME = 'L',   /* the next entry's name */
	TAR_GNU_LINK = 'K',   /* and what it is a link to */
	TAR_GNU_SPARSE = 'S', /* a file with holes */
};

struct tar_header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char checksum[8], type, link[100], magic[6], version[2];
	char user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};

/** tar_padded() - What content of @size bytes takes in an archive. */
uint64_t tar_padded(uint64_t size);

/**
 * tar_number() - A number of a header: octal digits, or, as GNU has it, binary
 * @field:	@size bytes
 * @ret:	Untouched on failure
 *
 * Return: 0; -EBADMSG: no number, or a negative one
 */
must_check int tar_number(const char *field, size_t size, uint64_t *ret);

/**
 * tar_is_number() - Is it one, or, in binary, a negative one?
 * @field:	@size bytes
 */
bool tar_is_number(const char *field, size_t size);

/** tar_set_size() - From 8 GiB on in binary. */
void tar_set_size(struct tar_header *header, uint64_t size);

/** tar_set_checksum() - After all else. */
void tar_set_checksum(struct tar_header *header);

/** tar_has_checksum() - Is the checksum that of the rest? */
bool tar_has_checksum(const struct tar_header *header);

#endif
