// SPDX-License-Identifier: Apache-2.0
/* The user namespace in which files of images have owners, for commands that
 * have no container: the maps of one that doesn't say which.
 */
#ifndef CLI_IMAGE_USERNS_H
#define CLI_IMAGE_USERNS_H

#include "container/ids.h"

/* Found when first asked for. Zero: not yet. For image_userns_clear(). */
struct image_userns {
	bool is_known;
	struct ids ids;
};

/**
 * image_userns_open() - Make one; a userns_fn of image/trash.h
 * @argument:	struct image_userns
 *
 * Return: descriptor, negative errno
 */
must_check int image_userns_open(void *argument, struct error *err);

void image_userns_clear(struct image_userns *userns);

/** image_sweep_leftovers() - sweep_leftovers(), with the store closed by now */
void image_sweep_leftovers(void);

#endif
