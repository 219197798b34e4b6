// SPDX-License-Identifier: Apache-2.0
/* docker's archive: layers without compression, each by its diffId, configs,
 * and a list of both for every image.
 */
#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/expand.h"
#include "image/worker/ingest.h"
#include "image/worker/plain_tar.h"
#include "image/worker/report.h"
#include "image/worker/save.h"
#include "image/worker/spool.h"

static int take(void *argument, const void *data, size_t size,
		struct error *err)
{
	return spool_add(argument, data, size, err);
}

/* Its size stands in front of it, so it is expanded into a file before. */
must_check static int put_expanded(struct save *save, const char *name,
				   const struct descriptor *layer,
				   const struct digest *diff_id,
				   struct error *err)
{
	auto_with(spool_close) struct spool spool = SPOOL_NONE;
	auto_close int fd = blob_open(save->store, &layer->digest, err);

	if (fd < 0 || spool_open(save->store, &spool, err) < 0 ||
	    expand(fd, take, &spool, err) < 0)
		return -err->code;
	spool_end(&spool);
	if (!digest_equals(&spool.digest, diff_id))
		return error_say(err, EBADMSG,
				 "layer %s is not what the config says: %s",
				 layer->digest.text, spool.digest.text);
	return plain_tar_file(save->to, name, spool.fd, spool.size, err);
}

must_check static int put_layer(struct save *save, const char *name,
				const struct descriptor *layer,
				const struct digest *diff_id, struct error *err)
{
	const struct media_type *type = media_type_find(layer->media_type);

	if (type->kind != MEDIA_LAYER)
		return error_say(err, EOPNOTSUPP, "layer %s is %s",
				 layer->digest.text, layer->media_type);
	if (type->compression != COMPRESSION_NONE)
		return put_expanded(save, name, layer, diff_id, err);

	auto_close int fd = blob_open(save->store, &layer->digest, err);

	return fd < 0 ? fd
		      : plain_tar_file(save->to, name, fd, layer->size, err);
}

must_check static int put_layers(struct save *save,
				 const struct saved_image *image,
				 struct json_object *list, struct error *err)
{
	for (size_t i = 0; i < image->manifest.layer_count; i++) {
		const struct digest *diff_id = &image->config.diff_ids[i];
		auto_free char *name = xasprintf("%s.tar", digest_hex(diff_id));

		json_object_array_add(list, json_object_new_string(name));
		if (save_once(save, name) &&
		    put_layer(save, name, &image->manifest.layers[i], diff_id,
			      err) < 0)
			return -err->code;
	}
	return 0;
}

must_check static int put_config(struct save *save, const char *name,
				 const struct descriptor *config,
				 struct error *err)
{
	auto_close int fd = blob_open(save->store, &config->digest, err);

	return fd < 0 ? fd
		      : plain_tar_file(save->to, name, fd, config->size, err);
}

/* docker wants names with tags only. */
static struct json_object *tags(const struct strv *names)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < names->count; i++)
		if (!strchr(names->items[i], '@'))
			json_object_array_add(
				list, json_object_new_string(names->items[i]));
	return list;
}

must_check static int put_image(struct save *save,
				const struct saved_image *image,
				struct json_object *list, struct error *err)
{
	const struct descriptor *config = &image->manifest.config;
	auto_free char *name =
		xasprintf("%s.json", digest_hex(&config->digest));
	struct json_object *entry = json_object_new_object();
	struct json_object *layers = json_object_new_array();

	report_text(entry, "Config", name);
	json_object_object_add(entry, "RepoTags", tags(&image->names));
	json_object_object_add(entry, "Layers", layers);
	json_object_array_add(list, entry);
	if (put_layers(save, image, layers, err) < 0)
		return -err->code;
	return save_once(save, name) ? put_config(save, name, config, err) : 0;
}

int save_docker(struct save *save, struct error *err)
{
	auto_json struct json_object *list = json_object_new_array();
	const char *text;

	for (size_t i = 0; i < save->count; i++)
		if (put_image(save, &save->images[i], list, err) < 0)
			return -err->code;
	text = json_object_to_json_string_ext(
		list, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (plain_tar_text(save->to, "manifest.json", text, strlen(text), err) <
	    0)
		return -err->code;
	return plain_tar_end(save->to, err);
}
