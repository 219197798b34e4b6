// SPDX-License-Identifier: Apache-2.0
/* A compressed file as the bytes that were compressed: gzip (isa-l), zstd, or
 * none. Which one it is the first bytes say.
 */
#ifndef IMAGE_WORKER_INFLATE_H
#define IMAGE_WORKER_INFLATE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "oci/media_type.h"

struct inflate;

/**
 * inflate_open() - Begin
 * @fd:		Read from where it stands; borrowed
 * @ret:	For inflate_close(); untouched on failure
 * @err:	EOPNOTSUPP: another compression, by name
 *
 * Return: 0, negative errno
 */
must_check int inflate_open(int fd, struct inflate **ret, struct error *err);

/**
 * inflate_read() - What comes next
 * @err:	EBADMSG: it is damaged (also: a check sum that is wrong), or it
 *		ends too early, or something follows that doesn't belong to it
 *
 * Return: bytes, 0 at the end, negative errno
 */
must_check ssize_t inflate_read(struct inflate *inflate, void *buffer,
				size_t size, struct error *err);

/** inflate_taken() - How many bytes of the file have been read. */
uint64_t inflate_taken(const struct inflate *inflate);

/** inflate_close() - Also of NULL. */
void inflate_close(struct inflate *inflate);

#endif
