// SPDX-License-Identifier: Apache-2.0
/* Paths as archives have them. */
#ifndef IMAGE_WORKER_CLEAN_H
#define IMAGE_WORKER_CLEAN_H

#include "base/error.h"

/**
 * clean_path() - A path of an archive without what means nothing in it
 * @ret:	Owned; "" is the root itself
 * @err:	EINVAL: it leads out, or can't be a path
 *
 * Return: 0, negative errno
 */
must_check int clean_path(const char *path, char **ret, struct error *err);

#endif
