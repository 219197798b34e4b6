// SPDX-License-Identifier: Apache-2.0
#include "container/birth.h"

#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "idmap/diagnose.h"
#include "init/birth.h"

static int receive(int sock, struct process *ret, struct error *err)
{
	struct birth_message message = { 0 };
	int pidfd = -1;
	ssize_t size = fd_receive(sock, &message, sizeof(message), &pidfd, 1);

	if (size <= 0)
		return error_say(
			err, ECHILD,
			"the process that joins namespaces for the container was killed");
	if (message.pid > 0) {
		*ret = (struct process){ message.pid, pidfd };
		return 1;
	}
	message.error.text[sizeof(message.error.text) - 1] = '\0';
	*err = message.error;
	return -err->code;
}

static int birth_between(const struct plan *plan, const int *joins, int cgroup,
			 struct process *ret, struct error *err)
{
	auto_with(process_clear) struct process between = { 0, -1 };
	int pair[2], pidfd = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket");

	auto_close int ours = pair[0];
	auto_close int theirs = pair[1];
	pid_t pid = birth_clone(0, -1, &pidfd);

	if (pid == 0) {
		birth_pass(plan, joins, cgroup, theirs);
		theirs = -1;
		return 0;
	}
	if (pid < 0)
		return error_set(err, -pid, "start a process");
	between = (struct process){ pid, pidfd };
	close(steal_fd(&theirs));

	int result = receive(ours, ret, err);

	(void)process_wait(&between);
	return result;
}

int birth(const struct plan *plan, const int *joins, int cgroup,
	  struct process *ret, struct error *err)
{
	int pidfd = -1;
	pid_t pid;

	if (plan->joins_user || plan->joins_pid)
		return birth_between(plan, joins, cgroup, ret, err);
	pid = birth_clone(plan->clone_flags, cgroup, &pidfd);
	if (pid < 0)
		return userns_failed(err, -pid, USERNS_CLONE);
	if (pid == 0)
		return 0;
	*ret = (struct process){ pid, pidfd };
	return 1;
}
