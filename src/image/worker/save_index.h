// SPDX-License-Identifier: Apache-2.0
/* index.json of an OCI layout: which images it has, by which names. */
#ifndef IMAGE_WORKER_SAVE_INDEX_H
#define IMAGE_WORKER_SAVE_INDEX_H

#include "image/worker/save_place.h"

struct json_object; /* of json-c */

/**
 * save_index_begin() - A new one, or that of the layout that is added to
 * @ret:	For auto_json
 *
 * Return: 0, negative errno
 */
must_check int save_index_begin(const struct save_place *place,
				struct json_object **ret, struct error *err);

/**
 * save_index_add() - Add an image
 * @name:	NULL: none. Another image loses it, and stays
 */
void save_index_add(struct json_object *index, const struct saved_image *image,
		    const char *name);

/** save_index_put() - Write it: from now on the images are there. */
must_check int save_index_put(const struct save_place *place,
			      struct json_object *index, struct error *err);

#endif
