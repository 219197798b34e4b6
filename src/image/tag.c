// SPDX-License-Identifier: Apache-2.0
#include "image/tag.h"

#include <dirent.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "oci/reference.h"

enum { TAG_MAX = 64 << 10 };

void tag_clear(struct tag *tag)
{
	free(tag->name);
	free(tag->image);
	*tag = (struct tag){ 0 };
}

void tags_clear(struct tags *tags)
{
	for (size_t i = 0; i < tags->count; i++)
		tag_clear(&tags->items[i]);
	free(tags->items);
	*tags = (struct tags){ 0 };
}

/* Slashes are what a name has and a file name hasn't; no percent sign stands in
 * a name. Return: owned; NULL: too long for a file
 */
static char *file_of(const char *name)
{
	size_t length = strlen(name), slashes = 0;
	char *path, *at;

	for (const char *c = name; *c; c++)
		slashes += *c == '/';
	if (length + 2 * slashes > NAME_MAX)
		return NULL;
	path = xcalloc(length + 2 * slashes + sizeof("tags/"), 1);
	at = stpcpy(path, "tags/");
	for (const char *c = name; *c; c++)
		if (*c == '/')
			at = stpcpy(at, "%2F");
		else
			*at++ = *c;
	return path;
}

static char *name_of(const char *file)
{
	char *name = xstrdup(file), *to = name;

	for (const char *from = file; *from; from++)
		if (strncmp(from, "%2F", 3) == 0) {
			*to++ = '/';
			from += 2;
		} else {
			*to++ = *from;
		}
	*to = '\0';
	return name;
}

must_check static int read_file(const struct store *store, const char *path,
				struct tag *ret, struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "image",
		  JSON_MEMBER(struct tag, image),
		  .required = true },
		{ .key = "digest",
		  .kind = JSON_READ,
		  .read = digest_read,
		  .offset = offsetof(struct tag, digest) },
		{ 0 },
	};
	auto_json struct json_object *root = NULL;
	auto_with(tag_clear) struct tag tag = { 0 };
	auto_free char *text = NULL;
	size_t size;
	int result = store_read(store, path, TAG_MAX, &text, &size, err);

	if (result < 0)
		return result;
	if (json_parse(text, size, &root, err) < 0)
		return error_wrap(err, "%s/%s", store->path, path);

	struct json_node node = { .value = root };

	if (json_read_object(&node, rows, &tag, err) < 0)
		return error_wrap(err, "%s/%s", store->path, path);
	if (!digest_is_hex(tag.image))
		return error_say(err, EINVAL, "%s/%s: the id is none",
				 store->path, path);
	tag.name = name_of(path + strlen("tags/"));
	*ret = tag;
	tag = (struct tag){ 0 };
	return 0;
}

int tag_find(const struct store *store, const char *name, struct tag *ret,
	     struct error *err)
{
	auto_free char *path = file_of(name);

	return path ? read_file(store, path, ret, err) : -ENOENT;
}

int tags_read(const struct store *store, struct tags *ret, struct error *err)
{
	auto_with(strv_clear) struct strv files = { 0 };
	struct tags tags = { 0 };

	if (store_list(store, "tags", &files, err) < 0)
		return -err->code;
	tags.items = xcalloc(files.count + 1, sizeof(*tags.items));
	for (size_t i = 0; i < files.count; i++) {
		auto_free char *path = xasprintf("tags/%s", files.items[i]);
		int result =
			read_file(store, path, &tags.items[tags.count], err);

		if (result < 0 && result != -ENOENT) {
			tags_clear(&tags);
			return result;
		}
		tags.count += result == 0;
	}
	*ret = tags;
	return 0;
}

int tag_put(const struct store *store, const char *name, const char *image,
	    const struct digest *digest, struct error *err)
{
	auto_json struct json_object *root = json_object_new_object();
	auto_free char *path = file_of(name);

	if (!path)
		return error_say(err, ENAMETOOLONG,
				 "the name %s is too long to be kept", name);
	json_object_object_add(root, "image", json_object_new_string(image));
	if (digest && digest_is_set(digest))
		json_object_object_add(root, "digest",
				       json_object_new_string(digest->text));
	return store_put(
		store, path,
		json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN),
		err);
}

int tag_remove(const struct store *store, const char *name, struct error *err)
{
	auto_free char *path = file_of(name);

	if (path && unlinkat(store->fd, path, 0) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s/%s", store->path, path);
	return 0;
}

/* Without a lock or making anything: it is only a look. */
void tags_offer(struct strv *ret)
{
	static const char local[] = "localhost/";
	struct error ignored;
	auto_free char *path = store_path(&ignored);
	auto_free char *tags = path ? xasprintf("%s/tags", path) : NULL;
	auto_closedir DIR *dir = tags ? opendir(tags) : NULL;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		auto_free char *name = name_of(entry->d_name);
		char *end;

		if (entry->d_name[0] == '.')
			continue;
		end = strrchr(name, ':');
		if (end && strcmp(end, ":latest") == 0)
			*end = '\0';
		strv_add(ret, strncmp(name, local, strlen(local)) == 0
				      ? xstrdup(name + strlen(local))
				      : reference_short(name));
	}
}
