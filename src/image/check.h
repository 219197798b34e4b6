// SPDX-License-Identifier: Apache-2.0
/* Looking for damage in the store, and removing it. */
#ifndef IMAGE_CHECK_H
#define IMAGE_CHECK_H

#include "image/store.h"
#include "image/trash.h"

struct check {
	bool quick;  /* blobs are not read */
	bool repair; /* remove what is damaged */
	bool force;  /* with it also images that have names */
	void (*tell)(void *argument, const char *text); /* a line a finding */
	void *tell_argument;
	userns_fn *userns; /* see trash.h */
	void *userns_argument;
	size_t found, repaired;
};

/**
 * check_store() - Look through everything
 * @store:	Held exclusively
 * @check:	.found and .repaired are counted
 *
 * Blobs whose content isn't what their name says; images that lack blobs or
 * whose record can't be read; names of images that aren't there; layers without
 * content; whatever nobody refers to. Return: 0, negative errno
 */
must_check int check_store(const struct store *store, struct check *check,
			   struct error *err);

#endif
