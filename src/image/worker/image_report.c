// SPDX-License-Identifier: Apache-2.0
#include "image/worker/image_report.h"

#include <stdio.h>
#include <string.h>

#include "image/worker/hash.h"
#include "image/worker/report.h"

/* image-spec config.md, "Layer ChainID" */
static void chain(struct digest *chain_id, const struct digest *diff_id)
{
	char text[2 * DIGEST_LENGTH + 2];

	if (!digest_is_set(chain_id)) {
		*chain_id = *diff_id;
		return;
	}
	(void)snprintf(text, sizeof(text), "%s %s", chain_id->text,
		       diff_id->text);
	hash_bytes(text, strlen(text), chain_id);
}

static struct json_object *describe_layer(const struct descriptor *layer,
					  const struct digest *diff_id,
					  const struct digest *chain_id)
{
	struct json_object *object = json_object_new_object();

	report_text(object, "digest", layer->digest.text);
	report_text(object, "diffId", diff_id->text);
	report_text(object, "chainId", chain_id->text);
	report_text(object, "mediaType",
		    media_type_find(layer->media_type)->text);
	report_number(object, "size", layer->size);
	return object;
}

int image_report_make(const struct digest *digest,
		      const struct manifest *manifest,
		      const struct image_config *config,
		      struct json_object **ret, struct error *err)
{
	uint64_t size = manifest->config.size;
	struct json_object *report, *layers;
	struct digest chain_id = { 0 };

	if (manifest->layer_count != config->diff_count)
		return error_say(
			err, EBADMSG,
			"the image contradicts itself: %zu layers in its manifest, and %zu in its config",
			manifest->layer_count, config->diff_count);
	report = report_new("image");
	layers = json_object_new_array();
	for (size_t i = 0; i < manifest->layer_count; i++) {
		chain(&chain_id, &config->diff_ids[i]);
		json_object_array_add(layers,
				      describe_layer(&manifest->layers[i],
						     &config->diff_ids[i],
						     &chain_id));
		size += manifest->layers[i].size;
	}
	report_text(report, "id", digest_hex(&manifest->config.digest));
	report_text(report, "manifest", digest->text);
	report_text(report, "manifestType", manifest->media_type);
	report_text(report, "config", manifest->config.digest.text);
	report_text(report, "created", config->created);
	json_object_object_add(report, "layers", layers);
	report_number(report, "size", size);
	*ret = report;
	return 0;
}
