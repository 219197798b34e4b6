// SPDX-License-Identifier: Apache-2.0
/* What is in a compressed file: gzip, zstd, xz, bzip2, or as it is. */
#ifndef IMAGE_WORKER_EXPAND_H
#define IMAGE_WORKER_EXPAND_H

#include <stddef.h>

#include "base/error.h"

/* Takes what comes next. Return: 0, negative errno, which ends it */
typedef int expand_fn(void *argument, const void *data, size_t size,
		      struct error *err);

/**
 * expand() - Give what is in a file to @take, to its end
 * @fd:		Read from its beginning
 *
 * Return: 0, negative errno
 */
must_check int expand(int fd, expand_fn *take, void *argument,
		      struct error *err);

#endif
