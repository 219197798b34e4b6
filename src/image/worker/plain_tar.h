// SPDX-License-Identifier: Apache-2.0
/* Tar archives of plain files, written as they come: owned by root, from 1970,
 * so that the same files make the same archive.
 */
#ifndef IMAGE_WORKER_PLAIN_TAR_H
#define IMAGE_WORKER_PLAIN_TAR_H

#include <stdint.h>

#include "base/error.h"

/**
 * plain_tar_text() - A file whose content is at hand
 * @name:	At most 99 bytes
 *
 * Return: 0, negative errno
 */
must_check int plain_tar_text(int to, const char *name, const char *text,
			      size_t size, struct error *err);

/**
 * plain_tar_file() - A file whose content another has
 * @from:	Read from its beginning
 * @size:	That it has
 * @err:	EIO: it has less
 */
must_check int plain_tar_file(int to, const char *name, int from, uint64_t size,
			      struct error *err);

/** plain_tar_directory() - @name: with a slash at the end */
must_check int plain_tar_directory(int to, const char *name, struct error *err);

/** plain_tar_end() - What ends an archive. */
must_check int plain_tar_end(int to, struct error *err);

/** plain_copy() - @size bytes of @from, from its beginning, to @to. */
must_check int plain_copy(int to, int from, uint64_t size, struct error *err);

#endif
