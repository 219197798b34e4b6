// SPDX-License-Identifier: Apache-2.0
#include "container/birth.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "idmap/apply.h"
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

/* What the process in kept_userns leaves in the memory it borrows. */
struct midwife {
	pid_t child; /* 0: none */
	struct error error;
};

/* In a process of its own: it doesn't come back from there. Return: in the
 * child alone
 */
static void bear_and_map(const struct plan *plan,
			 const struct birthplace *place,
			 struct midwife *midwife)
{
	struct idmap_apply apply = { 0 };
	int unused;
	pid_t pid;

	if (setns(place->kept_userns, CLONE_NEWUSER) < 0)
		_exit(-error_set(&midwife->error, errno, "enter it"));
	pid = birth_clone(plan->clone_flags | CLONE_PARENT, place->cgroup,
			  &unused);
	if (pid == 0) {
		close(place->kept_userns);
		return;
	}
	if (pid < 0)
		_exit(-error_set(&midwife->error, -pid, "make one in it"));
	midwife->child = pid;
	/* In there it needs no helper, so there is nothing to wait for. */
	_exit(-idmap_apply_begin(pid, plan->uids, plan->gids, NULL, &apply,
				 &midwife->error));
}

/* Return: as birth() */
static int birth_kept(const struct plan *plan, const struct birthplace *place,
		      struct process *ret)
{
	struct midwife midwife = { 0 };
	struct process child;
	int status = 0;

	/* Linux's vfork(2) lets it do in our memory what it likes until it
	 * ends; the child has a copy and may go on from here.
	 */
	// NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork)
	pid_t pid = vfork();

	if (pid == 0) {
		// NOLINTNEXTLINE(clang-analyzer-unix.Vfork)
		bear_and_map(plan, place, &midwife);
		return 0;
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	if (status != 0)
		log_debug(
			"the user namespace that is kept is of no use: %s: %s",
			midwife.error.text, strerror(midwife.error.code));
	if (!midwife.child)
		return -EAGAIN;
	/* Nobody has reaped it, so the number is still its. */
	child.pid = midwife.child;
	child.pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	if (child.pidfd >= 0 && status == 0) {
		*ret = child;
		return 1;
	}
	(void)kill(child.pid, SIGKILL);
	(void)waitpid(child.pid, NULL, 0);
	process_close(&child);
	return -EAGAIN;
}

int birth(const struct plan *plan, const struct birthplace *place,
	  struct process *ret, bool *ret_mapped, struct error *err)
{
	int result, pidfd = -1;
	pid_t pid;

	if (plan->joins_user || plan->joins_pid) {
		*ret_mapped = false;
		return birth_between(plan, place->joins, place->cgroup, ret,
				     err);
	}
	if (place->kept_userns >= 0) {
		result = birth_kept(plan, place, ret);
		*ret_mapped = result > 0;
		if (result >= 0)
			return result;
	}
	pid = birth_clone(plan->clone_flags, place->cgroup, &pidfd);
	if (pid < 0)
		return userns_failed(err, -pid, USERNS_CLONE);
	if (pid == 0)
		return 0;
	*ret = (struct process){ pid, pidfd };
	*ret_mapped = false;
	return 1;
}
