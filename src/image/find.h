// SPDX-License-Identifier: Apache-2.0
/* Which image is meant? By name, by the beginning of its id, by digest. */
#ifndef IMAGE_FIND_H
#define IMAGE_FIND_H

#include "image/record.h"
#include "image/tag.h"
#include "oci/reference.h"

/* An image and the name it was found by. For found_image_clear(). */
struct found_image {
	struct image image;
	char *name; /* NULL: by its id */
};

void found_image_clear(struct found_image *found);

/**
 * image_find() - What is here by that name
 * @word:	A name, short or whole; the first digits of an id, with or
 *		without "sha256:"; NAME@DIGEST
 * @ret:	Untouched on failure
 * @err:	EINVAL: it is no name of an image; ENOTUNIQ: several ids begin
 *so
 *
 * A short name is localhost's, which people give themselves, or else
 * docker.io's. Return: 0, -ENOENT without
 * a message, other negative errno
 */
must_check int image_find(const struct store *store, const char *word,
			  struct found_image *ret, struct error *err);

/** image_find_or_say() - The same, and -ENOENT says that there is none. */
must_check int image_find_or_say(const struct store *store, const char *word,
				 struct found_image *ret, struct error *err);

#endif
