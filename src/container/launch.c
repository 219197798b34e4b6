// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: the user and PID namespaces are made by clone3(2); then
 * parent and child work side by side. The parent writes the id maps, which may
 * need two setuid programs and is the longest single thing there is; the child
 * makes the other namespaces and every mount that doesn't depend on ids. With a
 * network, holt-net has been started before all that, gets the namespaces as
 * soon as they exist, and sets up while the child goes on mounting.
 */
#include "container/launch.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "container/birth.h"
#include "container/mount_ids.h"
#include "container/net_devices.h"
#include "container/stage.h"
#include "idmap/diagnose.h"
#include "init/init.h"
#include "init/join.h"
#include "init/sync.h"

static _Noreturn void child(const struct launch *launch, int sync,
			    const int *joins, int *mounts)
{
	if (launch->stdin_fd >= 0 && dup2(launch->stdin_fd, 0) < 0)
		_exit(125);
	init_run(launch->plan, sync, joins, mounts);
}

/* The directory to be born in. Return: -1: none; negative errno below that */
static int open_cgroup(const struct launch *launch, int *ret, struct error *err)
{
	int fd;

	*ret = -1;
	if (!launch->cgroup)
		return 0;
	fd = cgroup_open(launch->cgroup, err);
	if (fd < 0 && fd != -ENOENT)
		return fd;
	*ret = fd < 0 ? -1 : fd;
	return 0;
}

/* Start the child. @ret_sync: our end of the socket to it. */
static int start_child(const struct launch *launch, const int *joins,
		       int *mounts, struct running *running, int *ret_sync,
		       struct error *err)
{
	const struct plan *plan = launch->plan;
	auto_close int cgroup = -1;
	int pair[2], result;

	if (open_cgroup(launch, &cgroup, err) < 0)
		return -err->code;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket for the container");

	auto_close int ours = pair[0];
	auto_close int theirs = pair[1];

	const struct birthplace place = { joins, cgroup, launch->kept_userns };

	result = birth(plan, &place, &running->init, &running->is_mapped, err);
	if (result == 0) {
		close(ours);
		child(launch, theirs, joins, mounts);
	}
	if (result < 0)
		return result;
	*ret_sync = steal_fd(&ours);
	return 0;
}

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Namespaces that exist are entered by descriptor: what their path leads to
 * may change, and may not be seen from within. The same goes for mounts that
 * only we can make.
 */
static int prepare_and_start(const struct launch *launch,
			     struct running *running, int *ret_sync,
			     struct error *err)
{
	const struct plan *plan = launch->plan;
	auto_free int *mounts = xcalloc(plan->mount_count, sizeof(*mounts));
	int joins[NS_COUNT];
	int result = join_open(plan, joins, err);

	for (size_t i = 0; i < plan->mount_count; i++)
		mounts[i] = -1;
	if (result == 0)
		result = mount_ids_make(plan, joins, mounts, err);
	if (result == 0)
		result = start_child(launch, joins, mounts, running, ret_sync,
				     err);
	close_all(joins, NS_COUNT);
	close_all(mounts, plan->mount_count);
	return result;
}

static int say(int sync, enum stage stage, struct error *err)
{
	int result = sync_send(sync, stage, -1);
	struct error reason;

	if (result == 0)
		return 0;
	/* It has ended, and perhaps said why. */
	if (stage_wait(sync, stage, NULL, &reason) < 0) {
		*err = reason;
		return -err->code;
	}
	return error_set(err, -result, "talk to the container's init");
}

static int move_devices(const struct plan *plan, int sync, struct error *err)
{
	auto_close int sock = -1;

	if (stage_wait(sync, STAGE_NETLINK, &sock, err) < 0)
		return -err->code;
	return net_devices_move(plan, sock, err);
}

/* It was born there if there was one to be born in. What systemd makes, it
 * makes while init and the programs that write the maps are at work, too.
 */
static int enter_cgroup(const struct launch *launch, pid_t pid,
			struct error *err)
{
	struct cgroup *cgroup = launch->cgroup;

	if (!cgroup)
		return 0;
	return cgroup->unit ? cgroup_make_around(cgroup, launch->cgroup_request,
						 pid, err)
			    : cgroup_enter(cgroup, pid, cgroup->v2, err);
}

/* Return: descriptor; -1: it is where we are, or can't be opened */
static int open_other(pid_t pid, const char *name)
{
	char path[64];
	auto_close int theirs = -1, ours = -1;
	struct stat one, other;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	theirs = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	ours = open(path, O_RDONLY | O_CLOEXEC);
	if (theirs < 0 || ours < 0 || fstat(theirs, &one) < 0 ||
	    fstat(ours, &other) < 0 || one.st_ino == other.st_ino)
		return -1;
	return steal_fd(&theirs);
}

