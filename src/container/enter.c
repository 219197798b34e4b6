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
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "container/affinity.h"
#include "container/stage.h"
#include "init/enter.h"

/* What is known of where we go. */
struct door {
	int proc;   /* /proc/PID of the target */
	int cgroup; /* -1: none of cgroup v2 */
	int root;   /* as in struct passage */
	int namespaces;
};

static void door_clear(struct door *door)
{
	cleanup_close(&door->proc);
	cleanup_close(&door->cgroup);
	cleanup_close(&door->root);
}

static int ended(struct error *err)
{
	return error_say(err, ESRCH, "the container's init has ended");
}

static int look(const struct door *door, const char *path, struct stat *ret,
		struct error *err)
{
	if (fstatat(door->proc, path, ret, 0) == 0)
		return 0;
	if (errno == ENOENT || errno == ESRCH)
		return ended(err);
	if (errno == EACCES || errno == EPERM)
		return error_say(
			err, errno,
			"the container's init can't be looked into (%s): it isn't yours, or it runs what forbids that, such as a set-user-id program, or hasn't been started yet",
			path);
	return error_set(err, errno, "look at /proc/PID/%s of the container",
			 path);
}

static int find_namespaces(struct door *door, struct error *err)
{
	/* "for_children": the time and the PID namespace of a process are
	 * others than its children's after unshare(2). It is these that count.
	 */
	static const struct {
		const char *theirs, *ours;
		int flag;
	} kinds[] = {
		{ "ns/user", "/proc/self/ns/user", CLONE_NEWUSER },
		{ "ns/mnt", "/proc/self/ns/mnt", CLONE_NEWNS },
		{ "ns/pid", "/proc/self/ns/pid_for_children", CLONE_NEWPID },
		{ "ns/net", "/proc/self/ns/net", CLONE_NEWNET },
		{ "ns/ipc", "/proc/self/ns/ipc", CLONE_NEWIPC },
		{ "ns/uts", "/proc/self/ns/uts", CLONE_NEWUTS },
		{ "ns/cgroup", "/proc/self/ns/cgroup", CLONE_NEWCGROUP },
		{ "ns/time", "/proc/self/ns/time", CLONE_NEWTIME },
	};
	struct stat theirs, ours;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		/* A kernel without this kind. */
		if (stat(kinds[i].ours, &ours) < 0 && errno == ENOENT)
			continue;
		if (look(door, kinds[i].theirs, &theirs, err) < 0)
			return -err->code;
		if (theirs.st_ino != ours.st_ino ||
		    theirs.st_dev != ours.st_dev)
			door->namespaces |= kinds[i].flag;
	}
	return 0;
}

/* Without a mount namespace of its own, the container has a root by chroot. */
static int find_root(struct door *door, struct error *err)
{
	if (door->namespaces & CLONE_NEWNS)
		return 0;
	door->root = openat(door->proc, "root", O_PATH | O_CLOEXEC);
	if (door->root < 0)
		return error_set(err, errno, "open the container's root");
	return 0;
}

/* May setgroups(2) be called there? With a map of a single id it may not. */
static bool may_set_groups(const struct door *door)
{
	auto_close int fd =
		openat(door->proc, "setgroups", O_RDONLY | O_CLOEXEC);
	char text[8] = "";

	return fd < 0 || read(fd, text, sizeof(text) - 1) < 0 ||
	       strncmp(text, "deny", 4) != 0;
}

static int open_proc(const struct process *target, struct door *door,
		     struct error *err)
{
	char path[32];
	int result;

	(void)snprintf(path, sizeof(path), "/proc/%d", target->pid);
	door->proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* The number was its own when we opened it, if it is so now. */
	result = target->pidfd < 0 ? -ESRCH : process_kill(target, 0);
	if (door->proc < 0 || result == -ESRCH)
		return ended(err);
	return 0;
}

static int open_cgroup(const struct enter *enter, struct door *door,
		       struct error *err)
{
	auto_close int fd = -1;

