// SPDX-License-Identifier: Apache-2.0
/* Entries that are another name of a file: of this layer, or of one below. */
#ifndef IMAGE_WORKER_HARD_LINK_H
#define IMAGE_WORKER_HARD_LINK_H

#include "image/worker/unpacking.h"

/* The file that is to get another name. For hard_link_clear(). */
struct hard_link {
	char *path; /* without symlinks; NULL: none */
	int dir;    /* of the upper, owned */
	bool below; /* only a layer below has it, and this one hides it */
	int lower;  /* directory there, owned; -1 */
};

#define HARD_LINK_NONE ((struct hard_link){ .dir = -1, .lower = -1 })

/**
 * hard_link_find() - Find it; one that is only below is copied up
 * @target:	As the entry has it
 * @ret:	HARD_LINK_NONE; .path stays NULL for one that was left out with
 *		the devices
 * @err:	ENOENT: there is none; EPERM: it is a directory
 *
 * Return: 0, negative errno
 */
must_check int hard_link_find(struct unpacking *unpacking, const char *target,
			      struct hard_link *ret, struct error *err);

/** hard_link_make() - Give it the name @name in @dir. */
must_check int hard_link_make(const struct hard_link *link, int dir,
			      const char *name, struct error *err);

void hard_link_clear(struct hard_link *link);

#endif
