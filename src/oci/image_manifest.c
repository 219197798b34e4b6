// SPDX-License-Identifier: Apache-2.0
#include "oci/image_manifest.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define NAME_ANNOTATION "org.opencontainers.image.ref.name"
#define TYPE_ANNOTATION "vnd.docker.reference.type"

struct document {
	struct manifest *manifest;
	char *media_type;
	int schema_version;
	bool has_config;
};

static int read_annotation(const struct json_node *node, void *target,
			   struct error *err)
{
	struct descriptor *descriptor = target;
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (strcmp(node->key, NAME_ANNOTATION) == 0) {
		free(descriptor->name);
		descriptor->name = xstrdup(text);
	}
	if (strcmp(node->key, TYPE_ANNOTATION) == 0)
		descriptor->is_attestation = true;
	return 0;
}

static int read_annotations(const struct json_node *node, void *target,
			    struct error *err)
{
	return json_read_entries(node, read_annotation, target, err);
}

static int read_size(const struct json_node *node, void *target,
		     struct error *err)
{
	return json_get_u64(node, INT64_MAX, target, err);
}

static int read_descriptor(const struct json_node *node, void *target,
			   struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "mediaType",
		  JSON_MEMBER(struct descriptor, media_type),
		  .required = true },
		{ .key = "digest",
		  .kind = JSON_READ,
		  .read = digest_read,
		  .offset = offsetof(struct descriptor, digest),
		  .required = true },
		{ .key = "size",
		  .kind = JSON_READ,
		  .read = read_size,
		  .offset = offsetof(struct descriptor, size),
		  .required = true },
		{ .key = "platform",
		  .kind = JSON_OBJECT,
		  .rows = platform_rows,
		  .offset = offsetof(struct descriptor, platform) },
		{ .key = "annotations",
		  .kind = JSON_READ,
		  .read = read_annotations },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}

static int read_config(const struct json_node *node, void *target,
		       struct error *err)
{
	struct document *document = target;

	document->has_config = true;
	return read_descriptor(node, &document->manifest->config, err);
}

static int add_descriptor(const struct json_node *node,
			  struct descriptor **list, size_t *count, size_t max,
			  struct error *err)
{
	if (*count == max)
		return json_fail(err, node, EINVAL, "more than %zu entries",
				 max);
	*list = xrealloc_array(*list, *count + 1, sizeof(**list));
	(*list)[*count] = (struct descriptor){ 0 };
	(*count)++;
	return read_descriptor(node, &(*list)[*count - 1], err);
}

static int read_layer(const struct json_node *node, void *target,
		      struct error *err)
{
	struct manifest *manifest = ((struct document *)target)->manifest;

	return add_descriptor(node, &manifest->layers, &manifest->layer_count,
			      MANIFEST_LAYERS_MAX, err);
}

static int read_entry(const struct json_node *node, void *target,
		      struct error *err)
{
	struct manifest *manifest = ((struct document *)target)->manifest;

	return add_descriptor(node, &manifest->manifests,
			      &manifest->manifest_count, MANIFEST_ENTRIES_MAX,
			      err);
}

static const struct json_row document_rows[] = {
	{ .key = "schemaVersion",
	  JSON_MEMBER(struct document, schema_version) },
	{ .key = "mediaType", JSON_MEMBER(struct document, media_type) },
	{ .key = "config", .kind = JSON_READ, .read = read_config },
	{ .key = "layers", .kind = JSON_EACH, .read = read_layer },
	{ .key = "manifests", .kind = JSON_EACH, .read = read_entry },
	{ 0 },
};

/* What the document is by what it has. */
must_check static int find_kind(const struct json_node *node,
				const struct document *document,
				enum media_kind *ret, struct error *err)
{
	bool is_index = json_has(node, "manifests");
	bool is_manifest = json_has(node, "layers") || document->has_config;

	if (is_index && is_manifest)
		return error_say(
			err, EINVAL,
			"it is ambiguous: both a manifest and a list of manifests");
	if (!is_index && !is_manifest)
		return error_say(
			err, EINVAL,
			"it is neither a manifest nor a list of manifests");
	*ret = is_index ? MEDIA_INDEX : MEDIA_MANIFEST;
	return 0;
}

must_check static int check_version(const struct document *document,
				    const struct media_type *own,
				    const struct media_type *outer,
				    struct error *err)
{
	if (own->kind == MEDIA_SCHEMA1 || outer->kind == MEDIA_SCHEMA1 ||
	    document->schema_version == 1)
		return error_say(
			err, EOPNOTSUPP,
			"it is a manifest of docker's schema 1, which nothing current writes: push the image anew");
	if (document->schema_version != 2)
		return error_say(err, EINVAL, "its schemaVersion is not 2");
	return 0;
}

