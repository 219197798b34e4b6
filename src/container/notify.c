// SPDX-License-Identifier: Apache-2.0
#include "container/notify.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"

/* In the state directory, and in the container. */
#define NOTIFY_DIR "notify"
#define SOCKET     "notify.sock"
#define INSIDE     "/run/notify"

/* How long the caller may take to read what we have said. */
enum { BARRIER_MS = 5000 };

bool notify_is_wanted(void)
{
	const char *path = getenv("NOTIFY_SOCKET");

	return path && (*path == '/' || *path == '@');
}

void notify_add(struct spec *spec, const char *root, const char *id)
{
	auto_free char *source = xasprintf("%s/%s/" NOTIFY_DIR, root, id);

	/* Read-only: sockets can be spoken to there, but nothing be left. */
	(void)spec_add_mount(spec, "bind", source, INSIDE,
			     "bind,ro,nosuid,nodev,noexec");
	spec_set_env(spec, "NOTIFY_SOCKET", INSIDE "/" SOCKET);
}

int notify_make(const struct state_dir *dir, struct error *err)
{
	if (mkdirat(dir->fd, NOTIFY_DIR, 0755) < 0 ||
	    fchmodat(dir->fd, NOTIFY_DIR, 0755, 0) < 0)
		return error_set(err, errno, "make %s/" NOTIFY_DIR, dir->path);
	return 0;
}

int notify_listen(const struct state_dir *dir, int *ret, struct error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close int place =
		openat(dir->fd, NOTIFY_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*ret = -1;
	if (!notify_is_wanted() || (place < 0 && errno == ENOENT))
		return 0;
	(void)snprintf(address.sun_path, sizeof(address.sun_path),
		       "/proc/self/fd/%d/" SOCKET, place);
	if (place < 0 || sock < 0 ||
	    bind(sock, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    fchmodat(place, SOCKET, 0777, 0) < 0)
		return error_set(err, errno,
				 "make the socket %s/" NOTIFY_DIR "/" SOCKET,
				 dir->path);
	*ret = steal_fd(&sock);
	return 0;
}

static bool says_ready(const char *text)
{
	for (; text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (!strncmp(text, "READY=1", 7) &&
		    (!text[7] || text[7] == '\n'))
			return true;
	return false;
}

/* Return: 1 it is ready, 0 it has ended, negative errno */
static int wait_for_ready(int sock, const struct process *init)
{
	char text[4096];

	for (;;) {
		struct pollfd fds[] = { { sock, POLLIN, 0 },
					{ init->pidfd, POLLIN, 0 } };
		ssize_t size;

		if (poll(fds, ARRAY_COUNT(fds), -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		/* What it said before its end counts. */
		if (!fds[0].revents)
			return 0;
		size = recv(sock, text, sizeof(text) - 1, MSG_DONTWAIT);
		if (size < 0)
			continue;
		text[size] = '\0';
		if (says_ready(text))
			return 1;
	}
}

static int reach_caller(struct error *err)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t size = path ? strlen(path) : 0;

	if (!size)
		return error_say(err, ENOENT, "NOTIFY_SOCKET is not set");
	if (size >= sizeof(address.sun_path))
		return error_set(err, ENAMETOOLONG, "NOTIFY_SOCKET %s", path);
	memcpy(address.sun_path, path, size);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	if (sock < 0 ||
	    connect(sock, (struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				size)) < 0)
		return error_set(err, errno, "reach NOTIFY_SOCKET %s", path);
	return steal_fd(&sock);
}

/* systemd asks who we are when it reads the message: until then we have to be
 * there. It closes the descriptor when it has come to that (sd_notify(3),
 * BARRIER=1).
 */
static void wait_until_read(int sock)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;

	struct pollfd closed = { ends[0], 0, 0 };
	int result = fd_send(sock, "BARRIER=1", 9, &ends[1], 1);

	close(ends[1]);
	if (result == 0)
		(void)poll(&closed, 1, BARRIER_MS);
	close(ends[0]);
}

int notify_pass_on(int sock, const struct process *init, struct error *err)
{
	int result = wait_for_ready(sock, init);
	char text[64];

	if (result < 0)
		return error_set(err, -result,
				 "wait until the container is ready");
	if (result == 0)
		return 0;

	auto_close int caller = reach_caller(err);

	if (caller < 0)
		return caller;
	(void)snprintf(text, sizeof(text), "READY=1\nMAINPID=%d\n", init->pid);
	result = fd_send(caller, text, strlen(text), NULL, 0);
	if (result < 0)
		return error_set(err, -result, "say that it is ready");
	wait_until_read(caller);
	return 0;
}

/* Nothing of ours but what it needs: what we hold says more than it shall. */
static _Noreturn void serve(int sock, const struct process *init)
{
	struct error err;
	struct process copy = { init->pid, 4 };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || dup2(init->pidfd, 9) < 0 ||
	    dup2(sock, 3) < 0 || dup2(9, 4) < 0)
		_exit(1);
	(void)syscall(SYS_close_range, 5, ~0U, 0);
	if (notify_pass_on(3, &copy, &err) < 0)
		log_warning("%s: %s", err.text, strerror(err.code));
	_exit(0);
}

int notify_pass_on_beside(int sock, const struct process *init,
			  struct error *err)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return error_set(err, errno, "start what waits for READY=1");
	if (pid > 0)
		return 0;
	if (getppid() != parent)
		_exit(1);
	serve(sock, init);
}
