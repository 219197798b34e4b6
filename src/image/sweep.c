// SPDX-License-Identifier: Apache-2.0
#include "image/sweep.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "image/record.h"
#include "image/tag.h"
#include "image/writable.h"

#define PART_SUFFIX ".part"

/* Names that are referred to, sorted before they are asked for. */
struct marks {
	struct strv blobs;  /* hexadecimal digits */
	struct strv chains; /* the same, of layers */
};

struct sweeping {
	const struct store *store;
	unsigned int flags;
	struct sweep found;
};

static void marks_clear(struct marks *marks)
{
	strv_clear(&marks->blobs);
	strv_clear(&marks->chains);
}

static int compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static bool has(const struct strv *list, const char *name)
{
	return list->count && bsearch(&name, list->items, list->count,
				      sizeof(*list->items), compare);
}

static void mark(struct strv *list, const struct digest *digest)
{
	if (digest_is_set(digest))
		strv_add(list, xstrdup(digest_hex(digest)));
}

static void mark_image(const struct image *image, struct marks *marks)
{
	mark(&marks->blobs, &image->manifest);
	mark(&marks->blobs, &image->config);
	for (size_t i = 0; i < image->layer_count; i++) {
		mark(&marks->blobs, &image->layers[i].digest);
		mark(&marks->chains, &image->layers[i].chain_id);
	}
}

