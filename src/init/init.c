// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: two passes over the mounts. The first makes everything
 * that doesn't depend on who we are (copies of the host's trees, procfs, tmpfs)
 * as detached trees, while the parent is still writing the id maps. When the
 * maps are there, the second attaches them all below the new root, makes what
 * is left, and enters it. Then only the process itself is left to be set.
 */
#include "init/init.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/exit.h"
#include "init/step.h"
#include "init/sync.h"

int init_wait_for(const struct init *init, enum stage stage, struct error *err)
{
	struct sync_message message;
	int result = sync_receive(init->sync, &message, NULL);

	if (result < 0)
		return error_set(err, -result, "wait for the parent");
	if (message.stage != stage)
		_exit(EXIT_HOLT); /* the parent is gone: nobody to tell */
	return 0;
}

/* If the parent dies, so do we. It may have died before we asked for that: then
 * its end of the socket is closed.
 */
int step_die_with_parent(struct init *init, struct error *err)
{
	char byte;

	if (init->is_free)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return error_set(err, errno,
				 "ask to be killed with the parent");
	if (recv(init->sync, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
		_exit(EXIT_HOLT);
	return 0;
}

/* Others are in our PID namespace already, and what the host has lent us is no
 * business of theirs: nobody may trace us or look into us until we have become
 * the command.
 */
static int step_hide(struct init *init, struct error *err)
{
	if (init->plan->joins_pid && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, errno, "forbid to be traced");
	return 0;
}

static int step_say_namespaces(struct init *init, struct error *err)
{
	int result = init->plan->wait
			     ? sync_send(init->sync, STAGE_NAMESPACES, -1)
			     : 0;

	return result < 0 ? error_set(err, -result, "tell the parent") : 0;
}

static int step_wait_for_maps(struct init *init, struct error *err)
{
	return init_wait_for(init, STAGE_MAPPED, err);
}

static int step_runtime_hooks(struct init *init, struct error *err)
{
	int result;

	if (!init->plan->runtime_hooks)
		return 0;
	result = sync_send(init->sync, STAGE_HOOKS, -1);
	if (result < 0)
		return error_set(err, -result, "tell the parent");
	return init_wait_for(init, STAGE_HOOKED, err);
}

static int step_wait_for_go(struct init *init, struct error *err)
{
	int result;

	if (!init->plan->wait)
		return 0;
	result = sync_send(init->sync, STAGE_READY, -1);
	if (result < 0)
		return error_set(err, -result, "tell the parent");
	if (init_wait_for(init, STAGE_GO, err) < 0)
		return -err->code;
	/* Only now: whoever made us has written down that we are here. */
	init->is_free = init->plan->detach;
	if (init->is_free && prctl(PR_SET_PDEATHSIG, 0) < 0)
		return error_set(err, errno, "live without the parent");
	return 0;
}

static step_fn *const steps[] = {
	step_die_with_parent,
	step_namespaces,
	step_lend_socket,
	step_say_namespaces,
	step_oom_score,
	step_root_open,
	step_mounts_open,
	step_wait_for_maps,
	step_cgroup_namespace,
	step_become_root,
	step_hide,
	step_die_with_parent, /* again: changing ids takes it back */
	step_names,
	step_root_attach,
	step_mounts_attach,
	step_files,
	step_devices,
	step_terminal,
	step_console,
	step_settings,
	step_runtime_hooks,
	step_create_hooks,
	step_mask, /* hooks find nothing covered, and cover nothing up */
	step_root_enter,
	step_find,
	step_wait_for_go,
	step_park,
	step_start_hooks,
};

/* What the command itself has to do, whether it is PID 1 or a child of it. */
static step_fn *const command_steps[] = {
	step_home,  step_schedule,        step_label,
	step_user,  step_die_with_parent, /* again, for the command's own ids */
	step_dress, step_confine, /* a filter judges what comes after it */
	step_exec,
};

int init_run_steps(step_fn *const *list, size_t count, struct init *init,
		   struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (list[i](init, err) < 0)
			return -err->code;
	return 0;
}

int init_become_command(struct init *init, struct error *err)
{
	return init_run_steps(command_steps, ARRAY_COUNT(command_steps), init,
			      err);
}

void init_warn(const struct init *init, const struct error *err)
{
	sync_send_error(init->sync, STAGE_WARNING, err);
}

void init_begin(struct init *init, const struct plan *plan, int sync)
{
	*init = (struct init){
		.plan = plan,
		.sync = sync,
		.root = -1,
		.place = -1,
		.scratch = -1,
		.proc = -1,
		.devpts = -1,
		.null = -1,
		.console = -1,
	};
}

void init_run(const struct plan *plan, int sync, const int *joins, int *mounts)
{
	struct init init;
	struct error err = { 0 };

	/* Modes of what is made are meant as they are, whatever the caller's.
	 */
	mode_t own = umask(0);

	init_begin(&init, plan, sync);
	init.umask = own;
	init.joins = joins;
	init.mounts = mounts;
	if (init_run_steps(steps, ARRAY_COUNT(steps), &init, &err) == 0)
		(void)(plan->init ? reaper_run(&init, init_become_command, &err)
				  : init_become_command(&init, &err));
	sync_send_error(init.sync, STAGE_FAILED, &err);
	_exit(err.exit_code ? err.exit_code : EXIT_HOLT);
}
