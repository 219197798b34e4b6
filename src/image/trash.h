// SPDX-License-Identifier: Apache-2.0
/* Removing what containers and layers have left: trees that may be large, and
 * whose files belong to users that only a user namespace knows.
 */
#ifndef IMAGE_TRASH_H
#define IMAGE_TRASH_H

#include "image/job.h"
#include "image/store.h"

/* Makes a user namespace. Return: descriptor, -1: none is needed, other
 * negative errno
 */
typedef int userns_fn(void *argument, struct error *err);

/**
 * trash_remove() - Remove one directory of the store
 * @store_path:	Of the store, which need not be locked for that
 * @name:	In the store; out of sight at once
 * @userns:	Called where it can't be done without
 *
 * Killed in here it is swept later. Return: 0, negative errno
 */
must_check int trash_remove(const char *store_path, const char *name,
			    userns_fn *userns, void *argument,
			    struct error *err);

/**
 * trash_empty() - Remove everything that has been put out of sight
 *
 * Return: 0, negative errno
 */
must_check int trash_empty(const struct store *store, userns_fn *userns,
			   void *argument, struct error *err);

#endif
