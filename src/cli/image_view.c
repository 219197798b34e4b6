// SPDX-License-Identifier: Apache-2.0
#include "cli/image_view.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/timestamp.h"
#include "command/units.h"
#include "oci/image_manifest.h"

#define NANOSECONDS 1000000000LL

const struct template_rules view_rules = {
	.maps = (const char *const[]){ "Labels", "Annotations", "Volumes",
				       "ExposedPorts", NULL },
};

int view_config(const struct store *store, const struct image *image,
		struct image_config *ret, struct error *err)
{
	auto_free char *text = NULL;
	size_t size;

	if (store_read_blob(store, &image->config, CONFIG_SIZE_MAX, &text,
			    &size, err) < 0 ||
	    image_config_read(text, size, ret, err) < 0)
		return error_wrap(err, "image %.12s", image->id);
	return 0;
}

static struct json_object *text(const char *value)
{
	return json_object_new_string(value ? value : "");
}

static void put(struct json_object *object, const char *key,
		struct json_object *value)
{
	(void)json_object_object_add(object, key, value);
}

/* A name without its tag or digest. */
static char *repository_of(const char *name)
{
	const char *at = strchr(name, '@');
	const char *colon = strrchr(name, ':');

	if (at)
		return xstrndup(name, (size_t)(at - name));
	return colon ? xstrndup(name, (size_t)(colon - name)) : xstrdup(name);
}

static void add_digest(struct json_object *list, const struct tag *tag,
		       const struct image *image)
{
	const struct digest *digest =
		digest_is_set(&tag->digest) ? &tag->digest : &image->manifest;
	auto_free char *repository = repository_of(tag->name);
	auto_free char *name = xasprintf("%s@%s", repository, digest->text);

	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (strcmp(json_object_get_string(
				   json_object_array_get_idx(list, i)),
			   name) == 0)
			return;
	json_object_array_add(list, text(name));
}

void view_names(struct json_object *object, const struct image *image,
		const struct tags *tags)
{
	struct json_object *names = json_object_new_array();
	struct json_object *digests = json_object_new_array();

	for (size_t i = 0; i < tags->count; i++) {
		const struct tag *tag = &tags->items[i];

		if (strcmp(tag->image, image->id) != 0)
			continue;
		if (!strchr(tag->name, '@'))
			json_object_array_add(names, text(tag->name));
		add_digest(digests, tag, image);
	}
	put(object, "RepoTags", names);
	put(object, "RepoDigests", digests);
}

static struct json_object *view_strings(const struct strv *list)
{
	struct json_object *array;

	if (!list->count)
		return NULL;
	array = json_object_new_array();
	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(array, text(list->items[i]));
	return array;
}

struct json_object *view_map(const struct strv *list)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < list->count; i++) {
		auto_free char *name = xstrdup(list->items[i]);
		char *value = strchr(name, '=');

		*value++ = '\0';
		put(object, name, text(value));
	}
	return object;
}

/* Docker's sets: objects whose values are empty. */
static struct json_object *view_set(const struct strv *list)
{
	struct json_object *object;

	if (!list->count)
		return NULL;
	object = json_object_new_object();
	for (size_t i = 0; i < list->count; i++)
		put(object, list->items[i], json_object_new_object());
	return object;
}

char *view_age(const char *created)
{
	auto_free char *span = NULL;
	int64_t then;

	if (!created || timestamp_parse(created, &then) < 0 || then <= 0)
		return xstrdup("N/A");
	span = units_duration(time(NULL) - then / NANOSECONDS);
	return xasprintf("%s ago", span);
}

static struct json_object *view_healthcheck(const struct image_config *config)
{
	const struct image_healthcheck *check = &config->healthcheck;
	struct json_object *object = json_object_new_object();

	put(object, "Test", view_strings(&check->test));
	put(object, "Interval", json_object_new_uint64(check->interval));
	put(object, "Timeout", json_object_new_uint64(check->timeout));
	put(object, "StartPeriod", json_object_new_uint64(check->start_period));
	put(object, "Retries", json_object_new_uint64(check->retries));
	return object;
}

