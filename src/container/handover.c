// SPDX-License-Identifier: Apache-2.0
#include "container/handover.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/parse.h"

/* As many as --preserve-fds takes. */
enum { SOCKETS_MAX = 1024 };

unsigned int sockets_given(void)
{
	const char *text = getenv("LISTEN_FDS");
	uint64_t count;

	if (!text || parse_number(text, SOCKETS_MAX, &count) < 0)
		return 0;
	return (unsigned int)count;
}

int pid_file_write(const char *path, pid_t pid, struct error *err)
{
	char text[16];
	int size = snprintf(text, sizeof(text), "%d", pid);
	const struct iovec part = { text, (size_t)size };
	int result = file_put(AT_FDCWD, path, &part, 1, 0644);

	if (result < 0)
		return error_set(err, -result, "write the pid file %s", path);
	return 0;
}

/* The socket may lie deeper than an address has room for: it is reached by a
 * descriptor of its own then.
 */
static int connect_to(const char *path, struct error *err)
{
	/* For a listener that takes nobody in any more. */
	static const struct timeval limit = { .tv_sec = 10 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close int place = open(path, O_PATH | O_CLOEXEC);
	auto_close int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (place < 0 || sock < 0 ||
	    setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) <
		    0)
		return error_set(err, errno, "open the socket %s", path);
	(void)snprintf(address.sun_path, sizeof(address.sun_path),
		       "/proc/self/fd/%d", place);
	if (connect(sock, (struct sockaddr *)&address, sizeof(address)) < 0)
		return error_set(err, errno, "connect to the socket %s", path);
	return steal_fd(&sock);
}

int handover_send(const char *path, int fd, const char *text, struct error *err)
{
	auto_close int sock = connect_to(path, err);
	int result;

	if (sock < 0)
		return sock;
	result = fd_send(sock, text, strlen(text), &fd, 1);
	if (result < 0)
		return error_set(err, -result, "send to the socket %s", path);
	return 0;
}

int console_send(const char *path, int master, struct error *err)
{
	return handover_send(path, master, "/dev/ptmx", err);
}

int pidfd_send(const char *path, int pidfd, struct error *err)
{
	return handover_send(path, pidfd, "pidfd", err);
}
