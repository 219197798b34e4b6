// SPDX-License-Identifier: Apache-2.0
/* A file of an image, found in its layers without stacking them. */
#ifndef IMAGE_LOOKUP_H
#define IMAGE_LOOKUP_H

#include "base/alloc.h"

/**
 * lookup_read() - The text of a regular file of an image
 * @layers:	Directories, the topmost first
 * @path:	Absolute. Symlinks are followed within the layer that has them.
 * @limit:	Bytes
 * @ret_text:	Owned; NULL: the image has no such file
 *
 * Return: 0, negative errno
 */
must_check int lookup_read(const struct strv *layers, const char *path,
			   size_t limit, char **ret_text, struct error *err);

#endif
