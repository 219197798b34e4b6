// SPDX-License-Identifier: Apache-2.0
#include "image/check.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/record.h"
#include "image/sweep.h"
#include "image/tag.h"

/* @can_repair: it will be */
static void tell(struct check *check, bool can_repair, const char *fmt, ...)
	like_printf(3, 4);

static void tell(struct check *check, bool can_repair, const char *fmt, ...)
{
	auto_free char *text = NULL;
	auto_free char *line = NULL;
	bool mended = can_repair && check->repair;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	line = xasprintf("%s%s", text ? text : "", mended ? ": removed" : "");
	check->found++;
	check->repaired += mended;
	check->tell(check->tell_argument, line);
}

static bool has_blob(const struct store *store, const struct digest *digest)
{
	auto_free char *path = xasprintf("blobs/sha256/%s", digest_hex(digest));

	return faccessat(store->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Damaged blobs go first: what lacks them then is found by that. */
static int heard(const char *kind, const struct json_node *report,
		 void *argument, struct error *err)
{
	struct check *check = argument;
	struct json_object *name = NULL;

	(void)err;
	if (strcmp(kind, "damaged") == 0 &&
	    json_object_object_get_ex(report->value, "name", &name))
		tell(check, true, "blob %s is damaged",
		     json_object_get_string(name));
	return 0;
}

must_check static int check_blobs(const struct store *store,
				  struct check *check, struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	auto_close int blobs = store_open_dir(store, "blobs/sha256", err);

	if (check->quick || blobs == -ENOENT)
		return 0;
	if (blobs < 0)
		return blobs;
	json_object_object_add(request, "remove",
			       json_object_new_boolean(check->repair));
	return job_run(&(struct job_order){ .name = "verify",
					    .request = request,
					    .fds = &blobs,
					    .fd_count = 1 },
		       heard, check, err);
}

static size_t count_missing(const struct store *store,
			    const struct image *image)
{
	size_t missing = !has_blob(store, &image->manifest) +
			 !has_blob(store, &image->config);

	for (size_t i = 0; i < image->layer_count; i++)
		missing += !has_blob(store, &image->layers[i].digest);
	return missing;
}

static bool has_name(const struct tags *tags, const char *id)
{
	for (size_t i = 0; i < tags->count; i++)
		if (strcmp(tags->items[i].image, id) == 0)
			return true;
	return false;
}

must_check static int check_image(const struct store *store,
				  const struct tags *tags, const char *id,
				  struct check *check, struct error *err)
{
	auto_with(image_clear) struct image image = { 0 };
	struct error why = { 0 };
	int result = image_load(store, id, &image, &why);
	bool remove = check->force || !has_name(tags, id);
	size_t missing;

	if (result == -ENOENT)
		return 0;
	if (result < 0) {
		tell(check, remove, "image %.12s: %s", id, why.text);
	} else {
		missing = count_missing(store, &image);
		if (!missing)
			return 0;
		tell(check, remove, "image %.12s lacks %zu of its blobs", id,
		     missing);
	}
	return check->repair && remove ? image_remove(store, id, err) : 0;
}

must_check static int check_tags(const struct store *store,
				 const struct tags *tags, struct check *check,
				 struct error *err)
{
	for (size_t i = 0; i < tags->count; i++) {
		const struct tag *tag = &tags->items[i];
		auto_free char *path = xasprintf("images/%s", tag->image);

		if (faccessat(store->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		tell(check, true, "%s names an image that is missing",
		     tag->name);
		if (check->repair && tag_remove(store, tag->name, err) < 0)
			return -err->code;
	}
	return 0;
}

/* What nobody refers to. */
must_check static int check_rest(const struct store *store, struct check *check,
				 struct error *err)
{
	struct sweep found = { 0 };
	const struct {
		const size_t *count;
		const char *what;
	} kinds[] = {
		{ &found.blobs, "blobs that no image has" },
		{ &found.layers, "layers that no image has" },
		{ &found.containers, "directories of containers that ended" },
		{ &found.leftovers, "things that were being made" },
	};

	if (sweep(store, check->repair ? 0 : SWEEP_DRY_RUN, check->userns,
		  check->userns_argument, &found, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (*kinds[i].count)
			tell(check, true, "%zu %s", *kinds[i].count,
			     kinds[i].what);
	return 0;
}

/* Things in the store that are no part of it. */
must_check static int check_strangers(const struct store *store,
				      struct check *check, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };

	if (store_list(store, "blobs/sha256", &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++)
		if (!digest_is_hex(names.items[i]))
			tell(check, true, "blobs/sha256/%s is no blob",
			     names.items[i]);
	return 0;
}

int check_store(const struct store *store, struct check *check,
		struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_with(tags_clear) struct tags tags = { 0 };

	if (check_strangers(store, check, err) < 0 ||
	    check_blobs(store, check, err) < 0 ||
	    tags_read(store, &tags, err) < 0 ||
	    store_list(store, "images", &ids, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++)
		if (check_image(store, &tags, ids.items[i], check, err) < 0)
			return -err->code;
	if (check_tags(store, &tags, check, err) < 0)
		return -err->code;
	return check_rest(store, check, err);
}
