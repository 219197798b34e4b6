// SPDX-License-Identifier: Apache-2.0
/* A manifest that is written here: OCI's, always the same for the same image.
 */
#ifndef IMAGE_WORKER_MANIFEST_MAKE_H
#define IMAGE_WORKER_MANIFEST_MAKE_H

#include <stdint.h>

#include "oci/digest.h"
#include "oci/media_type.h"

struct json_object; /* of json-c */

/* For made_manifest_clear(). Zero: not begun. */
struct made_manifest {
	struct json_object *document, *layers;
};

/** made_manifest_begin() - With its config. */
void made_manifest_begin(struct made_manifest *made,
			 const struct digest *config, uint64_t size);

/** made_manifest_layer() - One more layer, on top. */
void made_manifest_layer(struct made_manifest *made,
			 enum compression compression,
			 const struct digest *digest, uint64_t size);

/** made_manifest_text() - Owned. */
char *made_manifest_text(const struct made_manifest *made);

void made_manifest_clear(struct made_manifest *made);

#endif
