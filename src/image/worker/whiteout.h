// SPDX-License-Identifier: Apache-2.0
/* Entries that say what is gone: image-spec layer.md, "Whiteouts". */
#ifndef IMAGE_WORKER_WHITEOUT_H
#define IMAGE_WORKER_WHITEOUT_H

#include "image/worker/place.h"

#define WHITEOUT_PREFIX ".wh."
/* Hides all that is below the directory it is in. */
#define WHITEOUT_OPAQUE ".wh..wh..opq"

/**
 * whiteout_put() - Do what such an entry says
 * @name:	Begins with the prefix
 * @is_root:	Is @parent the root of the layer, by whatever path?
 * @err:	EINVAL: it names nothing that could be gone
 *
 * It speaks of the layers below alone: what this layer has by that name stays,
 * in whatever order they come. Return: 1: all that was below @parent is hidden
 * from now on; 0, negative errno
 */
must_check int whiteout_put(const struct parent *parent, const char *name,
			    bool is_root, struct error *err);

#endif
