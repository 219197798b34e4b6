// SPDX-License-Identifier: Apache-2.0
/* The media types of images, of OCI (image-spec media-types.md) and of docker's
 * schema 2, which mean the same.
 */
#ifndef OCI_MEDIA_TYPE_H
#define OCI_MEDIA_TYPE_H

#include <stdbool.h>

enum media_kind {
	MEDIA_UNKNOWN,
	MEDIA_INDEX, /* a list of manifests */
	MEDIA_MANIFEST,
	MEDIA_CONFIG,
	MEDIA_LAYER,
	MEDIA_SCHEMA1, /* docker's first kind of manifest: not supported */
};

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_ZSTD,
	COMPRESSION_UNKNOWN
};

struct media_type {
	const char *text; /* static */
	enum media_kind kind;
	enum compression compression; /* of MEDIA_LAYER */
	bool docker;                  /* else OCI's */
	bool foreign; /* a layer that registries don't have to have */
};

/**
 * media_type_find() - What a media type means
 * @text:	Parameters (";charset=...") and case don't count
 *
 * Return: static; never NULL: of what isn't known the .kind is MEDIA_UNKNOWN
 */
const struct media_type *media_type_find(const char *text);

/** media_type_of_layer() - The media type of a layer so compressed; static. */
const char *media_type_of_layer(enum compression compression, bool docker);

#endif
