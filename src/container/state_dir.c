// SPDX-License-Identifier: Apache-2.0
/* The directories of containers: made, found, locked, listed, removed. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "container/name.h"
#include "container/state.h"

/* As runc: longer ones fail later, as part of a cgroup's or a unit's name. */
#define ID_MAX 1024

void state_dir_clear(struct state_dir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	free(dir->path);
	*dir = (struct state_dir){ .fd = -1 };
}

static int check_root(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT
			       ? 0
			       : error_set(err, errno, "look at %s", path);
	if (st.st_uid != geteuid() || (st.st_mode & 022))
		return error_say(
			err, EPERM,
			"%s: others may write there (owner uid %u, mode %03o); a state directory has to be yours alone",
			path, st.st_uid, st.st_mode & 0777);
	return 0;
}

/* mkdir -p */
static int make_directories(char *path, struct error *err)
{
	for (char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';

		int result = mkdir(path, 0700);

		if (result < 0 && errno != EEXIST)
			return error_set(err, errno, "make %s", path);
		*slash = '/';
	}
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "make %s", path);
	return 0;
}

/* Its path, owned by the caller; NULL: @err says why there is none */
static char *find_root(const char *option, struct error *err)
{
	auto_free char *here = NULL;

	if (option && *option == '/')
		return xstrdup(option);
	if (option && *option) {
		here = getcwd(NULL, 0);
		if (here)
			return xasprintf("%s/%s", here, option);
		(void)error_set(err, errno, "--root %s", option);
		return NULL;
	}
	return runtime_directory(&here, err) < 0
		       ? NULL
		       : xasprintf("%s/runtime", here);
}

int state_root(const char *option, char **ret, struct error *err)
{
	auto_free char *path = find_root(option, err);

	if (!path || check_root(path, err) < 0)
		return -err->code;
	*ret = steal_ptr(&path);
	return 0;
}

int state_root_make(const char *option, char **ret, struct error *err)
{
	auto_free char *path = find_root(option, err);

	if (!path || make_directories(path, err) < 0 ||
	    check_root(path, err) < 0)
		return -err->code;
	*ret = steal_ptr(&path);
	return 0;
}

int state_check_id(const char *id, struct error *err)
{
	bool good = *id && *id != '.' && strlen(id) <= ID_MAX;

	for (const char *c = id; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_+.-", *c))
			good = false;
	if (good)
		return 0;
	return error_say(
		err, EINVAL,
		"invalid container ID '%s': letters, digits, _ + - and, not first, dots",
		id);
}

/* Is the directory still what its path leads to, not one that was removed? */
static bool is_there(const struct state_dir *dir)
{
	struct stat held, there;

	return fstat(dir->fd, &held) == 0 && stat(dir->path, &there) == 0 &&
	       held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

static int open_and_lock(const char *path, bool lock, struct state_dir *ret)
{
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };

	dir.path = xstrdup(path);
	dir.fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir.fd < 0)
		return -errno;
	while (lock && flock(dir.fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return -errno;
	if (lock && !is_there(&dir))
		return -ENOENT;
	dir.is_locked = lock;
	*ret = dir;
	dir = (struct state_dir){ .fd = -1 };
	return 0;
}

int state_dir_make(const char *root, const char *id, struct state_dir *ret,
		   struct error *err)
{
	auto_free char *path = NULL;
	int result;

	if (state_check_id(id, err) < 0)
		return -err->code;
	path = xasprintf("%s/%s", root, id);
	if (mkdir(path, 0700) < 0 && errno == EEXIST)
		return error_say(err, EEXIST,
				 "container with given ID already exists: %s",
				 id);
	result = open_and_lock(path, true, ret);
	return result < 0 ? error_set(err, -result, "make %s", path) : 0;
}

int state_dir_open(const char *root, const char *id, bool lock,
		   struct state_dir *ret, struct error *err)
{
	auto_free char *path = NULL;
	int result;

	if (state_check_id(id, err) < 0)
		return -err->code;
	path = xasprintf("%s/%s", root, id);
	result = open_and_lock(path, lock, ret);
	if (result == -ENOENT)
		return error_say(err, ENOENT, "container `%s` does not exist",
				 id);
	return result < 0 ? error_set(err, -result, "open %s", path) : 0;
}

int state_dir_remove(const struct state_dir *dir, struct error *err)
{
	/* state.json last: with it goes the knowledge of what is left to do. */
	static const struct {
		const char *name;
		int flags;
	} files[] = {
		{ "notify/notify.sock", 0 },
		{ "notify", AT_REMOVEDIR },
		{ "start", 0 },
		{ "config.json", 0 },
		{ "state.json.new", 0 },
		{ "state.json", 0 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(files); i++)
		if (unlinkat(dir->fd, files[i].name, files[i].flags) < 0 &&
		    errno != ENOENT)
			return error_set(err, errno, "remove %s/%s", dir->path,
					 files[i].name);
	if (rmdir(dir->path) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s", dir->path);
	return 0;
}

int state_list(const char *root, struct strv *ret, struct error *err)
{
	auto_closedir DIR *directory = opendir(root);
	const struct dirent *entry;
	struct error ignored;

	if (!directory && errno == ENOENT)
		return 0;
	if (!directory)
		return error_set(err, errno, "open %s", root);
	while ((entry = readdir(directory)))
		if (state_check_id(entry->d_name, &ignored) == 0 &&
		    (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN))
			strv_add(ret, xstrdup(entry->d_name));
	strv_sort(ret);
	return 0;
}
