// SPDX-License-Identifier: Apache-2.0
/* The job "flatten": one tree of all layers, for roots that can't be an
 * overlay. Directories are gone through level by level: a tree may be deeper
 * than there are descriptors.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/copy.h"
#include "image/worker/lowers.h"
#include "image/worker/names.h"
#include "image/worker/request.h"
#include "image/worker/work.h"

enum { KEY_SIZE = 24 };

/* For flattening_clear(). */
struct flattening {
	int from, to;
	struct strv directories; /* paths below both; done up to .next */
	size_t next;
	struct names links; /* paths of files with several names, by inode */
	struct finish finish;
};

static void flattening_clear(struct flattening *flattening)
{
	strv_clear(&flattening->directories);
	names_clear(&flattening->links);
	finish_clear(&flattening->finish);
}

/* A directory, and what it is called. */
struct level {
	const char *path;
	int from, to;
};

static char *join(const char *path, const char *name)
{
	return strcmp(path, ".") == 0 ? xstrdup(name)
				      : xasprintf("%s/%s", path, name);
}

must_check static int copy_name(struct flattening *flattening,
				const struct level *level, const char *name,
				const struct stat *st, struct error *err)
{
	char key[KEY_SIZE];
	const char *first;

	if (st->st_nlink < 2)
		return copy_file(level->from, level->to, name, name, err);
	(void)snprintf(key, sizeof(key), "%lu", (unsigned long)st->st_ino);
	first = names_get(&flattening->links, key);
	if (!first) {
		auto_free char *path = join(level->path, name);

		names_put(&flattening->links, key, path);
		return copy_file(level->from, level->to, name, name, err);
	}
	if (linkat(flattening->to, first, level->to, name, 0) < 0)
		return error_set(err, errno, "link %s/%s", level->path, name);
	return 0;
}

must_check static int copy_entry(struct flattening *flattening,
				 const struct level *level, const char *name,
				 struct error *err)
{
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (fstatat(level->from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "look at %s/%s", level->path,
				 name);
	if (!S_ISDIR(st.st_mode))
		return copy_name(flattening, level, name, &st, err);
	if (mkdirat(level->to, name, 0700) < 0)
		return error_set(err, errno, "make %s/%s", level->path, name);
	strv_add(&flattening->directories, join(level->path, name));
	return 0;
}

must_check static int copy_entries(struct flattening *flattening,
				   const struct level *level, struct error *err)
{
	int fd = openat(level->from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return error_set(err, errno, "read %s", level->path);
	while ((errno = 0, entry = readdir(dir)))
		if (copy_entry(flattening, level, entry->d_name, err) < 0)
			return -err->code;
	return errno ? error_set(err, errno, "read %s", level->path) : 0;
}

must_check static int copy_level(struct flattening *flattening,
				 const char *path, struct error *err)
{
	auto_close int from =
		openat(flattening->from, path,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	auto_close int to =
		openat(flattening->to, path,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const struct level level = { path, from, to };

	if (from < 0 || to < 0)
		return error_set(err, errno, "open %s", path);
	if (copy_entries(flattening, &level, err) < 0)
		return -err->code;
	return copy_directory(from, to, path, &flattening->finish, err);
}

must_check static int flatten(struct flattening *flattening, struct error *err)
{
	strv_add(&flattening->directories, xstrdup("."));
	while (flattening->next < flattening->directories.count) {
		auto_free char *path = xstrdup(
			flattening->directories.items[flattening->next++]);

		if (copy_level(flattening, path, err) < 0)
			return -err->code;
	}
	return finish_run(&flattening->finish, flattening->to, err);
}

int work_flatten(struct error *err)
{
	struct request {
		struct strv lowers;
	} request = { 0 };
	static const struct json_row rows[] = {
		{ .key = "lowers", JSON_MEMBER(struct request, lowers) },
		{ 0 },
	};
	auto_with(flattening_clear) struct flattening flattening = {
		.to = FIRST_FD,
	};
	auto_close int lower = -1;
	int result = request_read(rows, &request, err);

	(void)umask(0);
	if (result == 0)
		lower = lowers_open(&request.lowers, err);
	strv_clear(&request.lowers);
	if (result < 0 || lower < -1)
		return -err->code;
	if (confine_to_trees(FIRST_FD, lower, err) < 0)
		return -err->code;
	flattening.from = lower;
	return lower < 0 ? 0 : flatten(&flattening, err);
}
