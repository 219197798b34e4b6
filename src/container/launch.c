// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: the user and PID namespaces are made by clone3(2); then
 * parent and child work side by side. The parent writes the id maps, which may
 * need two setuid programs and is the longest single thing there is; the child
 * makes the other namespaces and every mount that doesn't depend on ids. With a
 * network, holt-net has been started before all that, gets the namespaces as
 * soon as they exist, and sets up while the child goes on mounting.
 */
#include "container/launch.h"

#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "idmap/diagnose.h"
#include "init/init.h"
#include "init/sync.h"

/* clone3(2) with our own copy of memory. Return: pid, 0 in the child, -errno */
static pid_t clone_child(uint64_t flags, int *ret_pidfd)
{
	int pidfd = -1;
	struct clone_args args = {
		.flags = flags | CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	*ret_pidfd = pidfd;
	return pid < 0 ? -errno : (pid_t)pid;
}

static _Noreturn void child(const struct launch *launch, int sync, int *mounts)
{
	if (launch->stdin_fd >= 0 && dup2(launch->stdin_fd, 0) < 0)
		_exit(125);
	init_run(launch->plan, sync, mounts);
}

/* Start the child. @ret_sync: our end of the socket to it. */
static int start_child(const struct launch *launch, struct process *ret,
		       int *ret_sync, struct error *err)
{
	const struct plan *plan = launch->plan;
	auto_free int *mounts = xcalloc(plan->mount_count, sizeof(*mounts));
	int pair[2], pidfd = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket for the container");

	auto_close int ours = pair[0];
	auto_close int theirs = pair[1];
	pid_t pid = clone_child(plan->clone_flags, &pidfd);

	if (pid == 0) {
		close(ours);
		child(launch, theirs, mounts);
	}
	if (pid < 0)
		return userns_failed(err, -pid, USERNS_CLONE);
	*ret = (struct process){ pid, pidfd };
	*ret_sync = steal_fd(&ours);
	return 0;
}

/* Wait until init has come to @stage; STAGE_END for: the command runs. */
static int wait_stage(int sync, enum stage stage, int *ret_fd,
		      struct error *err)
{
	struct sync_message message;

	for (;;) {
		int result = sync_receive(sync, &message, ret_fd);

		if (result < 0)
			return error_set(err, -result,
					 "talk to the container's init");
		if (message.stage == stage)
			return 0;
		if (message.stage == STAGE_FAILED) {
			*err = message.error;
			return -err->code;
		}
		if (message.stage == STAGE_END)
			return error_say(
				err, ECHILD,
				"the container's init was killed while it was set up");
		if (message.stage == STAGE_WARNING)
			log_warning("%s", message.error.text);
	}
}

static int say(int sync, enum stage stage, struct error *err)
{
	int result = sync_send(sync, stage, -1);
	struct error reason;

	if (result == 0)
		return 0;
	/* It has ended, and perhaps said why. */
	if (wait_stage(sync, stage, NULL, &reason) < 0) {
		*err = reason;
		return -err->code;
	}
	return error_set(err, -result, "talk to the container's init");
}

/* Until init has its namespaces and knows its ids. */
static int walk_to_mapped(const struct launch *launch, struct running *running,
			  int sync, struct error *err)
{
	const struct plan *plan = launch->plan;
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };

	if (plan->uids &&
	    idmap_apply_begin(running->init.pid, plan->uids, plan->gids,
			      launch->helpers, &apply, err) < 0)
		return -err->code;
	if (plan->wait && wait_stage(sync, STAGE_NAMESPACES, NULL, err) < 0)
		return -err->code;
	if (launch->network &&
	    network_attach(&running->network, &running->init, err) < 0)
		return -err->code;
	if (plan->uids && idmap_apply_finish(&apply, err) < 0)
		return -err->code;
	return say(sync, STAGE_MAPPED, err);
}

/* From there until the command runs. */
static int walk_to_command(const struct launch *launch, struct running *running,
			   int sync, struct error *err)
{
	const struct plan *plan = launch->plan;

	if (plan->process->terminal &&
	    wait_stage(sync, STAGE_TERMINAL, &running->terminal, err) < 0)
		return -err->code;
	if (plan->wait) {
		if (wait_stage(sync, STAGE_READY, NULL, err) < 0)
			return -err->code;
		if (launch->network && network_wait(&running->network, err) < 0)
			return -err->code;
		if (say(sync, STAGE_GO, err) < 0)
			return -err->code;
	}
	return wait_stage(sync, STAGE_END, NULL, err);
}

/* An init that has failed makes whatever we do with it fail too: its own words
 * say why.
 */
static void prefer_words_of_init(int sync, struct error *err)
{
	struct pollfd waiting = { sync, POLLIN, 0 };
	struct sync_message message = { 0 };

	while (poll(&waiting, 1, 0) > 0 &&
	       sync_receive(sync, &message, NULL) == 0 &&
	       message.stage != STAGE_END)
		if (message.stage == STAGE_FAILED) {
			*err = message.error;
			return;
		}
}

int launch(const struct launch *launch, struct running *ret, struct error *err)
{
	auto_with(running_clear) struct running running = {
		.init = { 0, -1 },
		.terminal = -1,
		.network = { { 0, -1 }, -1 },
	};
	auto_close int sync = -1;

	if (launch->network &&
	    network_start(launch->network, &running.network, err) < 0)
		return -err->code;
	if (start_child(launch, &running.init, &sync, err) < 0)
		return -err->code;
	if (walk_to_mapped(launch, &running, sync, err) < 0 ||
	    walk_to_command(launch, &running, sync, err) < 0) {
		prefer_words_of_init(sync, err);
		return -err->code;
	}
	*ret = running;
	running = (struct running){ { 0, -1 }, -1, { { 0, -1 }, -1 } };
	return 0;
}

void running_clear(struct running *running)
{
	process_clear(&running->init);
	/* It has seen the end of init and ends by itself; so it is sure to be
	 * gone when we are.
	 */
	process_clear(&running->network.process);
	network_clear(&running->network);
	if (running->terminal >= 0)
		close(running->terminal);
	running->terminal = -1;
}
