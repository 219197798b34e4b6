// SPDX-License-Identifier: Apache-2.0
#include "container/name_socket.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { BACKLOG = 16 };

/* The directory, and a path below its descriptor, which is short wherever the
 * directory is. Return: the descriptor, negative errno
 */
must_check static int find(const char *path, int file, struct sockaddr_un *ret)
{
	const char *slash = strrchr(path, '/');
	auto_free char *directory = xstrndup(path, (size_t)(slash - path));
	auto_close int fd =
		open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(file, &st) < 0)
		return -errno;
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(ret->sun_path, sizeof(ret->sun_path),
		       "/proc/self/fd/%d/.%" PRIuMAX, fd, (uintmax_t)st.st_ino);
	return steal_fd(&fd);
}

int name_socket_listen(const char *path, int file, struct error *err)
{
	struct sockaddr_un at;
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	auto_close int directory = find(path, file, &at);
	int result;

	if (fd < 0 || directory < 0)
		return error_set(err, fd < 0 ? errno : -directory,
				 "make a socket beside %s", path);
	result = bind(fd, (const struct sockaddr *)&at, sizeof(at));
	if (result < 0 && errno == EADDRINUSE && unlink(at.sun_path) == 0)
		result = bind(fd, (const struct sockaddr *)&at, sizeof(at));
	if (result < 0 || listen(fd, BACKLOG) < 0)
		return error_set(err, errno, "make a socket beside %s", path);
	return steal_fd(&fd);
}

int name_socket_connect(const char *path, int file)
{
	struct sockaddr_un at;
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	auto_close int directory = find(path, file, &at);

	if (directory < 0)
		return directory;
	if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return -errno;
	return steal_fd(&fd);
}

void name_socket_remove(const char *path, int file)
{
	struct sockaddr_un at;
	auto_close int directory = find(path, file, &at);

	if (directory >= 0)
		(void)unlink(at.sun_path);
}
