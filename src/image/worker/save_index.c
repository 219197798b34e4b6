// SPDX-License-Identifier: Apache-2.0
#include "image/worker/save_index.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"
#include "image/worker/report.h"

#define NAME_KEY "org.opencontainers.image.ref.name"

static struct json_object *make_index(void)
{
	struct json_object *index = json_object_new_object();

	report_number(index, "schemaVersion", 2);
	report_text(index, "mediaType",
		    "application/vnd.oci.image.index.v1+json");
	json_object_object_add(index, "manifests", json_object_new_array());
	return index;
}

static struct json_object *entries_of(struct json_object *index)
{
	struct json_object *entries = NULL;

	(void)json_object_object_get_ex(index, "manifests", &entries);
	return entries;
}

must_check static int read_index(int fd, struct json_object **ret,
				 struct error *err)
{
	auto_json struct json_object *index = NULL;
	struct json_node node = { 0 };
	auto_free char *text = NULL;
	size_t size;

	if (fd_read_text(fd, MANIFEST_SIZE_MAX, &text, &size, err) < 0 ||
	    json_parse(text, size, &index, err) < 0)
		return error_wrap(err, "index.json");
	node.value = index;
	if (json_expect_object(&node, err) < 0)
		return error_wrap(err, "index.json");
	if (!json_object_is_type(entries_of(index), json_type_array))
		return error_say(err, EINVAL,
				 "index.json has no list of manifests");
	*ret = steal_ptr(&index);
	return 0;
}

int save_index_begin(const struct save_place *place, struct json_object **ret,
		     struct error *err)
{
	auto_close int fd = -1;

	if (place->save->adds) {
		fd = path_open_in(place->save->to, "index.json",
				  O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
		if (fd >= 0)
			return read_index(fd, ret, err);
		if (fd != -ENOENT)
			return error_set(err, -fd, "open index.json");
	}
	*ret = make_index();
	return 0;
}

static struct json_object *describe(const struct saved_image *image,
				    const char *name)
{
	struct json_object *entry = json_object_new_object();
	struct json_object *annotations;

	report_text(entry, "mediaType", image->manifest.media_type);
	report_text(entry, "digest", image->digest.text);
	report_number(entry, "size", image->size);
	if (!name)
		return entry;
	annotations = json_object_new_object();
	report_text(annotations, NAME_KEY, name);
	json_object_object_add(entry, "annotations", annotations);
	return entry;
}

static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(object, key, &value)
		       ? json_object_get_string(value)
		       : NULL;
}

static bool is_same(const char *one, const char *other)
{
	return one && other && strcmp(one, other) == 0;
}

/* Is an entry what is to be added? Another image's gives up its name. */
static bool gives_way(struct json_object *entry,
		      const struct saved_image *image, const char *name)
{
	struct json_object *annotations = NULL;
	const char *other = NULL;

	if (json_object_object_get_ex(entry, "annotations", &annotations))
		other = text_of(annotations, NAME_KEY);
	/* One without a name is the image still, now that it gets one. */
	if (is_same(text_of(entry, "digest"), image->digest.text) &&
	    (!other || !name || is_same(other, name)))
		return true;
	if (is_same(other, name))
		json_object_object_del(annotations, NAME_KEY);
	return false;
}

void save_index_add(struct json_object *index, const struct saved_image *image,
		    const char *name)
{
	struct json_object *entries = entries_of(index);
	size_t count = json_object_array_length(entries), at = count;

	for (size_t i = 0; i < count; i++)
		if (gives_way(json_object_array_get_idx(entries, i), image,
			      name))
			at = i;
	if (at < count && !name)
		return;
	json_object_array_put_idx(entries, at, describe(image, name));
}

int save_index_put(const struct save_place *place, struct json_object *index,
		   struct error *err)
{
	const char *text = json_object_to_json_string_ext(
		index, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	return save_put_text(place, "index.json", text, strlen(text), err);
}
