// SPDX-License-Identifier: Apache-2.0
/* Names of images: "docker.io/library/alpine:latest", or with a digest. */
#ifndef IMAGE_TAG_H
#define IMAGE_TAG_H

#include "image/store.h"

struct tag {
	char *name;           /* whole, as reference_name() makes it */
	char *image;          /* id of the image */
	struct digest digest; /* that the registry knows it by; may be unset */
};

/* For tags_clear(). Sorted by name. */
struct tags {
	struct tag *items;
	size_t count;
};

void tag_clear(struct tag *tag);
void tags_clear(struct tags *tags);

/**
 * tag_find() - Whose name is it?
 * @ret:	For tag_clear(); untouched on failure
 *
 * Return: 0, -ENOENT without a message, other negative errno
 */
must_check int tag_find(const struct store *store, const char *name,
			struct tag *ret, struct error *err);

/** tags_read() - All of them. */
must_check int tags_read(const struct store *store, struct tags *ret,
			 struct error *err);

/**
 * tags_offer() - Names as people would type them, for completion
 * @ret:	Empty; stays so where nothing can be read
 */
void tags_offer(struct strv *ret);

/**
 * tag_put() - Give an image a name; whoever had it has it no longer
 * @image:	Its id
 * @digest:	That the registry knows it by; NULL: none
 */
must_check int tag_put(const struct store *store, const char *name,
		       const char *image, const struct digest *digest,
		       struct error *err);

/** tag_remove() - Take the name away; that there is none is no failure */
must_check int tag_remove(const struct store *store, const char *name,
			  struct error *err);

#endif
