// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* As many symlinks as the kernel follows in one path (path_resolution(7)). */
#define LINKS_MAX 40

static int open_how(int root, const char *path, struct open_how how)
{
	how.flags |= O_CLOEXEC;
	how.resolve |= RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	/* EAGAIN: something was renamed meanwhile and the kernel isn't sure
	 * that we are still below the root. It says so rarely; a swapper that
	 * makes it say so forever gets an error.
	 */
	for (int tries = 0; tries < 64; tries++) {
		int fd = (int)syscall(SYS_openat2, root, path, &how,
				      sizeof(how));

		if (fd >= 0)
			return fd;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return -EAGAIN;
}

int path_open_in(int root, const char *path, int flags, mode_t mode)
{
	struct open_how how = { .flags = (unsigned int)flags, .mode = mode };

	return open_how(root, path, how);
}

int path_open_on(int root, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned int)flags,
				.resolve = RESOLVE_NO_XDEV };

	return open_how(root, path, how);
}

/* A path still to be walked, in a buffer that symlinks are spliced into. */
struct walk {
	char path[PATH_MAX];
	size_t done; /* bytes at the start that exist as a directory */
	int links;
};

/* Put the target of the symlink at @dir/@name in place of the @length bytes at
 * walk->done. Return: 0, negative errno
 */
static int splice_link(struct walk *walk, int dir, const char *name,
		       size_t length)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t size = readlinkat(dir, name, target, sizeof(target) - 1);

	if (size < 0)
		return -errno;
	target[size] = '\0';
	if (++walk->links > LINKS_MAX)
		return -ELOOP;

	size_t rest_size = strlen(walk->path + walk->done + length) + 1;

	memcpy(rest, walk->path + walk->done + length, rest_size);
	if (target[0] == '/')
		walk->done = 0;
	if (walk->done + (size_t)size + 1 + rest_size > sizeof(walk->path))
		return -ENAMETOOLONG;
	memcpy(walk->path + walk->done, target, (size_t)size);
	walk->path[walk->done + (size_t)size] = '/';
	memcpy(walk->path + walk->done + (size_t)size + 1, rest, rest_size);
	return 0;
}

/* Open the directory that the first walk->done bytes name. */
static int open_done(int root, const struct walk *walk)
{
	char path[PATH_MAX];

	memcpy(path, walk->path, walk->done);
	path[walk->done] = '\0';
	return path_open_in(root, walk->done ? path : "/", O_PATH | O_DIRECTORY,
			    0);
}

/* Make or enter the component of @length bytes at walk->done.
 * Return: 0, negative errno
 */
static int walk_component(int root, struct walk *walk, size_t length,
			  mode_t mode)
{
	auto_close int dir = open_done(root, walk);
	char name[NAME_MAX + 1];
	struct stat st;

	if (dir < 0)
		return dir;
	if (length > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, walk->path + walk->done, length);
	name[length] = '\0';

	bool dots = !strcmp(name, ".") || !strcmp(name, "..");

	if (!dots && mkdirat(dir, name, mode) < 0 && errno != EEXIST) {
		/* A read-only file system says EROFS also for what exists. */
		int code = errno;

		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return -code;
	}
	if (!dots && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!dots && S_ISLNK(st.st_mode))
		return splice_link(walk, dir, name, length);
	if (!dots && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	walk->done += length;
	return 0;
}

int path_make_dirs_in(int root, const char *path, mode_t mode)
{
	struct walk walk = { .done = 0 };
	int fd = path_open_in(root, path, O_PATH | O_DIRECTORY, 0);

	if (fd != -ENOENT)
		return fd;
	if (strlen(path) >= sizeof(walk.path))
		return -ENAMETOOLONG;
	memcpy(walk.path, path, strlen(path) + 1);

	for (;;) {
		while (walk.path[walk.done] == '/')
			walk.done++;

		size_t length = strcspn(walk.path + walk.done, "/");

		if (!length)
			return open_done(root, &walk);

		int result = walk_component(root, &walk, length, mode);

		if (result < 0)
			return result;
	}
}

/* Make @path, whose last component nothing can be opened by, as a file.
 * Return: 0, negative errno; or, when there is a dangling symlink, the size of
 * its target, with that in @ret_target
 */
static ssize_t make_file(int root, const char *path, mode_t mode,
			 char *ret_target, size_t target_size)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t before = (size_t)(name - path);

	if (!*name)
		return -EISDIR;
	memcpy(parent, path, before);
	parent[before] = '\0';

	auto_close int dir =
		path_make_dirs_in(root, before ? parent : "/", 0755);

	if (dir < 0)
		return dir;

	auto_close int fd = openat(dir, name,
				   O_CREAT | O_EXCL | O_RDONLY | O_NOFOLLOW |
					   O_NOCTTY | O_CLOEXEC,
				   mode);

	if (fd >= 0)
		return 0;
	if (errno != EEXIST)
		return -errno;

	ssize_t size = readlinkat(dir, name, ret_target, target_size - 1);

	if (size < 0)
		return -errno;
	ret_target[size] = '\0';
	return size;
}

/* Put @target in place of the last component of @path, or of all of it. */
static int follow_link(char *path, size_t path_size, const char *target)
{
	const char *slash = strrchr(path, '/');
	size_t before = 0, size = strlen(target) + 1;

	if (slash && *target != '/')
		before = (size_t)(slash + 1 - path);
	if (before + size > path_size)
		return -ENAMETOOLONG;
	memcpy(path + before, target, size);
	return 0;
}

int path_make_file_in(int root, const char *path, mode_t mode)
{
	char current[PATH_MAX], target[PATH_MAX] = "";

	if (strlen(path) >= sizeof(current))
		return -ENAMETOOLONG;
	memcpy(current, path, strlen(path) + 1);
	for (int links = 0; links <= LINKS_MAX; links++) {
		int fd = path_open_in(root, current, O_PATH, 0);

		if (fd != -ENOENT)
			return fd;

		ssize_t size =
			make_file(root, current, mode, target, sizeof(target));

		if (size == 0)
			return path_open_in(root, current, O_PATH, 0);
		if (size < 0)
			return (int)size;
		if (follow_link(current, sizeof(current), target) < 0)
			return -ENAMETOOLONG;
	}
	return -ELOOP;
}

char *path_denied_by(const char *path)
{
	auto_free char *at = xstrdup(path);
	struct stat st;

	for (char *slash = at; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (stat(at, &st) == 0 &&
		    faccessat(AT_FDCWD, at, X_OK, AT_EACCESS) < 0)
			return xasprintf(
				"%s (mode 0%o, uid %u) may not be entered", at,
				st.st_mode & 07777U, st.st_uid);
		*slash = '/';
	}
	return NULL;
}

bool path_is_absolute_clean(const char *path)
{
	if (*path != '/')
		return false;
	while (*path) {
		path += strspn(path, "/");

		size_t length = strcspn(path, "/");

		if ((length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += length;
	}
	return true;
}