/* A record that can't be read may hold anything: then nothing is removed. */
must_check static int mark_all(const struct store *store, struct marks *marks,
			       struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_with(tags_clear) struct tags tags = { 0 };

	if (store_list(store, "images", &ids, err) < 0 ||
	    tags_read(store, &tags, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++) {
		auto_with(image_clear) struct image image = { 0 };
		int result = image_load(store, ids.items[i], &image, err);

		if (result < 0 && result != -ENOENT)
			return result;
		mark_image(&image, marks);
	}
	/* Lists that an image was chosen from. */
	for (size_t i = 0; i < tags.count; i++)
		mark(&marks->blobs, &tags.items[i].digest);
	strv_sort(&marks->blobs);
	strv_sort(&marks->chains);
	return 0;
}

static uint64_t size_of(const struct store *store, const char *path)
{
	struct stat st;

	if (fstatat(store->fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return (uint64_t)st.st_size;
}

must_check static int drop_file(struct sweeping *sweeping, const char *path,
				size_t *count, struct error *err)
{
	(*count)++;
	sweeping->found.bytes += size_of(sweeping->store, path);
	if (sweeping->flags & SWEEP_DRY_RUN)
		return 0;
	if (unlinkat(sweeping->store->fd, path, 0) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s/%s",
				 sweeping->store->path, path);
	return 0;
}

must_check static int drop_tree(struct sweeping *sweeping, const char *path,
				size_t *count, struct error *err)
{
	(*count)++;
	if (sweeping->flags & SWEEP_DRY_RUN)
		return 0;
	return store_trash(sweeping->store, path, err);
}

must_check static int sweep_blobs(struct sweeping *sweeping,
				  const struct marks *marks, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };

	if (store_list(sweeping->store, "blobs/sha256", &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++) {
		auto_free char *path =
			xasprintf("blobs/sha256/%s", names.items[i]);

		if (!has(&marks->blobs, names.items[i]) &&
		    drop_file(sweeping, path, &sweeping->found.blobs, err) < 0)
			return -err->code;
	}
	return 0;
}

must_check static int sweep_map(struct sweeping *sweeping, const char *map,
				const struct marks *marks, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };
	auto_free char *dir = xasprintf("layers/%s", map);

	if (store_list(sweeping->store, dir, &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++) {
		auto_free char *path = xasprintf("%s/%s", dir, names.items[i]);

		if (!has(&marks->chains, names.items[i]) &&
		    drop_tree(sweeping, path, &sweeping->found.layers, err) < 0)
			return -err->code;
	}
	/* Not empty: then it stays. */
	if (!(sweeping->flags & SWEEP_DRY_RUN))
		(void)unlinkat(sweeping->store->fd, dir, AT_REMOVEDIR);
	return 0;
}

must_check static int sweep_layers(struct sweeping *sweeping,
				   const struct marks *marks, struct error *err)
{
	auto_with(strv_clear) struct strv maps = { 0 };

	if (store_list(sweeping->store, "layers", &maps, err) < 0)
		return -err->code;
	for (size_t i = 0; i < maps.count; i++)
		if (sweep_map(sweeping, maps.items[i], marks, err) < 0)
			return -err->code;
	return 0;
}

/* Killed ones have left them. */
must_check static int sweep_containers(struct sweeping *sweeping,
				       struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };

	if (store_list(sweeping->store, "containers", &ids, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++) {
		auto_free char *path = xasprintf("containers/%s", ids.items[i]);

		if (writable_is_stale(sweeping->store, ids.items[i]) &&
		    drop_tree(sweeping, path, &sweeping->found.containers,
			      err) < 0)
			return -err->code;
	}
	return 0;
}

/* Somebody was killed while removing them. Nobody else is here. */
must_check static int sweep_volumes(struct sweeping *sweeping,
				    struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };

	if (store_list(sweeping->store, "volumes", &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++) {
		auto_free char *path = xasprintf("volumes/%s", names.items[i]);
		auto_free char *record = xasprintf("%s/volume.json", path);

		if (faccessat(sweeping->store->fd, record, F_OK,
			      AT_SYMLINK_NOFOLLOW) < 0 &&
		    errno == ENOENT &&
		    drop_tree(sweeping, path, &sweeping->found.leftovers, err) <
			    0)
			return -err->code;
	}
	return 0;
}

static bool is_part(const char *name)
{
	size_t length = strlen(name), suffix = strlen(PART_SUFFIX);

	return length > suffix &&
	       strcmp(name + length - suffix, PART_SUFFIX) == 0;
}

/* Nobody else is here: what is on its way has been left. Parts of blobs are
 * kept to be gone on with, unless they are asked for.
 */
must_check static int sweep_ways(struct sweeping *sweeping, struct error *err)
{
	auto_with(strv_clear) struct strv staged = { 0 };
	auto_with(strv_clear) struct strv fetched = { 0 };
	struct sweep *found = &sweeping->found;

	if (store_list(sweeping->store, "staging", &staged, err) < 0 ||
	    store_list(sweeping->store, "ingest", &fetched, err) < 0)
		return -err->code;
	for (size_t i = 0; i < staged.count; i++) {
		auto_free char *path = xasprintf("staging/%s", staged.items[i]);

		if (drop_tree(sweeping, path, &found->leftovers, err) < 0)
			return -err->code;
	}
	for (size_t i = 0; i < fetched.count; i++) {
		auto_free char *path = xasprintf("ingest/%s", fetched.items[i]);
		bool part = is_part(fetched.items[i]);

		if (part && !(sweeping->flags & SWEEP_PARTS))
			continue;
		if (drop_file(sweeping, path,
			      part ? &found->parts : &found->leftovers,
			      err) < 0)
			return -err->code;
	}
	return 0;
}

int sweep(const struct store *store, unsigned int flags, userns_fn *userns,
	  void *argument, struct sweep *ret, struct error *err)
{
	auto_with(marks_clear) struct marks marks = { 0 };
	struct sweeping sweeping = { store, flags, { 0 } };

	if (mark_all(store, &marks, err) < 0 ||
	    sweep_blobs(&sweeping, &marks, err) < 0 ||
	    sweep_layers(&sweeping, &marks, err) < 0 ||
	    sweep_containers(&sweeping, err) < 0 ||
	    sweep_volumes(&sweeping, err) < 0 || sweep_ways(&sweeping, err) < 0)
		return -err->code;
	if (ret)
		*ret = sweeping.found;
	if (flags & SWEEP_DRY_RUN)
		return 0;
	return trash_empty(store, userns, argument, err);
}

int sweep_try(struct store *store, userns_fn *userns, void *argument,
	      struct error *err)
{
	if (flock(store->lock, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			       ? 0
			       : error_set(err, errno, "lock %s", store->path);
	return sweep(store, 0, userns, argument, NULL, err);
}

/* Unlike a container that runs: its directory is locked. */
static bool has_stale(const struct store *store)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	struct error ignored;

	if (store_list(store, "containers", &ids, &ignored) < 0)
		return false;
	for (size_t i = 0; i < ids.count; i++)
		if (writable_is_stale(store, ids.items[i]))
			return true;
	return false;
}

static bool has_entries(const struct store *store, const char *name)
{
	auto_with(strv_clear) struct strv names = { 0 };
	struct error ignored;

	return store_list(store, name, &names, &ignored) == 0 &&
	       names.count > 0;
}

/* Parts of blobs are no leftovers: they are gone on with. */
static bool has_unfinished(const struct store *store)
{
	auto_with(strv_clear) struct strv names = { 0 };
	struct error ignored;

	if (store_list(store, "ingest", &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (!is_part(names.items[i]))
			return true;
	return false;
}

void sweep_leftovers(userns_fn *userns, void *argument)
{
	auto_with(store_close) struct store store = { 0 };
	struct error err;

	if (store_open(STORE_SHARED, &store, &err) < 0 ||
	    (!has_entries(&store, "trash") && !has_entries(&store, "staging") &&
	     !has_unfinished(&store) && !has_stale(&store)))
		return;
	if (sweep_try(&store, userns, argument, &err) < 0)
		log_debug("sweep the store: %s", err.text);
}
