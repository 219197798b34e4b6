// SPDX-License-Identifier: Apache-2.0
/* A file that a command writes an archive to: there when it is whole, and until
 * then what was there before.
 */
#ifndef CLI_ARCHIVE_FILE_H
#define CLI_ARCHIVE_FILE_H

#include "base/error.h"

/* For archive_file_clear(). */
struct archive_file {
	int fd;
	char *part, *path; /* owned; NULL: it is written to where it is */
};

#define ARCHIVE_FILE_NONE ((struct archive_file){ .fd = -1 })

/**
 * archive_file_open() - Begin
 * @path:	Something else than a file, as a FIFO, is written to; NULL:
 *		standard output
 * @ret:	ARCHIVE_FILE_NONE
 * @err:	EINVAL: standard output is a terminal
 *
 * Return: 0, negative errno
 */
must_check int archive_file_open(const char *path, struct archive_file *ret,
				 struct error *err);

/** archive_file_commit() - It is whole. Return: 0, negative errno */
must_check int archive_file_commit(struct archive_file *file,
				   struct error *err);

/** archive_file_clear() - What isn't whole is removed. */
void archive_file_clear(struct archive_file *file);

#endif
