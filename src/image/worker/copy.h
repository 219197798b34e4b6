// SPDX-License-Identifier: Apache-2.0
/* Copying up: what a layer needs of those below it. */
#ifndef IMAGE_WORKER_COPY_H
#define IMAGE_WORKER_COPY_H

#include "image/worker/finish.h"

/**
 * copy_directory() - Make a directory look like one below: owner, mode,
 *		      attributes, and in the end its times
 * @from, @to:	Descriptors
 * @path:	Of @to, for @finish
 *
 * Return: 0, negative errno
 */
must_check int copy_directory(int from, int to, const char *path,
			      struct finish *finish, struct error *err);

/**
 * copy_file() - A file, link or FIFO that is only below, as it is there
 * @from, @to:	Directories
 * @name, @as:	What it is called in the one and in the other
 *
 * Return: 0, negative errno
 */
must_check int copy_file(int from, int to, const char *name, const char *as,
			 struct error *err);

#endif
