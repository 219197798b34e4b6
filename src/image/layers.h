// SPDX-License-Identifier: Apache-2.0
/* Layers as directories, ready to be stacked by an overlay. Which id of the
 * host owns a file there depends on the map of ids: each map has its own.
 */
#ifndef IMAGE_LAYERS_H
#define IMAGE_LAYERS_H

#include "idmap/map.h"
#include "image/job.h"
#include "image/record.h"

/* Told of each step while layers are unpacked; @at and @size are bytes. */
typedef void layers_progress_fn(void *argument, const struct image_layer *layer,
				uint64_t at, uint64_t size, bool done);

/* Where layers are unpacked: a user namespace of these maps. */
struct layers_place {
	const struct id_map *uids, *gids; /* borrowed */
	/* Makes the user namespace, when something has to be unpacked.
	 * Return: descriptor, -1: none is needed, other negative errno
	 */
	int (*open_userns)(void *argument, struct error *err);
	void *argument;
	bool single_id; /* owners but one can't be had: they are written down */
	layers_progress_fn *progress; /* NULL: nobody wants to know */
	void *progress_argument;
};

/**
 * layers_prepare() - Unpack what isn't unpacked yet
 * @ret:	Empty; gets the directories, the topmost first: owned paths
 *
 * Others may do the same meanwhile: one does the work. Return: 0, negative
 * errno
 */
must_check int layers_prepare(const struct store *store,
			      const struct image *image,
			      const struct layers_place *place,
			      struct strv *ret, struct error *err);

#endif