/* What it says of itself, what it came as, and what it has go together. */
must_check static int check_kind(const struct json_node *node,
				 const struct document *document,
				 const char *served, struct error *err)
{
	const struct media_type *own = media_type_find(document->media_type);
	const struct media_type *outer = media_type_find(served);
	enum media_kind kind = MEDIA_UNKNOWN;

	if (check_version(document, own, outer, err) < 0 ||
	    find_kind(node, document, &kind, err) < 0)
		return -err->code;
	if (own->kind == MEDIA_UNKNOWN && document->media_type)
		return error_say(err, EOPNOTSUPP, "its media type is %.100s",
				 document->media_type);
	if (own->kind != MEDIA_UNKNOWN && outer->kind != MEDIA_UNKNOWN &&
	    own != outer)
		return error_say(err, EINVAL,
				 "it says that it is %s, and came as %s",
				 own->text, outer->text);
	if (own->kind == MEDIA_UNKNOWN)
		own = outer;
	if (own->kind == MEDIA_UNKNOWN)
		own = media_type_find(
			kind == MEDIA_INDEX
				? "application/vnd.oci.image.index.v1+json"
				: "application/vnd.oci.image.manifest.v1+json");
	if (own->kind != kind)
		return error_say(
			err, EINVAL,
			"its media type is %s, and its content another",
			own->text);
	document->manifest->kind = kind;
	document->manifest->media_type = own->text;
	return 0;
}

must_check static int check_manifest(const struct document *document,
				     struct error *err)
{
	const struct manifest *manifest = document->manifest;

	if (manifest->kind == MEDIA_INDEX)
		return 0;
	if (!document->has_config)
		return error_say(err, EINVAL, "it has no \"config\"");
	if (media_type_find(manifest->config.media_type)->kind != MEDIA_CONFIG)
		return error_say(
			err, EOPNOTSUPP,
			"it is no image of a container: its config is %.100s",
			manifest->config.media_type);
	if (manifest->config.size > CONFIG_SIZE_MAX)
		return error_say(err, EINVAL,
				 "its config is larger than %d bytes",
				 CONFIG_SIZE_MAX);
	for (size_t i = 0; i < manifest->layer_count; i++) {
		const char *type = manifest->layers[i].media_type;

		if (media_type_find(type)->kind != MEDIA_LAYER)
			return error_say(err, EOPNOTSUPP,
					 "its layer %zu is %.100s", i, type);
	}
	return 0;
}

int manifest_read(const char *text, size_t size, const char *media_type,
		  struct manifest *ret, struct error *err)
{
	auto_json struct json_object *root = NULL;
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	struct document document = { .manifest = &manifest };
	int result;

	if (size > MANIFEST_SIZE_MAX)
		return error_say(err, EINVAL, "it is larger than %d bytes",
				 MANIFEST_SIZE_MAX);
	if (json_parse_unique(text, size, &root, err) < 0)
		return -err->code;

	struct json_node node = { .value = root };

	result = json_read_object(&node, document_rows, &document, err);
	if (result == 0)
		result = check_kind(&node, &document, media_type, err);
	if (result == 0)
		result = check_manifest(&document, err);
	free(document.media_type);
	if (result < 0)
		return result;
	*ret = manifest;
	manifest = (struct manifest){ 0 };
	return 0;
}

const struct descriptor *manifest_choose(const struct manifest *index,
					 const struct platform *wanted)
{
	const struct descriptor *best = NULL;
	unsigned int best_score = 0;

	for (size_t i = 0; i < index->manifest_count; i++) {
		const struct descriptor *entry = &index->manifests[i];
		unsigned int score = platform_score(wanted, &entry->platform);

		if (entry->is_attestation || score <= best_score)
			continue;
		best = entry;
		best_score = score;
	}
	/* One alone that doesn't say for what it is: what layouts have. */
	if (!best && index->manifest_count == 1 &&
	    !index->manifests[0].platform.os &&
	    !index->manifests[0].platform.architecture)
		best = &index->manifests[0];
	return best;
}

static void descriptor_clear(struct descriptor *descriptor)
{
	free(descriptor->media_type);
	free(descriptor->name);
	platform_clear(&descriptor->platform);
}

void manifest_clear(struct manifest *manifest)
{
	descriptor_clear(&manifest->config);
	for (size_t i = 0; i < manifest->layer_count; i++)
		descriptor_clear(&manifest->layers[i]);
	for (size_t i = 0; i < manifest->manifest_count; i++)
		descriptor_clear(&manifest->manifests[i]);
	free(manifest->layers);
	free(manifest->manifests);
	*manifest = (struct manifest){ 0 };
}
