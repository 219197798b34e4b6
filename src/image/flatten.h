// SPDX-License-Identifier: Apache-2.0
/* A root of its own for one container, of layers that are copied. */
#ifndef IMAGE_FLATTEN_H
#define IMAGE_FLATTEN_H

#include "image/writable.h"

/**
 * flatten_layers() - Copy what layers show together
 * @layers:	As layers_prepare() has it
 * @writable:	Made for the container: gets the directory "root"
 * @place:	Where the owners of files have names
 * @ret:	Path of the root; owned
 *
 * Files share their data where the file system can (reflink) and the image has
 * one layer. Return: 0, negative errno
 */
must_check int flatten_layers(const struct strv *layers,
			      const struct writable *writable,
			      const struct job_place *place, char **ret,
			      struct error *err);

#endif
