// SPDX-License-Identifier: Apache-2.0
/* Manifests and configs of images from anywhere: what was accepted holds what
 * the rest relies on.
 */
#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/image_config.h"
#include "oci/image_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_descriptor(const struct descriptor *descriptor)
{
	assert(digest_is_hex(digest_hex(&descriptor->digest)));
	assert(descriptor->media_type && descriptor->size <= INT64_MAX);
}

static void check_manifest(const struct manifest *manifest)
{
	assert(!manifest->layer_count || !manifest->manifest_count);
	assert(manifest->layer_count <= MANIFEST_LAYERS_MAX);
	for (size_t i = 0; i < manifest->layer_count; i++)
		check_descriptor(&manifest->layers[i]);
	for (size_t i = 0; i < manifest->manifest_count; i++)
		check_descriptor(&manifest->manifests[i]);
	if (manifest->kind == MEDIA_MANIFEST)
		check_descriptor(&manifest->config);
}

static void check_config(const struct image_config *config)
{
	for (size_t i = 0; i < config->env.count; i++) {
		const char *equals = strchr(config->env.items[i], '=');

		assert(equals && equals > config->env.items[i]);
	}
	for (size_t i = 0; i < config->volumes.count; i++)
		assert(config->volumes.items[i][0] == '/');
	for (size_t i = 0; i < config->diff_count; i++)
		assert(digest_is_set(&config->diff_ids[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	auto_with(image_config_clear) struct image_config config = { 0 };
	auto_free char *text = xcalloc(size + 1, 1);
	struct error err = { 0 };

	if (size)
		memcpy(text, data, size);
	if (manifest_read(text, size, NULL, &manifest, &err) == 0)
		check_manifest(&manifest);
	else
		assert(err.code > 0 && err.text[0]);
	if (image_config_read(text, size, &config, &err) == 0)
		check_config(&config);
	else
		assert(err.code > 0 && err.text[0]);
	return 0;
}
