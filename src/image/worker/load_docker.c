// SPDX-License-Identifier: Apache-2.0
/* What "docker save" and "podman save" write: a list of images, each a config
 * and its layers. Its manifests are made here, since it has none.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/load.h"
#include "image/worker/manifest_make.h"
#include "image/worker/parcel_parts.h"

struct docker_image {
	char *config;
	struct strv tags, layers;
};

static const struct json_row image_rows[] = {
	{ .key = "Config",
	  JSON_MEMBER(struct docker_image, config),
	  .required = true },
	{ .key = "RepoTags", JSON_MEMBER(struct docker_image, tags) },
	{ .key = "Layers", JSON_MEMBER(struct docker_image, layers) },
	{ 0 },
};

static void docker_image_clear(struct docker_image *image)
{
	free(image->config);
	strv_clear(&image->tags);
	strv_clear(&image->layers);
}

/* Its whole names, of those only the one that is wanted. Return: is it wanted?
 */
static bool choose_names(const struct load *load,
			 const struct docker_image *image, struct strv *ret)
{
	auto_free char *wanted =
		load->wanted ? load_name(load->wanted, false) : NULL;

	for (size_t i = 0; i < image->tags.count; i++) {
		auto_free char *name = load_name(image->tags.items[i], false);

		if (name &&
		    (!load->wanted || (wanted && !strcmp(wanted, name))))
			strv_add(ret, steal_ptr(&name));
	}
	return !load->wanted || ret->count > 0;
}

static enum compression compression_of(int fd)
{
	unsigned char magic[4] = { 0 };

	if (pread(fd, magic, sizeof(magic), 0) != (ssize_t)sizeof(magic))
		return COMPRESSION_NONE;
	if (!memcmp(magic, "\x1f\x8b", 2))
		return COMPRESSION_GZIP;
	if (!memcmp(magic, "\x28\xb5\x2f\xfd", 4))
		return COMPRESSION_ZSTD;
	return COMPRESSION_NONE;
}

/* A layer as it lies there is what the config calls it, where it isn't
 * compressed; else that is found out when it is unpacked.
 */
must_check static int take_layer(struct load *load, const char *name,
				 const struct digest *diff_id,
				 struct made_manifest *made, struct error *err)
{
	struct parcel_file *file;
	enum compression compression;

	if (parcel_get(&load->parcel, name, &file, err) < 0)
		return -err->code;
	compression = compression_of(file->content.fd);
	if (compression == COMPRESSION_NONE &&
	    !digest_equals(&file->content.digest, diff_id))
		return error_say(
			err, EBADMSG,
			"%s is not the layer that the config names: its digest is %s, not %s",
			name, file->content.digest.text, diff_id->text);
	file->is_wanted = true;
	made_manifest_layer(made, compression, &file->content.digest,
			    file->content.size);
	return 0;
}

/* "HEX.json" and "blobs/sha256/HEX" are promises. */
must_check static int check_name(const char *name, const struct digest *digest,
				 struct error *err)
{
	const char *slash = strrchr(name, '/');
	auto_free char *base = xstrdup(slash ? slash + 1 : name);
	size_t length = strlen(base);

	if (length > 5 && !strcmp(base + length - 5, ".json"))
		base[length - 5] = '\0';
	if (digest_is_hex(base) && strcmp(base, digest_hex(digest)) != 0)
		return error_say(
			err, EBADMSG,
			"%s is not what its name says: its digest is %s", name,
			digest->text);
	return 0;
}

must_check static int take_layers(struct load *load,
				  const struct docker_image *image,
				  const struct image_config *config,
				  struct made_manifest *made, struct error *err)
{
	if (image->layers.count != config->diff_count)
		return error_say(
			err, EBADMSG,
			"the image contradicts itself: %zu layers in manifest.json, and %zu in its config",
			image->layers.count, config->diff_count);
	for (size_t i = 0; i < image->layers.count; i++) {
		auto_free char *name =
			parcel_name(NULL, image->layers.items[i]);

		if (!name)
			return error_say(err, EINVAL,
					 "a layer's name leads out of it: %s",
					 image->layers.items[i]);
		if (take_layer(load, name, &config->diff_ids[i], made, err) < 0)
			return -err->code;
	}
	return 0;
}

must_check static int keep_made(struct load *load, struct made_manifest *made,
				const struct image_config *config,
				const struct strv *names, struct error *err)
{
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	auto_free char *text = made_manifest_text(made);
	struct spool *spool;

	load->made = xrealloc_array(load->made, load->made_count + 1,
				    sizeof(*load->made));
	spool = &load->made[load->made_count];
	if (spool_put(load->parcel.store, text, strlen(text), spool, err) < 0)
		return -err->code;
	load->made_count++;
	if (manifest_read(text, strlen(text), NULL, &manifest, err) < 0)
		return -err->code;
	return load_report(load, &spool->digest, &manifest, config, names, err);
}

must_check static int take_image(struct load *load,
				 const struct docker_image *image,
				 struct error *err)
{
	auto_with(made_manifest_clear) struct made_manifest made = { 0 };
	auto_with(image_config_clear) struct image_config config = { 0 };
	auto_with(strv_clear) struct strv names = { 0 };
	auto_with(parcel_text_clear) struct parcel_text text = { 0 };
	auto_free char *name = parcel_name(NULL, image->config);
	const struct digest *digest;

	if (!choose_names(load, image, &names))
		return 0;
	if (!name)
		return error_say(err, EINVAL,
				 "the config's name leads out of it: %s",
				 image->config);
	if (parcel_read(&load->parcel, name, CONFIG_SIZE_MAX, &text, err) < 0)
		return -err->code;
	text.file->is_wanted = true;
	digest = &text.file->content.digest;
	if (check_name(name, digest, err) < 0 ||
	    image_config_read(text.text, text.size, &config, err) < 0)
		return error_wrap(err, "the config of the image");
	made_manifest_begin(&made, digest, text.size);
	return take_layers(load, image, &config, &made, err) < 0
		       ? -err->code
		       : keep_made(load, &made, &config, &names, err);
}

static int read_image(const struct json_node *node, void *target,
		      struct error *err)
{
	auto_with(docker_image_clear) struct docker_image image = { 0 };

	if (json_read_object(node, image_rows, &image, err) < 0)
		return error_wrap(err, "manifest.json");
	return take_image(target, &image, err);
}

int load_docker(struct load *load, const char *text, size_t size,
		struct error *err)
{
	auto_json struct json_object *document = NULL;

	if (json_parse(text, size, &document, err) < 0)
		return error_wrap(err, "manifest.json");

	const struct json_node root = { .value = document };

	if (json_object_array_length(document) > MANIFEST_ENTRIES_MAX)
		return error_say(err, E2BIG, "manifest.json: too many images");
	return json_read_each(&root, read_image, load, err);
}
