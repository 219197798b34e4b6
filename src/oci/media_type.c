// SPDX-License-Identifier: Apache-2.0
#include "oci/media_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

#define OCI    "application/vnd.oci.image."
#define DOCKER "application/vnd.docker."

static const struct media_type types[] = {
	{ OCI "index.v1+json", MEDIA_INDEX },
	{ OCI "manifest.v1+json", MEDIA_MANIFEST },
	{ OCI "config.v1+json", MEDIA_CONFIG },
	{ OCI "layer.v1.tar", MEDIA_LAYER, COMPRESSION_NONE },
	{ OCI "layer.v1.tar+gzip", MEDIA_LAYER, COMPRESSION_GZIP },
	{ OCI "layer.v1.tar+zstd", MEDIA_LAYER, COMPRESSION_ZSTD },
	{ OCI "layer.nondistributable.v1.tar", MEDIA_LAYER, COMPRESSION_NONE,
	  .foreign = true },
	{ OCI "layer.nondistributable.v1.tar+gzip", MEDIA_LAYER,
	  COMPRESSION_GZIP, .foreign = true },
	{ OCI "layer.nondistributable.v1.tar+zstd", MEDIA_LAYER,
	  COMPRESSION_ZSTD, .foreign = true },
	{ DOCKER "distribution.manifest.list.v2+json", MEDIA_INDEX,
	  .docker = true },
	{ DOCKER "distribution.manifest.v2+json", MEDIA_MANIFEST,
	  .docker = true },
	{ DOCKER "container.image.v1+json", MEDIA_CONFIG, .docker = true },
	{ DOCKER "image.rootfs.diff.tar", MEDIA_LAYER, COMPRESSION_NONE,
	  .docker = true },
	{ DOCKER "image.rootfs.diff.tar.gzip", MEDIA_LAYER, COMPRESSION_GZIP,
	  .docker = true },
	{ DOCKER "image.rootfs.diff.tar.zstd", MEDIA_LAYER, COMPRESSION_ZSTD,
	  .docker = true },
	{ DOCKER "image.rootfs.foreign.diff.tar.gzip", MEDIA_LAYER,
	  COMPRESSION_GZIP, .docker = true, .foreign = true },
	{ DOCKER "distribution.manifest.v1+json", MEDIA_SCHEMA1,
	  .docker = true },
	{ DOCKER "distribution.manifest.v1+prettyjws", MEDIA_SCHEMA1,
	  .docker = true },
};

const struct media_type *media_type_find(const char *text)
{
	static const struct media_type unknown = { "", MEDIA_UNKNOWN,
						   COMPRESSION_UNKNOWN };
	size_t length = text ? strcspn(text, "; \t") : 0;

	for (size_t i = 0; length && i < ARRAY_COUNT(types); i++)
		if (strlen(types[i].text) == length &&
		    strncasecmp(types[i].text, text, length) == 0)
			return &types[i];
	return &unknown;
}

const char *media_type_of_layer(enum compression compression, bool docker)
{
	for (size_t i = 0; i < ARRAY_COUNT(types); i++)
		if (types[i].kind == MEDIA_LAYER && !types[i].foreign &&
		    types[i].compression == compression &&
		    types[i].docker == docker)
			return types[i].text;
	return NULL;
}
