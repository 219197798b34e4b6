// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: a user or PID namespace that exists is entered by a
 * process in between. It stays in our own PID namespace, whatever it has made
 * its children's, so the number that clone3(2) returns to it is the one by
 * which the parent knows the child; CLONE_PARENT makes it the parent's own
 * child, so that it can be waited for, and dies with it.
 */
#include "init/birth.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "init/join.h"
#include "init/step.h"

pid_t birth_clone(uint64_t flags, int cgroup, int *ret_pidfd)
{
	int pidfd = -1;
	struct clone_args args = {
		.flags = flags | CLONE_PIDFD |
			 (cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
		.cgroup = cgroup >= 0 ? (uint64_t)cgroup : 0,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	*ret_pidfd = pidfd;
	return pid < 0 ? -errno : (pid_t)pid;
}

/* Up to where the child can be born. */
static int enter(const struct plan *plan, const int *joins, struct error *err)
{
	/* While files below /proc/self are still ours. */
	if (oom_score_set(plan->process, err) < 0)
		return -err->code;
	/* Whoever is in there must not look into us. With a user namespace
	 * that is new the parent has to write its maps first (step_hide).
	 */
	if (!(plan->clone_flags & CLONE_NEWUSER) &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, errno, "forbid to be traced");
	return join_enter(plan, joins, JOIN_BEFORE_BIRTH, err);
}

static _Noreturn void report(int sock, struct birth_message *message, int pidfd)
{
	size_t size = offsetof(struct birth_message, error.text) +
		      strlen(message->error.text) + 1;

	_exit(fd_send(sock, message, size, &pidfd, pidfd >= 0) < 0);
}

void birth_pass(const struct plan *plan, const int *joins, int cgroup, int sock)
{
	struct birth_message message = { 0 };
	int pidfd = -1;
	pid_t pid;

	if (enter(plan, joins, &message.error) < 0)
		report(sock, &message, -1);
	pid = birth_clone(plan->clone_flags | CLONE_PARENT, cgroup, &pidfd);
	if (pid == 0) {
		close(sock);
		return;
	}
	if (pid == -ENOMEM && plan->joins_pid)
		(void)error_say(
			&message.error, ESRCH,
			"start a process in the pid namespace: its first process has ended, or there is no memory");
	else if (pid < 0)
		(void)error_set(&message.error, -pid,
				"start a process in the namespaces given");
	else
		message.pid = pid;
	report(sock, &message, pidfd);
}
