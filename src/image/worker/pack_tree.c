// SPDX-License-Identifier: Apache-2.0
/* The walk through a tree, directories before what is in them, by name. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/pack.h"
#include "image/worker/report.h"

/* A directory on the way to where we are. */
struct level {
	char *path;
	struct strv names; /* sorted */
	size_t next;
};

struct walk {
	struct level *levels; /* owned */
	size_t depth;
};

int pack_open(const struct pack *pack, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)(flags | O_NOFOLLOW | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};
	long fd = syscall(SYS_openat2, pack->tree, *path ? path : ".", &how,
			  sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* One that is gone, or is none any more, has nothing in it. */
must_check static int list(const struct pack *pack, const char *path,
			   struct strv *ret, struct error *err)
{
	int fd = pack_open(pack, path, O_RDONLY | O_DIRECTORY);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP)
		return 0;
	if (!dir)
		return error_set(err, fd < 0 ? -fd : errno, "read %s", path);
	while ((errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			strv_add(ret, xstrdup(entry->d_name));
	if (errno)
		return error_set(err, errno, "read %s", path);
	strv_sort(ret);
	return 0;
}

must_check static int enter(struct walk *walk, const struct pack *pack,
			    const char *path, struct error *err)
{
	struct level level = { .path = xstrdup(path) };
	int result = list(pack, path, &level.names, err);

	walk->levels = xrealloc_array(walk->levels, walk->depth + 1,
				      sizeof(*walk->levels));
	walk->levels[walk->depth++] = level;
	return result;
}

static void leave(struct walk *walk)
{
	struct level *level = &walk->levels[--walk->depth];

	free(level->path);
	strv_clear(&level->names);
}

static void walk_clear(struct walk *walk)
{
	while (walk->depth)
		leave(walk);
	free(walk->levels);
}

/* Longer ones nobody could unpack, nor we open. */
static bool is_too_long(const char *path)
{
	if (strlen(path) < PATH_MAX)
		return false;
	report_warning("%.60s...: its path is longer than %d bytes: left out",
		       path, PATH_MAX - 1);
	return true;
}

int pack_tree(struct pack *pack, struct error *err)
{
	auto_with(walk_clear) struct walk walk = { 0 };
	int result = pack_one(pack, "", err);

	if (result > 0)
		result = enter(&walk, pack, "", err);
	while (result >= 0 && walk.depth) {
		struct level *level = &walk.levels[walk.depth - 1];
		auto_free char *path = NULL;

		if (level->next == level->names.count) {
			leave(&walk);
			continue;
		}
		path = xasprintf("%s%s%s", level->path, *level->path ? "/" : "",
				 level->names.items[level->next++]);
		if (is_too_long(path))
			continue;
		result = pack_one(pack, path, err);
		if (result > 0)
			result = enter(&walk, pack, path, err);
	}
	return result;
}
