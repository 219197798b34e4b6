// SPDX-License-Identifier: Apache-2.0
/* A tar archive that is read once from its beginning, compressed or not. Only
 * tar: of what else libarchive could read nothing is let in.
 */
#ifndef IMAGE_WORKER_TAR_SOURCE_H
#define IMAGE_WORKER_TAR_SOURCE_H

#include <sys/types.h>

#include "base/error.h"

struct archive; /* of libarchive */
struct archive_entry;

/**
 * tar_source_open() - Begin with an archive
 * @fd:		File or pipe, from where it stands; borrowed
 * @ret:	For tar_source_close()
 *
 * Return: 0, negative errno
 */
must_check int tar_source_open(int fd, struct archive **ret, struct error *err);

/** tar_source_open_raw() - The same of anything: it is one entry, expanded. */
must_check int tar_source_open_raw(int fd, struct archive **ret,
				   struct error *err);

/**
 * tar_source_next() - The next entry
 * @ret:	Borrowed, until the next call
 *
 * Return: 1, 0 at the end, negative errno
 */
must_check int tar_source_next(struct archive *archive,
			       struct archive_entry **ret, struct error *err);

/**
 * tar_source_read() - What is next of the entry's content
 *
 * Return: bytes, 0 at its end, negative errno
 */
must_check ssize_t tar_source_read(struct archive *archive, void *to,
				   size_t room, struct error *err);

/** tar_source_close() - For auto_with(); also of NULL. */
void tar_source_close(struct archive **archive);

#endif
