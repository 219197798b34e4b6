// SPDX-License-Identifier: Apache-2.0
#include "container/state_json.h"

#include <json.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

static void put(struct json_object *object, const char *key, const char *value)
{
	if (value)
		(void)json_object_object_add(object, key,
					     json_object_new_string(value));
}

static void put_annotations(struct json_object *object, const struct strv *list)
{
	struct json_object *annotations;

	if (!list || !list->count)
		return;
	annotations = json_object_new_object();
	for (size_t i = 0; i < list->count; i++) {
		const char *item = list->items[i];
		size_t length = strcspn(item, "=");
		auto_free char *key = xstrndup(item, length);

		put(annotations, key, item + length + (item[length] == '='));
	}
	(void)json_object_object_add(object, "annotations", annotations);
}

struct json_object *state_to_json(const struct state_facts *facts)
{
	struct json_object *object = json_object_new_object();

	put(object, "ociVersion", "1.3.0");
	put(object, "id", facts->id);
	if (!facts->no_pid)
		(void)json_object_object_add(object, "pid",
					     json_object_new_int64(facts->pid));
	put(object, "status", facts->status);
	put(object, "bundle", facts->bundle);
	put(object, "rootfs", facts->rootfs);
	put(object, "created", facts->created);
	put_annotations(object, facts->annotations);
	put(object, "owner", facts->owner);
	return object;
}

char *state_json(const struct state_facts *facts)
{
	auto_json struct json_object *object = state_to_json(facts);

	return xstrdup(json_object_to_json_string_ext(
		object,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}
