// SPDX-License-Identifier: Apache-2.0
/* Owner, mode, attributes and times of what has been made. In this order:
 * changing the owner takes away capabilities and set-id bits.
 */
#ifndef IMAGE_WORKER_METADATA_H
#define IMAGE_WORKER_METADATA_H

#include "image/worker/unpacking.h"

/**
 * metadata_set() - Of a file or directory that is open
 * @times:	These too; a directory's change with what is put into it
 * @err:	EINVAL, where the owner has no id here: says which, and the
 * remedy
 *
 * Return: 0, negative errno
 */
must_check int metadata_set(const struct unpacking *unpacking,
			    struct archive_entry *entry, int fd, bool times,
			    struct error *err);

/** metadata_set_at() - Of a symlink or FIFO, by its name. */
must_check int metadata_set_at(const struct unpacking *unpacking,
			       struct archive_entry *entry, int dir,
			       const char *name, struct error *err);

/** metadata_finish() - The times of a directory, for the end. */
void metadata_finish(struct unpacking *unpacking, struct archive_entry *entry,
		     const char *path);

/** archive_failure() - What the archive couldn't be read for. Return: negative
 * errno
 */
int archive_failure(struct archive *archive, struct error *err);

#endif
