// SPDX-License-Identifier: Apache-2.0
#include "container/start.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "container/stage.h"

#define START_FILE "start"

/* A state directory's path may be longer than an address has room for. */
static struct sockaddr_un address_in(const struct state_dir *dir)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)snprintf(address.sun_path, sizeof(address.sun_path),
		       "/proc/self/fd/%d/" START_FILE, dir->fd);
	return address;
}

int start_listen(const struct state_dir *dir, struct error *err)
{
	struct sockaddr_un address = address_in(dir);
	auto_close int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (sock < 0 ||
	    bind(sock, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(sock, 1) < 0)
		return error_set(err, errno, "make the socket %s/" START_FILE,
				 dir->path);
	return steal_fd(&sock);
}

int start_go(const struct state_dir *dir, const struct listener *listener,
	     const struct state *state, struct error *err)
{
	struct sockaddr_un address = address_in(dir);
	auto_close int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (sock < 0 ||
	    connect(sock, (struct sockaddr *)&address, sizeof(address)) < 0)
		return error_set(err, errno,
				 "reach the container's init by %s/" START_FILE,
				 dir->path);
	(void)unlinkat(dir->fd, START_FILE, 0);
	if (listener &&
	    listener_hand_over(listener, sock, -1, state->pid, err) < 0)
		return -err->code;
	return stage_wait_command(sock, -1, state->pid, state->start_time, err);
}
