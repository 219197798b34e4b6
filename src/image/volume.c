// SPDX-License-Identifier: Apache-2.0
#include "image/volume.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "base/timestamp.h"

enum { NAME_LONGEST = 200, RECORD_MAX = 1 << 20, DATA_MODE = 0755 };

void volume_clear(struct volume *volume)
{
	free(volume->name);
	free(volume->path);
	free(volume->created);
	strv_clear(&volume->labels);
	*volume = (struct volume){ 0 };
}

bool volume_is_name(const char *word)
{
	if (!isalnum((unsigned char)*word) || strlen(word) > NAME_LONGEST)
		return false;
	for (const char *c = word; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			return false;
	return true;
}

static int no_such_volume(const char *name, struct error *err)
{
	return error_say(err, ENOENT, "%s: no such volume", name);
}

static char *record_text(const struct strv *labels)
{
	auto_json struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();
	auto_free char *now = timestamp();

	json_add_text(object, "created", now);
	for (size_t i = 0; labels && i < labels->count; i++)
		json_object_array_add(list,
				      json_object_new_string(labels->items[i]));
	json_object_object_add(object, "labels", list);
	return xstrdup(
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
}

/* All of it, out of everybody's sight yet. */
must_check static int fill(const struct store *store, const char *work,
			   const struct strv *labels, struct error *err)
{
	auto_free char *data = xasprintf("%s/_data", work);
	auto_free char *record = xasprintf("%s/volume.json", work);
	auto_free char *fresh = xasprintf("%s/fresh", work);
	auto_free char *text = record_text(labels);
	struct iovec part = { text, strlen(text) };
	int result = 0;

	if (mkdirat(store->fd, work, 0700) < 0 ||
	    mkdirat(store->fd, data, DATA_MODE) < 0 ||
	    fchmodat(store->fd, data, DATA_MODE, 0) < 0)
		return error_set(err, errno, "make %s/%s", store->path, data);
	result = file_put_durable(store->fd, record, &part, 1, 0600);
	if (result == 0)
		result = file_put_durable(store->fd, fresh, NULL, 0, 0600);
	return result < 0 ? error_set(err, -result, "write %s/%s", store->path,
				      record)
			  : 0;
}

int volume_make(const struct store *store, const char *name,
		const struct strv *labels, struct error *err)
{
	auto_free char *work = store_work_name("staging");
	auto_free char *path = xasprintf("volumes/%s", name);
	int code;

	if (!volume_is_name(name))
		return error_say(
			err, EINVAL,
			"'%s' is not a name: letters, digits, _ . and -, a letter or digit first, at most %d",
			name, NAME_LONGEST);
	if (mkdirat(store->fd, "volumes", 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "make %s/volumes", store->path);
	if (fill(store, work, labels, err) < 0)
		return -err->code;
	if (renameat2(store->fd, work, store->fd, path, RENAME_NOREPLACE) == 0)
		return store_sync(store, err);
	code = errno;
	if (store_trash(store, work, err) < 0)
		return -err->code;
	return code == EEXIST
		       ? error_say(err, EEXIST, "%s: there is such a volume",
				   name)
		       : error_set(err, code, "make the volume %s", name);
}

/* Return: descriptor, -ENOENT with a message, other negative errno */
must_check static int open_volume(const struct store *store, const char *name,
				  struct error *err)
{
	auto_free char *path = xasprintf("volumes/%s", name);
	int fd = volume_is_name(name) ? store_open_dir(store, path, err)
				      : -ENOENT;

	return fd == -ENOENT ? no_such_volume(name, err) : fd;
}

int volume_load(const struct store *store, const char *name, struct volume *ret,
		struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "created", JSON_MEMBER(struct volume, created) },
		{ .key = "labels", JSON_MEMBER(struct volume, labels) },
		{ 0 },
	};
	auto_with(volume_clear) struct volume volume = { 0 };
	auto_json struct json_object *parsed = NULL;
	auto_close int dir = open_volume(store, name, err);
	auto_free char *text = NULL;
	auto_close int fd = -1;
	size_t size;

	if (dir < 0)
		return dir;
	fd = openat(dir, "volume.json", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open volume.json of %s", name);
	if (fd_read_text(fd, RECORD_MAX, &text, &size, err) < 0 ||
	    json_parse(text, size, &parsed, err) < 0)
		return error_wrap(err, "volume.json of %s", name);

	const struct json_node node = { .value = parsed };

	if (json_read_object(&node, rows, &volume, err) < 0)
		return error_wrap(err, "volume.json of %s", name);
	volume.name = xstrdup(name);
	volume.path = xasprintf("%s/volumes/%s/_data", store->path, name);
	volume.is_fresh = faccessat(dir, "fresh", F_OK, 0) == 0;
	*ret = volume;
	volume = (struct volume){ 0 };
	return 0;
}

int volume_list(const struct store *store, struct strv *ret, struct error *err)
{
	return store_list(store, "volumes", ret, err);
}

void volumes_offer(struct strv *ret)
{
	struct error ignored;
	auto_free char *path = store_path(&ignored);
	auto_free char *volumes = path ? xasprintf("%s/volumes", path) : NULL;
	auto_closedir DIR *dir = volumes ? opendir(volumes) : NULL;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (volume_is_name(entry->d_name))
			strv_add(ret, xstrdup(entry->d_name));
	strv_sort(ret);
}

static int lock(int fd, int how)
{
	int result;

	do {
		result = flock(fd, how);
	} while (result < 0 && errno == EINTR);
	return result;
}

static bool is_empty(int dir)
{
	int fd = openat(dir, "_data", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			return false;
	return stream;
}

/* The mark says by a byte that copying has begun. Killed after that, what is
 * there is no more than a part of what the image has: no command has run yet.
 */
must_check static int begin_copy(const struct store *store, const char *name,
				 int dir, int mark, struct error *err)
{
	auto_free char *data = xasprintf("volumes/%s/_data", name);
	struct stat st;

	if (fstat(mark, &st) < 0)
		return error_set(err, errno, "look at the volume %s", name);
	if (st.st_size > 0) {
		if (store_trash(store, data, err) < 0)
			return -err->code;
		if (mkdirat(store->fd, data, DATA_MODE) < 0 ||
		    fchmodat(store->fd, data, DATA_MODE, 0) < 0)
			return error_set(err, errno, "make %s/%s", store->path,
					 data);
		return 1;
	}
	/* Somebody has put something there: so be it. */
	if (!is_empty(dir)) {
		(void)unlinkat(dir, "fresh", 0);
		return 0;
	}
	if (write(mark, "c", 1) != 1 || fsync(mark) < 0)
		return error_set(err, errno, "write to the volume %s", name);
	return 1;
}

/* Return: descriptor of the mark, locked; -1: nothing is to be copied; other
 * negative errno
 */
must_check static int take_mark(const struct store *store, const char *name,
				int dir, struct error *err)
{
	auto_close int mark =
		openat(dir, "fresh", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int result;

	if (mark < 0 && errno == ENOENT)
		return -1;
	if (mark < 0 || lock(mark, LOCK_EX) < 0 || fstat(mark, &st) < 0)
		return error_set(err, errno, "open the volume %s", name);
	/* Whoever had it before us has done it. */
	if (st.st_nlink == 0)
		return -1;
	result = begin_copy(store, name, dir, mark, err);
	if (result < 0)
		return result;
	return result ? steal_fd(&mark) : -1;
}

/* What somebody who was killed has left of one that was to be removed. */
must_check static int drop_rest(const struct store *store, const char *name,
				int dir, struct error *err)
{
	auto_free char *path = xasprintf("volumes/%s", name);
	struct stat held, there;

	/* With the lock nobody else gives the name to something else. */
	if (flock(dir, LOCK_EX | LOCK_NB) < 0 || fstat(dir, &held) < 0 ||
	    fstatat(store->fd, path, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
	    held.st_ino != there.st_ino)
		return 0;
	return store_trash(store, path, err);
}

/* Return: descriptor, locked, of a directory that is still there */
must_check static int hold(const struct store *store, const char *name,
			   struct error *err)
{
	for (;;) {
		auto_close int dir = open_volume(store, name, err);
		struct stat st;

		if (dir == -ENOENT) {
			*err = (struct error){ 0 };
			if (volume_make(store, name, NULL, err) < 0 &&
			    err->code != EEXIST)
				return -err->code;
			*err = (struct error){ 0 };
			continue;
		}
		if (dir < 0)
			return dir;
		if (lock(dir, LOCK_SH) < 0)
			return error_set(err, errno, "lock the volume %s",
					 name);
		/* It may have been removed before we had the lock. */
		if (fstatat(dir, "volume.json", &st, AT_SYMLINK_NOFOLLOW) == 0)
			return steal_fd(&dir);
		if (drop_rest(store, name, dir, err) < 0)
			return -err->code;
	}
}

int volume_use_begin(const struct store *store, const char *name, bool copy,
		     struct volume_use *ret, struct error *err)
{
	auto_with(volume_use_end) struct volume_use use = VOLUME_UNUSED;
	struct stat st;

	if (!volume_is_name(name))
		return error_say(
			err, EINVAL,
			"'%s' is neither a path (which begins with / or .) nor the name of a volume",
			name);
	use.lock = hold(store, name, err);
	if (use.lock < 0)
		return -err->code;
	if (fstatat(use.lock, "_data", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode))
		return error_say(err, ENOTDIR,
				 "%s/volumes/%s/_data isn't a directory",
				 store->path, name);
	if (copy) {
		use.fresh = take_mark(store, name, use.lock, err);
		if (use.fresh < -1)
			return -err->code;
	}
	*ret = (struct volume_use){
		.lock = steal_fd(&use.lock),
		.fresh = steal_fd(&use.fresh),
		.path = xasprintf("%s/volumes/%s/_data", store->path, name),
	};
	return 0;
}

void volume_use_copied(struct volume_use *use)
{
	if (use->fresh < 0)
		return;
	(void)unlinkat(use->lock, "fresh", 0);
	close(use->fresh);
	use->fresh = -1;
}

void volume_use_end(struct volume_use *use)
{
	if (use->fresh >= 0)
		close(use->fresh);
	if (use->lock >= 0)
		close(use->lock);
	free(use->path);
	*use = VOLUME_UNUSED;
}

bool volume_is_used(const struct store *store, const char *name)
{
	struct error ignored;
	auto_close int dir = open_volume(store, name, &ignored);

	return dir >= 0 && flock(dir, LOCK_EX | LOCK_NB) < 0;
}

int volume_remove(const struct store *store, const char *name,
		  userns_fn *userns, void *argument, struct error *err)
{
	auto_free char *path = xasprintf("volumes/%s", name);
	auto_close int dir = open_volume(store, name, err);

	if (dir < 0)
		return dir;
	if (flock(dir, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			       ? error_say(err, EBUSY,
					   "%s: a container uses the volume",
					   name)
			       : error_set(err, errno, "lock the volume %s",
					   name);
	/* First what makes it one: who waits for the lock sees that. */
	if (unlinkat(dir, "volume.json", 0) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove the volume %s", name);
	return trash_remove(store->path, path, userns, argument, err);
}
