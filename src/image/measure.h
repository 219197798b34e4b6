// SPDX-License-Identifier: Apache-2.0
/* What the store takes on the disk, as du(1) would say if it could look. */
#ifndef IMAGE_MEASURE_H
#define IMAGE_MEASURE_H

#include "image/store.h"
#include "image/trash.h"

/* Bytes on the disk. */
struct measure {
	uint64_t blobs, layers, records, containers, volumes;
	uint64_t unfinished; /* parts of blobs, and what is being made */
	size_t parts;        /* of blobs */
};

/**
 * measure() - Add it up
 * @userns:	See trash.h: only there every directory can be entered
 *
 * Return: 0, negative errno
 */
must_check int measure(const struct store *store, userns_fn *userns,
		       void *argument, struct measure *ret, struct error *err);

#endif