/* A member only where it says something, as docker has it. */
static void put_some(struct json_object *object, const char *key,
		     struct json_object *value)
{
	if (value)
		put(object, key, value);
}

static struct json_object *view_process(const struct image_config *config)
{
	struct json_object *object = json_object_new_object();

	if (config->user && *config->user)
		put(object, "User", text(config->user));
	put_some(object, "ExposedPorts", view_set(&config->exposed_ports));
	put_some(object, "Env", view_strings(&config->env));
	put_some(object, "Entrypoint", view_strings(&config->entrypoint));
	put_some(object, "Cmd", view_strings(&config->cmd));
	put_some(object, "Volumes", view_set(&config->volumes));
	if (config->working_dir && *config->working_dir)
		put(object, "WorkingDir", text(config->working_dir));
	if (config->labels.count)
		put(object, "Labels", view_map(&config->labels));
	if (config->stop_signal && *config->stop_signal)
		put(object, "StopSignal", text(config->stop_signal));
	put_some(object, "OnBuild", view_strings(&config->on_build));
	put_some(object, "Shell", view_strings(&config->shell));
	if (config->has_healthcheck)
		put(object, "Healthcheck", view_healthcheck(config));
	return object;
}

static struct json_object *view_history(const struct image_config *config)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < config->history_count; i++) {
		const struct image_history *from = &config->history[i];
		struct json_object *one = json_object_new_object();

		if (from->created)
			put(one, "created", text(from->created));
		if (from->created_by)
			put(one, "created_by", text(from->created_by));
		if (from->author)
			put(one, "author", text(from->author));
		if (from->comment)
			put(one, "comment", text(from->comment));
		if (from->empty_layer)
			put(one, "empty_layer", json_object_new_boolean(true));
		json_object_array_add(array, one);
	}
	return array;
}

static struct json_object *view_rootfs(const struct image_config *config)
{
	struct json_object *object = json_object_new_object();
	struct json_object *layers = json_object_new_array();

	for (size_t i = 0; i < config->diff_count; i++)
		json_object_array_add(layers, text(config->diff_ids[i].text));
	put(object, "Type", text("layers"));
	put(object, "Layers", layers);
	return object;
}

/* podman's names; docker's differ in Id, which has "sha256:" there. */
int view_inspect(const struct store *store, const struct image *image,
		 const struct tags *tags, struct json_object **ret,
		 struct error *err)
{
	auto_with(image_config_clear) struct image_config config = { 0 };
	struct json_object *object;

	if (view_config(store, image, &config, err) < 0)
		return -err->code;
	object = json_object_new_object();
	put(object, "Id", text(image->id));
	put(object, "Digest", text(image->manifest.text));
	view_names(object, image, tags);
	put(object, "Parent", text(""));
	put(object, "Comment",
	    text(config.history_count
			 ? config.history[config.history_count - 1].comment
			 : NULL));
	put(object, "Created", text(config.created));
	put(object, "Config", view_process(&config));
	put(object, "Version", text(""));
	put(object, "Author", text(config.author));
	put(object, "Architecture", text(config.platform.architecture));
	if (config.platform.variant)
		put(object, "Variant", text(config.platform.variant));
	put(object, "Os", text(config.platform.os));
	put(object, "Size", json_object_new_uint64(image->size));
	put(object, "VirtualSize", json_object_new_uint64(image->size));
	put(object, "RootFS", view_rootfs(&config));
	put(object, "Labels",
	    config.labels.count ? view_map(&config.labels) : NULL);
	put(object, "Annotations", json_object_new_object());
	put(object, "ManifestType", text(image->manifest_type));
	put(object, "User", text(config.user));
	put(object, "History", view_history(&config));
	put(object, "NamesHistory", NULL);
	*ret = object;
	return 0;
}
