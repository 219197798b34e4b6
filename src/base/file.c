// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

/* How often somebody else may be quicker. */
enum { LINK_TRIES = 100 };

static int write_parts(int fd, const struct iovec *parts, int count,
		       bool is_durable)
{
	for (int i = 0; i < count; i++) {
		int result =
			fd_write_all(fd, parts[i].iov_base, parts[i].iov_len);

		if (result < 0)
			return result;
	}
	return is_durable && fsync(fd) < 0 ? -errno : 0;
}

static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/")
			     : xstrndup(path, (size_t)(slash - path));
}

/* linkat(2) replaces nothing. */
static int give_name(int fd, int dir, const char *path)
{
	char self[32];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	for (int i = 0; i < LINK_TRIES; i++) {
		if (linkat(AT_FDCWD, self, dir, path, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (errno != EEXIST ||
		    (unlinkat(dir, path, 0) < 0 && errno != ENOENT))
			return -errno;
	}
	return -EEXIST;
}

static int put_unnamed(int dir, const char *path, const struct iovec *parts,
		       int count, mode_t mode, bool is_durable)
{
	auto_free char *parent = parent_of(path);
	auto_close int fd =
		openat(dir, parent, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
	int result =
		fd < 0 ? -errno : write_parts(fd, parts, count, is_durable);

	return result < 0 ? result : give_name(fd, dir, path);
}

static int put_renamed(int dir, const char *path, const struct iovec *parts,
		       int count, mode_t mode, bool is_durable)
{
	auto_free char *temporary = xasprintf("%s.%d", path, getpid());
	auto_close int fd = openat(
		dir, temporary,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	int result =
		fd < 0 ? -errno : write_parts(fd, parts, count, is_durable);

	if (result == 0 && renameat(dir, temporary, dir, path) < 0)
		result = -errno;
	if (result < 0 && fd >= 0)
		(void)unlinkat(dir, temporary, 0);
	return result;
}

static int put(int dir, const char *path, const struct iovec *parts, int count,
	       mode_t mode, bool is_durable)
{
	/* Not every file system has files without names, and not everywhere is
	 * a /proc to give them one.
	 */
	if (put_unnamed(dir, path, parts, count, mode, is_durable) == 0)
		return 0;
	return put_renamed(dir, path, parts, count, mode, is_durable);
}

int file_put(int dir, const char *path, const struct iovec *parts, int count,
	     mode_t mode)
{
	return put(dir, path, parts, count, mode, false);
}

int file_put_durable(int dir, const char *path, const struct iovec *parts,
		     int count, mode_t mode)
{
	int result = put(dir, path, parts, count, mode, true);
	auto_free char *parent = parent_of(path);
	auto_close int fd =
		openat(dir, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (result == 0 && (fd < 0 || fsync(fd) < 0))
		result = -errno;
	return result;
}
