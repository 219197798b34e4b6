// SPDX-License-Identifier: Apache-2.0
/* Manifests and lists of manifests: image-spec manifest.md, image-index.md and
 * descriptor.md, and docker's schema 2 of both.
 */
#ifndef OCI_IMAGE_MANIFEST_H
#define OCI_IMAGE_MANIFEST_H

#include <stdint.h>

#include "oci/digest.h"
#include "oci/media_type.h"
#include "oci/platform.h"

enum {
	MANIFEST_SIZE_MAX = 4 << 20, /* bytes; distribution-spec */
	CONFIG_SIZE_MAX = 8 << 20,
	MANIFEST_LAYERS_MAX = 500,
	MANIFEST_ENTRIES_MAX = 1000,
};

struct descriptor {
	char *media_type; /* owned */
	struct digest digest;
	uint64_t size; /* bytes */
	struct platform platform;
	char *name;          /* org.opencontainers.image.ref.name; NULL: none */
	bool is_attestation; /* about an image, not one */
};

/* Either list is empty. Zero is the empty value. */
struct manifest {
	enum media_kind kind;     /* MEDIA_MANIFEST or MEDIA_INDEX */
	const char *media_type;   /* static: as it says, or as it is taken */
	struct descriptor config; /* of a manifest */
	struct descriptor *layers;
	size_t layer_count;
	struct descriptor *manifests; /* of an index */
	size_t manifest_count;
};

/**
 * manifest_read() - A manifest or an index
 * @text:	JSON; its digest has been verified
 * @size:	Bytes, without the NUL behind them
 * @media_type:	That it was served or described as; NULL: not said. It must not
 *		contradict what the document says of itself
 * @ret:	For manifest_clear(); untouched on failure
 * @err:	EINVAL: it isn't one, it is ambiguous (both "layers" and
 *		"manifests"), or what it says is out of bounds; EOPNOTSUPP:
 *		docker's schema 1, or an artifact that is no image
 *
 * Return: 0, negative errno
 */
must_check int manifest_read(const char *text, size_t size,
			     const char *media_type, struct manifest *ret,
			     struct error *err);

/**
 * manifest_choose() - The entry of an index that serves a platform best
 *
 * Return: borrowed; NULL: none does
 */
const struct descriptor *manifest_choose(const struct manifest *index,
					 const struct platform *wanted);

void manifest_clear(struct manifest *manifest);

#endif
