// SPDX-License-Identifier: Apache-2.0
#include "image/worker/manifest_make.h"

#include <json-c/json.h>

#include "base/alloc.h"
#include "image/worker/report.h"

static struct json_object *
descriptor(const char *media_type, const struct digest *digest, uint64_t size)
{
	struct json_object *object = json_object_new_object();

	report_text(object, "mediaType", media_type);
	report_text(object, "digest", digest->text);
	report_number(object, "size", size);
	return object;
}

void made_manifest_begin(struct made_manifest *made,
			 const struct digest *config, uint64_t size)
{
	made->document = json_object_new_object();
	made->layers = json_object_new_array();
	report_number(made->document, "schemaVersion", 2);
	report_text(made->document, "mediaType",
		    "application/vnd.oci.image.manifest.v1+json");
	json_object_object_add(
		made->document, "config",
		descriptor("application/vnd.oci.image.config.v1+json", config,
			   size));
	json_object_object_add(made->document, "layers", made->layers);
}

void made_manifest_layer(struct made_manifest *made,
			 enum compression compression,
			 const struct digest *digest, uint64_t size)
{
	json_object_array_add(
		made->layers,
		descriptor(media_type_of_layer(compression, false), digest,
			   size));
}

char *made_manifest_text(const struct made_manifest *made)
{
	return xstrdup(json_object_to_json_string_ext(
		made->document,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

void made_manifest_clear(struct made_manifest *made)
{
	json_object_put(made->document);
	*made = (struct made_manifest){ 0 };
}
