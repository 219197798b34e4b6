// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: two processes, because a PID namespace is entered by
 * being born into it. The first joins the namespaces, where nothing can see it:
 * it is in none of the container's PID namespaces. It lets go of every
 * descriptor of the host, and then makes the second, the one that becomes the
 * command. That one can be seen from its first moment: so by then there is
 * nothing in it that the container could want. It can't be traced or looked
 * into (not dumpable, and its memory belongs to the user namespace we were
 * executed in), and its memory is its own copy: who could trace it after all,
 * having the capability for it on the machine, gets at nothing of ours.
 */
#include "init/enter.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/exit.h"
#include "base/path.h"
#include "init/step.h"
#include "init/tree.h"

#define PROC_ROOT_INO 1 /* of every procfs; linux/proc_fs.h */

static int step_not_dumpable(struct init *init, struct error *err)
{
	(void)init;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, errno, "forbid to be traced");
	return 0;
}

static int step_wait_for_go(struct init *init, struct error *err)
{
	if (init->plan->wait && init_wait_for(init, STAGE_GO, err) < 0)
		return -err->code;
	init->is_free = init->plan->detach;
	if (init->is_free && prctl(PR_SET_PDEATHSIG, 0) < 0)
		return error_set(err, errno, "live without the parent");
	return 0;
}

/* Whoever we were outside: the container's root, while there is something to be
 * set up. A container may have none; then we stay who we are.
 */
static int step_take_root(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (!plan->become_root)
		return 0;
	if (plan->drop_groups && setgroups(0, NULL) < 0)
		return error_set(err, errno, "setgroups");
	if ((setresgid(0, 0, 0) < 0 && errno != EINVAL) ||
	    (setresuid(0, 0, 0) < 0 && errno != EINVAL))
		return error_set(err, errno, "become the container's root");
	return step_not_dumpable(init, err);
}

/* The container's own devpts, wherever "/dev/pts" leads to in it: anything else
 * there could be a trap.
 */
static int step_find_devpts(struct init *init, struct error *err)
{
	auto_close int root = -1;
	struct statfs fs;
	int fd;

	if (!init->plan->process->terminal)
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = root < 0 ? -errno
		      : path_open_in(root, "/dev/pts", O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return error_set(err, -fd, "open the container's /dev/pts");
	init->devpts = fd;
	if (fstatfs(fd, &fs) < 0)
		return error_set(err, errno, "look at /dev/pts");
	if (fs.f_type != DEVPTS_SUPER_MAGIC)
		return error_say(
			err, EINVAL,
			"a terminal needs a devpts mount, and /dev/pts of the container is none");
	return 0;
}

/* The container's own procfs: a label written elsewhere is none. */
static int step_find_proc(struct init *init, struct error *err)
{
	const struct spec_process *process = init->plan->process;
	auto_close int root = -1;
	struct stat st;
	int fd;

	if (!process->apparmor_profile && !process->selinux_label)
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = root < 0 ? -errno
		      : path_open_in(root, "/proc", O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return error_set(err, -fd, "open the container's /proc");
	init->proc = fd;
	if (!tree_is_proc(fd) || fstat(fd, &st) < 0 ||
	    st.st_ino != PROC_ROOT_INO)
		return error_say(
			err, EINVAL,
			"a security label needs the container's /proc, and what is there is none");
	return 0;
}

/* The process that becomes the command. */
static step_fn *const steps[] = {
	step_die_with_parent, step_take_root,
	step_die_with_parent, /* again: changing ids takes it back */
	step_find_devpts,     step_find_proc,
	step_terminal,        step_wait_for_go,
	step_settings,
};

static _Noreturn void live(struct init *init)
{
	struct error err = { 0 };

	if (init_run_steps(steps, ARRAY_COUNT(steps), init, &err) == 0)
		(void)!init_become_command(init, &err);
	sync_send_error(init->sync, STAGE_FAILED, &err);
	_exit(err.exit_code ? err.exit_code : EXIT_HOLT);
}

static int join(const struct passage *passage, struct error *err)
{
	if (passage->namespaces &&
	    setns(passage->target, passage->namespaces) < 0) {
		if (errno == ESRCH)
			return error_say(
				err, ESRCH,
				"the container's init has ended meanwhile");
		return error_set(err, errno,
				 "join the namespaces of the container");
	}
	if (passage->root >= 0 &&
	    (fchdir(passage->root) < 0 || chroot(".") < 0 || chdir("/") < 0))
		return error_set(err, errno, "enter the container's root");
	return 0;
}

/* What the command will have, and the socket. */
static int close_others(struct init *init, struct error *err)
{
	int keep = 3 + (int)init->plan->preserve_fds;

	if (init->sync != keep && dup3(init->sync, keep, O_CLOEXEC) < 0)
		return error_set(err, errno, "move the socket");
	init->sync = keep;
	if (syscall(SYS_close_range, keep + 1, ~0U, 0) < 0)
		return error_set(err, errno, "close descriptors");
	return 0;
}

/* With our memory copied. Return: pid as the parent sees it, 0, -errno */
static pid_t bear(void)
{
	pid_t pid = -1;
	struct clone_args args = {
		.flags = CLONE_PARENT | CLONE_PARENT_SETTID,
		.parent_tid = (uintptr_t)&pid,
	};
	long result = syscall(SYS_clone3, &args, sizeof(args));

	if (result < 0)
		return -errno;
	return result == 0 ? 0 : pid;
}

static int pass(struct init *init, struct passage *passage, struct error *err)
{
	/* Before it is forbidden to look into us: files below /proc/self become
	 * root's by that.
	 */
	if (step_oom_score(init, err) < 0 || step_not_dumpable(init, err) < 0 ||
	    join(passage, err) < 0 || close_others(init, err) < 0)
		return -err->code;
	/* Joining a user namespace may have set it anew. */
	if (step_not_dumpable(init, err) < 0)
		return -err->code;

	pid_t pid = bear();

	if (pid == 0)
		live(init);
	if (pid == -ENOMEM)
		return error_say(
			err, ESRCH,
			"the container's init has ended meanwhile, or there is no memory");
	if (pid < 0)
		return error_set(err, -pid, "start a process in the container");
	passage->pid = pid;
	return 0;
}

void enter_pass(struct passage *passage)
{
	struct error err = { 0 };
	struct init init;

	init_begin(&init, passage->plan, passage->sync);
	init.joined = true;
	if (pass(&init, passage, &err) < 0)
		sync_send_error(init.sync, STAGE_FAILED, &err);
	_exit(0);
}
