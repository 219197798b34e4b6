// SPDX-License-Identifier: Apache-2.0
/* Files that others read while we write them. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <sys/types.h>
#include <sys/uio.h>

#include "base/error.h"

/**
 * file_put() - Make a file that is there as a whole or not at all
 * @dir:	Directory that @path is relative to, or AT_FDCWD
 * @path:	What is there is replaced; it may be missing for a moment
 * @parts:	What is to be in it, @count of them one after the other
 * @mode:	As open(2) takes it
 *
 * Whoever is killed in here leaves no file of another name, where the file
 * system can have files without one (O_TMPFILE).
 *
 * Return: 0, negative errno
 */
must_check int file_put(int dir, const char *path, const struct iovec *parts,
			int count, mode_t mode);

/**
 * file_put_durable() - The same, for good: it survives a loss of power
 *
 * Return: 0, negative errno
 */
must_check int file_put_durable(int dir, const char *path,
				const struct iovec *parts, int count,
				mode_t mode);

#endif
