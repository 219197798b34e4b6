// SPDX-License-Identifier: Apache-2.0
#include "image/record.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { RECORD_MAX = 1 << 20 };

static int read_size(const struct json_node *node, void *target,
		     struct error *err)
{
	return json_get_u64(node, INT64_MAX, target, err);
}

#define DIGEST_ROW(name, type, member) \
	{ \
		.key = (name), .kind = JSON_READ, .read = digest_read, \
		.offset = offsetof(type, member), .required = true \
	}

static int read_layer(const struct json_node *node, void *target,
		      struct error *err)
{
	static const struct json_row rows[] = {
		DIGEST_ROW("digest", struct image_layer, digest),
		DIGEST_ROW("diffId", struct image_layer, diff_id),
		DIGEST_ROW("chainId", struct image_layer, chain_id),
		{ .key = "mediaType",
		  JSON_MEMBER(struct image_layer, media_type),
		  .required = true },
		{ .key = "size",
		  .kind = JSON_READ,
		  .read = read_size,
		  .offset = offsetof(struct image_layer, size) },
		{ 0 },
	};
	struct image *image = target;
	struct image_layer *layer;

	image->layers = xrealloc_array(image->layers, image->layer_count + 1,
				       sizeof(*image->layers));
	layer = &image->layers[image->layer_count++];
	*layer = (struct image_layer){ 0 };
	return json_read_object(node, rows, layer, err);
}

int image_read(const struct json_node *node, struct image *ret,
	       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "id",
		  JSON_MEMBER(struct image, id),
		  .required = true },
		DIGEST_ROW("manifest", struct image, manifest),
		DIGEST_ROW("config", struct image, config),
		{ .key = "manifestType",
		  JSON_MEMBER(struct image, manifest_type) },
		{ .key = "created", JSON_MEMBER(struct image, created) },
		{ .key = "layers", .kind = JSON_EACH, .read = read_layer },
		{ .key = "size",
		  .kind = JSON_READ,
		  .read = read_size,
		  .offset = offsetof(struct image, size) },
		{ .key = "names", JSON_MEMBER(struct image, names) },
		{ 0 },
	};
	auto_with(image_clear) struct image image = { 0 };

	if (json_read_object(node, rows, &image, err) < 0)
		return -err->code;
	if (!digest_is_hex(image.id))
		return json_fail(err, node, EINVAL, "the id is none");
	*ret = image;
	image = (struct image){ 0 };
	return 0;
}

static char *record_path(const char *id)
{
	return xasprintf("images/%s", id);
}

int image_load(const struct store *store, const char *id, struct image *ret,
	       struct error *err)
{
	auto_free char *path = record_path(id);
	auto_json struct json_object *root = NULL;
	auto_free char *text = NULL;
	size_t size;
	int result = store_read(store, path, RECORD_MAX, &text, &size, err);

	if (result < 0)
		return result;
	if (json_parse(text, size, &root, err) < 0)
		return error_wrap(err, "%s/%s", store->path, path);

	struct json_node node = { .value = root };

	if (image_read(&node, ret, err) < 0)
		return error_wrap(err, "%s/%s", store->path, path);
	return 0;
}

int image_add(const struct store *store, const struct json_node *node,
	      struct error *err)
{
	auto_with(image_clear) struct image image = { 0 };
	auto_free char *path = NULL;

	if (image_read(node, &image, err) < 0)
		return -err->code;
	path = record_path(image.id);
	return store_put(store, path,
			 json_object_to_json_string_ext(node->value,
							JSON_C_TO_STRING_PLAIN),
			 err);
}

int image_remove(const struct store *store, const char *id, struct error *err)
{
	auto_free char *path = record_path(id);

	if (unlinkat(store->fd, path, 0) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s/%s", store->path, path);
	return 0;
}

void image_clear(struct image *image)
{
	for (size_t i = 0; i < image->layer_count; i++)
		free(image->layers[i].media_type);
	free(image->layers);
	free(image->id);
	free(image->manifest_type);
	free(image->created);
	strv_clear(&image->names);
	*image = (struct image){ 0 };
}
