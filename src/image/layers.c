// SPDX-License-Identifier: Apache-2.0
#include "image/layers.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

enum { READABLE_MAX = 120, NAME_DIGITS = 16, PATH_LENGTH = 4096 };

/* What is passed down while an image is unpacked. */
struct unpacking {
	const struct store *store;
	const struct layers_place *place;
	const char *map;
	const struct image_layer *layer; /* at work */
	int userns;                      /* UNOPENED, -1: none */
};

enum { UNOPENED = -2 };

static char *map_text(const struct id_map *map)
{
	auto_with(strv_clear) struct strv parts = { 0 };

	for (size_t i = 0; i < map->count; i++)
		strv_addf(&parts, "%u-%u-%u", map->extents[i].inside,
			  map->extents[i].outside, map->extents[i].count);
	return strv_join(&parts, ",");
}

/* FNV-1a, for maps too long to be a name: what they are is written beside. */
static unsigned long long hash_of(const char *text)
{
	unsigned long long hash = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ULL;
	return hash;
}

/* What a pair of maps is called in the store; owned. */
static char *map_name(const struct id_map *uids, const struct id_map *gids)
{
	auto_free char *users = map_text(uids);
	auto_free char *groups = map_text(gids);
	auto_free char *text = xasprintf("u%s.g%s", users, groups);

	if (strlen(text) <= READABLE_MAX)
		return steal_ptr(&text);
	return xasprintf("h%0*llx", NAME_DIGITS, hash_of(text));
}

static char *layer_path(const char *map, const struct image_layer *layer)
{
	return xasprintf("layers/%s/%s", map, digest_hex(&layer->chain_id));
}

