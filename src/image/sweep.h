// SPDX-License-Identifier: Apache-2.0
/* Removing what nobody refers to. Images are what holds blobs and layers;
 * containers that run hold their image's.
 */
#ifndef IMAGE_SWEEP_H
#define IMAGE_SWEEP_H

#include "image/store.h"
#include "image/trash.h"

/* What is found, or has been removed. */
struct sweep {
	uint64_t bytes; /* of blobs and parts of them */
	size_t blobs, layers, containers, parts, leftovers;
};

enum {
	SWEEP_PARTS = 1,   /* also what has been fetched of blobs so far */
	SWEEP_DRY_RUN = 2, /* remove nothing, just tell */
};

/**
 * sweep() - Remove blobs and layers without an image, what containers that were
 *	     killed have left, and what was on its way when somebody was
 * @store:	Held exclusively (STORE_EXCLUSIVE, or sweep_try())
 * @userns:	For files of others; see trash.h
 * @ret:	What was removed; may be NULL
 *
 * Return: 0, negative errno
 */
must_check int sweep(const struct store *store, unsigned int flags,
		     userns_fn *userns, void *argument, struct sweep *ret,
		     struct error *err);

/**
 * sweep_try() - The same, if nobody else uses the store
 * @store:	Held as shared; its lock is gone afterwards
 *
 * Where somebody does, whoever comes next will. Return: 0, negative errno
 */
must_check int sweep_try(struct store *store, userns_fn *userns, void *argument,
			 struct error *err);

/**
 * sweep_leftovers() - Sweep if somebody who was killed has left something
 *
 * For the end of commands that have used the store: it costs a look where there
 * is nothing. What fails is told with --debug only, for whoever comes next
 * tries again.
 */
void sweep_leftovers(userns_fn *userns, void *argument);

#endif