/* Later nobody can open them: init lets nobody look into it. */
static void hold(struct running *running)
{
	running->userns = open_other(running->init.pid, "user");
	running->mntns = open_other(running->init.pid, "mnt");
}

/* Until init has its namespaces and knows its ids. */
static int walk_to_mapped(const struct launch *launch, struct running *running,
			  int sync, struct error *err)
{
	const struct plan *plan = launch->plan;
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };

	if (plan->uids && !running->is_mapped &&
	    idmap_apply_begin(running->init.pid, plan->uids, plan->gids,
			      launch->helpers, &apply, err) < 0)
		return -err->code;
	if (enter_cgroup(launch, running->init.pid, err) < 0)
		return -err->code;
	if (plan->net_device_count && move_devices(plan, sync, err) < 0)
		return -err->code;
	if (plan->wait && stage_wait(sync, STAGE_NAMESPACES, NULL, err) < 0)
		return -err->code;
	if (launch->network &&
	    network_attach(&running->network, &running->init, err) < 0)
		return -err->code;
	if (launch->hold)
		hold(running);
	if (plan->uids && !running->is_mapped &&
	    idmap_apply_finish(&apply, err) < 0)
		return -err->code;
	return say(sync, STAGE_MAPPED, err);
}

/* All is made but the command. */
static int let_go(const struct launch *launch, struct running *running,
		  int sync, int interrupt, struct error *err)
{
	if (stage_wait_long(sync, interrupt, STAGE_READY, NULL, err) < 0)
		return -err->code;
	if (launch->network && network_wait(&running->network, err) < 0)
		return -err->code;
	if (launch->ready && launch->ready(launch->argument, running, err) < 0)
		return -err->code;
	return say(sync, STAGE_GO, err);
}

static bool needs_listener(const struct launch *launch)
{
	const struct plan *plan = launch->plan;

	return !plan->park && listener_is_needed(&plan->seccomp);
}

/* To whom it may be. The kernel has one for all filters of a process. */
static int hand_listener_over(const struct launch *launch,
			      struct running *running, int sync, int interrupt,
			      struct error *err)
{
	if (launch->plan->bypass)
		return network_hand_over(&running->network, sync, interrupt,
					 err);
	if (needs_listener(launch))
		return listener_hand_over(launch->listener, sync, interrupt,
					  running->init.pid, err);
	return 0;
}

/* From there until the command runs. */
static int walk_to_command(const struct launch *launch, struct running *running,
			   int sync, struct error *err)
{
	const struct plan *plan = launch->plan;
	/* A hook may take for ever. */
	bool has_hooks = plan->create_hooks.count || plan->start_hooks.count;
	auto_close int interrupt = has_hooks ? interrupt_open() : -1;

	if (plan->process->terminal &&
	    stage_wait(sync, STAGE_TERMINAL, &running->terminal, err) < 0)
		return -err->code;
	if (plan->runtime_hooks &&
	    (stage_wait(sync, STAGE_HOOKS, NULL, err) < 0 ||
	     launch->hooks(launch->argument, running, err) < 0 ||
	     say(sync, STAGE_HOOKED, err) < 0))
		return -err->code;
	if (plan->wait && let_go(launch, running, sync, interrupt, err) < 0)
		return -err->code;
	if (hand_listener_over(launch, running, sync, interrupt, err) < 0)
		return -err->code;
	if (plan->park)
		return stage_wait_long(sync, interrupt, STAGE_PARKED, NULL,
				       err);
	/* Else its end will tell what has become of it. */
	if (plan->detach && !plan->init)
		return stage_wait_command(sync, interrupt, running->init.pid, 0,
					  err);
	return stage_wait_long(sync, interrupt, STAGE_END, NULL, err);
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
	auto_with(running_clear) struct running running = RUNNING_NONE;
	auto_close int sync = -1;

	if (launch->network &&
	    network_start(launch->network, &running.network, err) < 0)
		return -err->code;
	if (prepare_and_start(launch, &running, &sync, err) < 0)
		return -err->code;
	if (walk_to_mapped(launch, &running, sync, err) < 0 ||
	    walk_to_command(launch, &running, sync, err) < 0) {
		prefer_words_of_init(sync, err);
		return -err->code;
	}
	*ret = running;
	running = RUNNING_NONE;
	return 0;
}

void running_release(struct running *running)
{
	process_close(&running->init);
	process_close(&running->network.process);
	running_clear(running);
}

void running_clear(struct running *running)
{
	process_clear(&running->init);
	/* It has seen the end of init and ends by itself; so it is sure to be
	 * gone when we are.
	 */
	process_clear(&running->network.process);
	network_clear(&running->network);
	cleanup_close(&running->terminal);
	cleanup_close(&running->userns);
	cleanup_close(&running->mntns);
	running->terminal = running->userns = running->mntns = -1;
}