static bool is_there(const struct store *store, const char *path)
{
	return faccessat(store->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

must_check static int make_dir(const struct store *store, const char *path,
			       struct error *err)
{
	if (mkdirat(store->fd, path, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "make %s/%s", store->path, path);
	return 0;
}

/* One does the work; who waited finds it done. The file goes with the work, so
 * that one that is locked may be nobody's any more.
 */
must_check static int take_turn(const struct store *store, const char *path,
				struct error *err)
{
	for (;;) {
		auto_close int fd =
			openat(store->fd, path,
			       O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		struct stat own, named;

		if (fd < 0)
			return error_set(err, errno, "open %s/%s", store->path,
					 path);
		while (flock(fd, LOCK_EX) < 0)
			if (errno != EINTR)
				return error_set(err, errno, "lock %s/%s",
						 store->path, path);
		if (fstat(fd, &own) == 0 &&
		    fstatat(store->fd, path, &named, AT_SYMLINK_NOFOLLOW) ==
			    0 &&
		    own.st_ino == named.st_ino)
			return steal_fd(&fd);
	}
}

static int heard(const char *kind, const struct json_node *report,
		 void *argument, struct error *err)
{
	struct unpacking *unpacking = argument;
	struct {
		uint64_t at, size;
	} told = { 0 };
	const struct json_row rows[] = {
		{ .key = "at", .kind = JSON_U64, .offset = 0 },
		{ .key = "size", .kind = JSON_U64, .offset = sizeof(uint64_t) },
		{ 0 },
	};

	if (strcmp(kind, "layer") != 0 || !unpacking->place->progress)
		return 0;
	if (json_read_object(report, rows, &told, err) < 0)
		return -err->code;
	unpacking->place->progress(unpacking->place->progress_argument,
				   unpacking->layer, told.at, told.size, false);
	return 0;
}

static struct json_object *make_request(const struct unpacking *unpacking,
					const struct image_layer *layer,
					const struct strv *lowers)
{
	struct json_object *request = json_object_new_object();
	struct json_object *list = json_object_new_array();

	json_object_object_add(request, "mediaType",
			       json_object_new_string(layer->media_type));
	json_object_object_add(request, "diffId",
			       json_object_new_string(layer->diff_id.text));
	json_object_object_add(request, "size",
			       json_object_new_uint64(layer->size));
	for (size_t i = lowers->count; i-- > 0;)
		json_object_array_add(list,
				      json_object_new_string(lowers->items[i]));
	json_object_object_add(request, "lowers", list);
	json_object_object_add(
		request, "singleId",
		json_object_new_boolean(unpacking->place->single_id));
	return request;
}

must_check static int open_userns(struct unpacking *unpacking,
				  struct error *err)
{
	const struct layers_place *place = unpacking->place;

	if (unpacking->userns != UNOPENED)
		return 0;

	int userns = place->open_userns
			     ? place->open_userns(place->argument, err)
			     : -1;

	if (userns < -1)
		return userns;
	unpacking->userns = userns;
	return 0;
}

/* @work: directory, in the store, that becomes the layer's */
must_check static int fill(struct unpacking *unpacking,
			   const struct image_layer *layer, const char *work,
			   const struct strv *lowers, struct error *err)
{
	const struct store *store = unpacking->store;
	auto_json struct json_object *request =
		make_request(unpacking, layer, lowers);
	auto_free char *diff = xasprintf("%s/diff", work);
	auto_close int blob = store_open_blob(store, &layer->digest, err);
	auto_close int tree = -1;

	if (blob < 0 || open_userns(unpacking, err) < 0)
		return -err->code;
	if (mkdirat(store->fd, work, 0700) < 0 ||
	    mkdirat(store->fd, diff, 0755) < 0)
		return error_set(err, errno, "make %s/%s", store->path, diff);
	tree = openat(store->fd, diff, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree < 0)
		return error_set(err, errno, "open %s/%s", store->path, diff);
	unpacking->layer = layer;
	return job_run(
		&(struct job_order){
			.name = "unpack",
			.request = request,
			.place =
				&(struct job_place){
					.userns = unpacking->userns },
			.fds = (int[]){ blob, tree },
			.fd_count = 2 },
		heard, unpacking, err);
}

/* Into place when it is whole, and on the disk. */
must_check static int unpack_here(struct unpacking *unpacking,
				  const struct image_layer *layer,
				  const char *path, const struct strv *lowers,
				  struct error *err)
{
	const struct store *store = unpacking->store;
	auto_free char *work = xasprintf("staging/%s.%s", unpacking->map,
					 digest_hex(&layer->chain_id));
	int result;

	/* What one that was killed has left. */
	if (store_trash(store, work, err) < 0)
		return -err->code;
	result = fill(unpacking, layer, work, lowers, err);
	if (result == 0)
		result = store_sync(store, err);
	if (result == 0 && renameat(store->fd, work, store->fd, path) < 0)
		result = error_set(err, errno, "make %s/%s", store->path, path);
	if (result < 0) {
		struct error ignored;

		if (store_trash(store, work, &ignored) < 0)
			log_debug("%s", ignored.text);
		return error_wrap(err, "unpack the layer %.19s",
				  layer->diff_id.text);
	}
	if (unpacking->place->progress)
		unpacking->place->progress(unpacking->place->progress_argument,
					   layer, layer->size, layer->size,
					   true);
	return 0;
}

must_check static int prepare_one(struct unpacking *unpacking,
				  const struct image_layer *layer,
				  const struct strv *lowers, char **ret_path,
				  struct error *err)
{
	const struct store *store = unpacking->store;
	auto_free char *path = layer_path(unpacking->map, layer);
	int result = 0;

	if (!is_there(store, path)) {
		auto_free char *turn =
			xasprintf("staging/%s.%s.lock", unpacking->map,
				  digest_hex(&layer->chain_id));
		auto_close int lock = take_turn(store, turn, err);

		if (lock < 0)
			return lock;
		if (!is_there(store, path))
			result = unpack_here(unpacking, layer, path, lowers,
					     err);
		(void)unlinkat(store->fd, turn, 0);
	}
	if (result == 0)
		*ret_path = xasprintf("%s/%s/diff", store->path, path);
	return result;
}

/* Return: 0, negative errno */
must_check static int make_map_dir(const struct store *store, const char *map,
				   struct error *err)
{
	auto_free char *path = xasprintf("layers/%s", map);

	return is_there(store, path) ? 0 : make_dir(store, path, err);
}

static void turn_over(struct strv *list)
{
	for (size_t i = 0; i < list->count / 2; i++) {
		char *kept = list->items[i];

		list->items[i] = list->items[list->count - 1 - i];
		list->items[list->count - 1 - i] = kept;
	}
}

int layers_prepare(const struct store *store, const struct image *image,
		   const struct layers_place *place, struct strv *ret,
		   struct error *err)
{
	auto_free char *map = map_name(place->uids, place->gids);
	struct unpacking unpacking = {
		store, place, map, NULL, UNOPENED,
	};
	int result = make_map_dir(store, map, err);

	for (size_t i = 0; i < image->layer_count && result == 0; i++) {
		char *path = NULL;

		result = prepare_one(&unpacking, &image->layers[i], ret, &path,
				     err);
		if (result == 0)
			strv_add(ret, path);
	}
	if (unpacking.userns >= 0)
		close(unpacking.userns);
	turn_over(ret);
	return result;
}
