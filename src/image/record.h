// SPDX-License-Identifier: Apache-2.0
/* An image in the store: what holt-image found out about it when it came. */
#ifndef IMAGE_RECORD_H
#define IMAGE_RECORD_H

#include "base/json.h"
#include "image/store.h"

struct image_layer {
	struct digest digest;   /* of the blob */
	struct digest diff_id;  /* of what is in it */
	struct digest chain_id; /* of it and all below: image-spec config.md */
	char *media_type;
	uint64_t size; /* bytes of the blob */
};

/* For image_clear(). Zero is the empty value. */
struct image {
	char *id; /* 64 hexadecimal digits: of its config's digest */
	struct digest manifest, config;
	char *manifest_type;
	char *created;              /* RFC 3339, as the config says; NULL */
	struct image_layer *layers; /* the lowest first; owned */
	size_t layer_count;
	uint64_t size;     /* bytes of all its blobs */
	struct strv names; /* of a report: that it came with */
};

/**
 * image_read() - Read a record, or an "image" report
 * @ret:	Untouched on failure
 *
 * Return: 0, negative errno
 */
must_check int image_read(const struct json_node *node, struct image *ret,
			  struct error *err);

/**
 * image_load() - The record of an image
 * @id:		64 hexadecimal digits
 *
 * Return: 0, -ENOENT without a message, other negative errno
 */
must_check int image_load(const struct store *store, const char *id,
			  struct image *ret, struct error *err);

/**
 * image_add() - Let there be this image
 * @node:	The report; its blobs are in the store, and synced
 *
 * Return: 0, negative errno
 */
must_check int image_add(const struct store *store,
			 const struct json_node *node, struct error *err);

/** image_remove() - Let there be no such image; its blobs and layers are left
 * to who sweeps.
 */
must_check int image_remove(const struct store *store, const char *id,
			    struct error *err);

void image_clear(struct image *image);

#endif