	if (enter->cgroup)
		fd = cgroup_open(enter->cgroup, err);
	if (fd == -ENOENT || !enter->cgroup) {
		if (enter->subgroup)
			return error_say(
				err, EOPNOTSUPP,
				"the container has no cgroup of version 2 that %s could be below",
				enter->subgroup);
		return 0;
	}
	if (fd < 0)
		return fd;
	if (enter->subgroup) {
		int below = path_open_in(fd, enter->subgroup,
					 O_DIRECTORY | O_PATH, 0);

		if (below < 0)
			return error_set(err, -below,
					 "open the container's cgroup %s",
					 enter->subgroup);
		door->cgroup = below;
		return 0;
	}
	door->cgroup = steal_fd(&fd);
	return 0;
}

static int find_door(const struct enter *enter, struct door *door,
		     struct error *err)
{
	struct plan *plan = enter->plan;

	if (open_proc(&enter->target, door, err) < 0 ||
	    find_namespaces(door, err) < 0 || find_root(door, err) < 0 ||
	    open_cgroup(enter, door, err) < 0)
		return -err->code;
	plan->become_root = door->namespaces & CLONE_NEWUSER;
	if (!plan->drop_groups || may_set_groups(door))
		return 0;
	plan->drop_groups = false;
	if (plan->process->user.group_count > 0)
		return error_say(
			err, EPERM,
			"additional groups can't be set: with a single-id map the kernel refuses setgroups(2)");
	return 0;
}

/* Send somebody on the way, and wait until he has ended. What failed there is
 * on the socket. A copy of our memory costs little more here than sharing it
 * would (2 in a hundred of an exec), and a time namespace takes nobody who
 * shares.
 */
static int send_through(const struct door *door, struct passage *passage,
			struct error *err)
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
	if (pid < 0)
		return error_set(err, errno, "start a process");
	while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

static int pass_through(const struct enter *enter, const struct door *door,
			int sync, pid_t *ret_pid, struct error *err)
{
	struct passage *passage =
		mmap(NULL, sizeof(*passage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result;

	if (passage == MAP_FAILED)
		return error_set(err, errno, "start a process");
	*passage = (struct passage){
		.plan = enter->plan,
		.target = enter->target.pidfd,
		.namespaces = door->namespaces,
		.root = door->root,
		.sync = sync,
	};
	result = send_through(door, passage, err);
	*ret_pid = passage->pid;
	(void)munmap(passage, sizeof(*passage));
	return result;
}

static int start(const struct enter *enter, const struct door *door,
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
		return stage_wait(ours, STAGE_END, NULL, err) < 0 ? -err->code
								  : ended(err);
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

static int walk_to_command(const struct enter *enter, struct running *running,
			   const struct door *door, int sync, struct error *err)
{
	const struct spec_affinity *affinity = &enter->plan->process->affinity;

	if (enter->cgroup &&
	    cgroup_enter(enter->cgroup, enter->cgroup_request,
			 running->init.pid, door->cgroup >= 0, err) < 0)
		return -err->code;
	if (affinity_set(running->init.pid, affinity->final, err) < 0)
		return -err->code;

	if (enter->plan->process->terminal &&
	    stage_wait(sync, STAGE_TERMINAL, &running->terminal, err) < 0)
		return -err->code;
	if (enter->ready && enter->ready(enter->argument, running, err) < 0)
		return -err->code;
	/* One that has failed by now has said why: that is read next. */
	(void)!sync_send(sync, STAGE_GO, -1);
	return stage_wait(sync, STAGE_END, NULL, err);
}

int enter(const struct enter *enter, struct running *ret, struct error *err)
{
	auto_with(running_clear) struct running running = {
		.init = { 0, -1 },
		.terminal = -1,
		.network = { { 0, -1 }, -1 },
	};
	auto_with(door_clear) struct door door = { -1, -1, -1, 0 };
	const struct spec_affinity *affinity = &enter->plan->process->affinity;
	auto_close int sync = -1;

	/* What we start has it from us. */
	if (find_door(enter, &door, err) < 0 ||
	    affinity_set(0, affinity->initial, err) < 0 ||
	    start(enter, &door, &running.init, &sync, err) < 0 ||
	    walk_to_command(enter, &running, &door, sync, err) < 0)
		return -err->code;
	*ret = running;
	running = (struct running){ { 0, -1 }, -1, { { 0, -1 }, -1 } };
	return 0;
}
