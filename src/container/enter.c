// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: what the target is, is read by a descriptor of its
 * /proc/PID, taken while its pidfd says that it lives; it is joined by that
 * pidfd. So no number that has been given to another process leads anywhere.
 * The process on the way (init/enter.c) is born in the container's cgroup,
 * which costs nothing then. It tells us who the process is, that one being our
 * child as well, in a page of memory that we share.
 */
#include "container/enter.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "container/affinity.h"
#include "container/stage.h"
#include "init/enter.h"

static int explain(int code, struct error *err)
{
	if (code == EACCES)
		return error_say(
			err, code,
			"the container's cgroup can't be entered from here: what it has in common with ours isn't yours; try it below your service manager, by 'systemd-run --user --scope'");
	return error_set(err, code, "start a process in the container");
}

/* A copy of our memory costs little more here than sharing it would (2 in a
 * hundred of an exec), and a time namespace takes nobody who shares.
 * Return: pid, negative errno
 */
static pid_t send_one(const struct door *door, struct passage *passage)
{
	struct clone_args args = {
		.flags = CLONE_VFORK,
		.exit_signal = SIGCHLD,
	};
	long pid;

	if (door->cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned int)door->cgroup;
	}
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		enter_pass(passage);
	return pid < 0 ? -errno : (pid_t)pid;
}

/* Out of our reach, but not of systemd's: a process that waits is put there
 * first. Return: pid, negative errno with a text
 */
static pid_t send_attached(const struct destination *to,
			   struct passage *passage, struct error *err)
{
	int ends[2];
	char byte = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int wait = ends[0];
	auto_close int go = ends[1];

	pid = fork();
	if (pid == 0) {
		close(go);
		if (read(wait, &byte, 1) != 1)
			_exit(1);
		enter_pass(passage);
	}
	if (pid < 0)
		return error_set(err, errno, "start a process");
	if (cgroup_attach(to->cgroup, to->subgroup, pid, err) == 0 &&
	    write(go, &byte, 1) == 1)
		return pid;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return error_wrap(err, "enter the container's cgroup");
}

/* Send somebody on the way, and wait until he has ended. What failed there is
 * on the socket.
 */
static int send_through(const struct enter *enter, struct door *door,
			struct passage *passage, struct error *err)
{
	pid_t pid;

	pid = send_one(door, passage);
	if (pid == -EBUSY && !enter->to.subgroup) {
		if (door_use_cgroup_of_target(&enter->to, door, err) < 0)
			return -err->code;
		pid = send_one(door, passage);
	}
	if (pid == -EACCES && enter->to.cgroup->unit) {
		pid = send_attached(&enter->to, passage, err);
		if (pid < 0)
			return pid;
	}
	if (pid < 0)
		return explain(-pid, err);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

static int pass_through(const struct enter *enter, struct door *door, int sync,
			pid_t *ret_pid, struct error *err)
{
	struct passage *passage =
		mmap(NULL, sizeof(*passage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result;

	if (passage == MAP_FAILED)
		return error_set(err, errno, "start a process");
	*passage = (struct passage){
		.plan = enter->plan,
		.target = enter->to.target.pidfd,
		.namespaces = door->namespaces,
		.root = door->root,
		.sync = sync,
	};
	result = send_through(enter, door, passage, err);
	*ret_pid = passage->pid;
	(void)munmap(passage, sizeof(*passage));
	return result;
}

static int start(const struct enter *enter, struct door *door,
		 struct process *ret, int *ret_sync, struct error *err)
{
	pid_t pid = 0;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket for the process");

	auto_close int ours = pair[0];
	auto_close int theirs = pair[1];

	if (pass_through(enter, door, theirs, &pid, err) < 0)
		return -err->code;
	close(steal_fd(&theirs));
	if (pid == 0)
		return stage_wait(ours, STAGE_END, NULL, err) < 0
			       ? -err->code
			       : error_say(err, ESRCH,
					   "the container's init has ended");
	/* Our child, and not reaped: the number is its own. */
	*ret = (struct process){ pid, (int)syscall(SYS_pidfd_open, pid, 0) };
	if (ret->pidfd < 0) {
		(void)error_set(err, errno, "open process %d", pid);
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return -err->code;
	}
	*ret_sync = steal_fd(&ours);
	return 0;
}

/* Those of version 1, of which none can be born into. */
static bool needs_entering(const struct enter *enter, const struct door *door)
{
	const struct cgroup *cgroup = enter->to.cgroup;

	return cgroup && cgroup_is_there(cgroup) &&
	       (cgroup->v1.count > 0 || door->cgroup < 0);
}

static int walk_to_command(const struct enter *enter, struct running *running,
			   const struct door *door, int sync, struct error *err)
{
	const struct spec_affinity *affinity = &enter->plan->process->affinity;

	if (needs_entering(enter, door) &&
	    cgroup_enter(enter->to.cgroup, running->init.pid, door->cgroup >= 0,
			 err) < 0)
		return -err->code;
	if (affinity_set(running->init.pid, affinity->final, err) < 0)
		return error_wrap(err, "execCPUAffinity");
	if (enter->plan->process->terminal &&
	    stage_wait(sync, STAGE_TERMINAL, &running->terminal, err) < 0)
		return -err->code;
	if (enter->ready && enter->ready(enter->argument, running, err) < 0)
		return -err->code;
	/* One that has failed by now has said why: that is read next. */
	if (enter->plan->wait)
		(void)!sync_send(sync, STAGE_GO, -1);
	if (listener_is_needed(&enter->plan->seccomp) &&
	    listener_hand_over(enter->listener, sync, -1, running->init.pid,
			       err) < 0)
		return -err->code;
	return stage_wait(sync, STAGE_END, NULL, err);
}

int enter(const struct enter *enter, struct running *ret, struct error *err)
{
	auto_with(running_clear) struct running running = RUNNING_NONE;
	auto_with(door_clear) struct door door = { -1, -1, -1, 0 };
	const struct spec_affinity *affinity = &enter->plan->process->affinity;
	auto_close int sync = -1;

	/* What we start has it from us. */
	if (door_find(&enter->to, enter->plan, &door, err) < 0)
		return -err->code;
	if (affinity_set(0, affinity->initial, err) < 0)
		return error_wrap(err, "execCPUAffinity");
	/* Not for nothing: each waiting costs two changes of context. */
	enter->plan->wait =
		enter->ready || affinity->final || needs_entering(enter, &door);
	if (start(enter, &door, &running.init, &sync, err) < 0 ||
	    walk_to_command(enter, &running, &door, sync, err) < 0)
		return -err->code;
	*ret = running;
	running = RUNNING_NONE;
	return 0;
}
