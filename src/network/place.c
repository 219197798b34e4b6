// SPDX-License-Identifier: Apache-2.0
#include "network/place.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "container/name.h"

enum { ID_LENGTH = 16, BACKLOG = 64 };

int place_open(char **ret_path, struct error *err)
{
	auto_free char *base = NULL;
	auto_free char *path = NULL;
	int fd;

	if (runtime_directory(&base, err) < 0)
		return -err->code;
	path = xasprintf("%s/networks", base);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "make %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open %s", path);
	if (ret_path)
		*ret_path = steal_ptr(&path);
	return fd;
}

char *place_file(const struct definition *definition, const char *kind)
{
	return xasprintf("%.*s.%s", ID_LENGTH, definition->id, kind);
}

/* A path that is short wherever the directory is. */
static struct sockaddr_un address_in(int directory,
				     const struct definition *definition)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	auto_free char *name = place_file(definition, "socket");

	(void)snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d/%s",
		       directory, name);
	return at;
}

int place_listen(int directory, const struct definition *definition,
		 struct error *err)
{
	struct sockaddr_un at = address_in(directory, definition);
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Left by one that was killed. */
	if (unlink(at.sun_path) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove an old socket");
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return error_set(err, errno, "make the network's socket");
	return steal_fd(&fd);
}

int place_connect(int directory, const struct definition *definition)
{
	struct sockaddr_un at = address_in(directory, definition);
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return -errno;
	return steal_fd(&fd);
}
