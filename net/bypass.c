// SPDX-License-Identifier: Apache-2.0
#include "net/bypass.h"

#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "net/child.h"
#include "net/confine.h"
#include "net/notice.h"
#include "net/route.h"
#include "net/supervisor.h"

enum { GIVEN_USERNS, GIVEN_NETNS, GIVEN_LAUNCHER, GIVEN_COUNT };

/* All that is left of the file system is procfs, as the root. */
must_check static int keep_only_proc(struct error *err)
{
	if (unshare(CLONE_NEWNS) < 0)
		return error_set(err, errno, "make a mount namespace");
	/* A mount of our own can become the root; the one there is can't. */
	if (mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0 ||
	    mount("/proc", "/proc", NULL, MS_BIND | MS_REC, NULL) < 0)
		return error_set(err, errno, "mount /proc");
	if (chdir("/proc") < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return error_set(err, errno, "make /proc the root");
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return error_set(err, errno, "unmount the host's root");
	return 0;
}

must_check static int find_own_network(uint64_t *ret, struct error *err)
{
	auto_close int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*ret = sock < 0 ? 0 : guest_cookie(sock);
	return *ret ? 0
		    : error_set(err, errno, "tell network namespaces apart");
}

must_check static int enter(const int *given, struct supervisor *supervisor,
			    struct error *err)
{
	if (setns(given[GIVEN_USERNS], CLONE_NEWUSER) < 0)
		return error_set(err, errno,
				 "enter the container's user namespace");
	/* Processes of the container must not look into this one: to have
	 * entered has made it possible again.
	 */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, errno, "forbid to be traced");
	supervisor->rules.route = route_open();
	if (supervisor->rules.route < 0)
		return error_set(err, errno, "open a netlink socket");
	if (find_own_network(&supervisor->netns, err) < 0 ||
	    guest_open(given[GIVEN_NETNS], &supervisor->rules.guest, err) < 0 ||
	    keep_only_proc(err) < 0)
		return -err->code;
	return confine_supervisor(err);
}

/* Wait for the filter's listener. Return: 1; 0: nobody will send it */
static int wait_for_listener(int owner, int launcher, int *ret)
{
	struct pollfd fds[] = { { owner, POLLIN, 0 }, { launcher, POLLIN, 0 } };
	char byte;

	while (poll(fds, ARRAY_COUNT(fds), -1) < 0)
		if (errno != EINTR)
			return 0;
	return !fds[0].revents &&
	       fd_receive(launcher, &byte, sizeof(byte), ret, 1) > 0 &&
	       *ret >= 0;
}

static void helper(int sock, const void *data)
{
	const struct bypass_settings *settings = data;
	struct keep *keep = settings->keep;
	struct supervisor supervisor = {
		.rules = { .egress = settings->rules,
			   .guest = GUEST_NONE,
			   .route = -1 },
		.calls = keep ? keep->calls : NULL,
		.listener = -1,
		.owner = sock,
	};
	int given[GIVEN_COUNT] = { -1, -1, -1 };
	struct error err = { 0 };
	char byte;

	(void)prctl(PR_SET_DUMPABLE, 0);
	if (fd_receive(sock, &byte, sizeof(byte), given, GIVEN_COUNT) <= 0)
		return;
	if (enter(given, &supervisor, &err) < 0)
		(void)error_wrap(&err, "bypass");
	close(given[GIVEN_USERNS]);
	close(given[GIVEN_NETNS]);
	if (!wait_for_listener(sock, given[GIVEN_LAUNCHER],
			       &supervisor.listener))
		return;
	notice_hurry(supervisor.listener);
	if (keep && settings->is_again)
		notice_abandon(supervisor.listener, keep->calls,
			       ARRAY_COUNT(keep->calls), -ECONNRESET);
	(void)!fd_send(given[GIVEN_LAUNCHER], &err, sizeof(err), NULL, 0);
	close(given[GIVEN_LAUNCHER]);
	if (!err.code)
		supervisor_run(&supervisor);
}

int bypass_start(const struct bypass_settings *settings, int *ret_sock,
		 struct error *err)
{
	return child_start(helper, settings, ret_sock, err);
}

int bypass_attach(int sock, int userns, int netns, int launcher,
		  struct error *err)
{
	const int given[] = {
		[GIVEN_USERNS] = userns,
		[GIVEN_NETNS] = netns,
		[GIVEN_LAUNCHER] = launcher,
	};
	int result = fd_send(sock, "b", 1, given, ARRAY_COUNT(given));

	return result < 0 ? error_set(err, -result, "start the bypass") : 0;
}
