// SPDX-License-Identifier: Apache-2.0
#include "runtime/destroy.h"

#include <poll.h>
#include <signal.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/oom.h"
#include "container/hooks.h"
#include "container/members.h"
#include "runtime/journal.h"

/* A long time for an end, and one in which most have come to theirs. */
enum { END_TIMEOUT_MS = 10000, END_USUAL_MS = 500 };

/* Return: 1 it has ended, 0 not yet, negative errno */
static int wait_a_while(const struct process *init, int timeout_ms,
			struct error *err)
{
	struct pollfd waiting = { init->pidfd, POLLIN, 0 };
	int result;

	do {
		result = poll(&waiting, 1, timeout_ms);
	} while (result < 0 && errno == EINTR);
	return result < 0
		       ? error_set(err, errno, "wait for the container's end")
		       : result;
}

/* The end of a PID namespace can take a while: everything in it has to go. */
static int wait_for_end(const struct process *init, struct error *err)
{
	int result = wait_a_while(init, END_USUAL_MS, err);

	if (result == 0 && members_wait_for_reaper(init)) {
		log_debug("process %d waits for zombies to be reaped",
			  init->pid);
		return 0;
	}
	if (result == 0)
		result = wait_a_while(init, END_TIMEOUT_MS - END_USUAL_MS, err);
	if (result == 0)
		return error_say(
			err, ETIMEDOUT,
			"process %d has not ended %d s after SIGKILL: it may be stuck in the kernel",
			init->pid, END_TIMEOUT_MS / 1000);
	return result < 0 ? result : 0;
}

static int end_processes(const struct state *state, struct error *err)
{
	auto_with(process_close) struct process init = { 0, -1 };

	if (state_process(state, &init, err) < 0)
		return -err->code;
	if (init.pidfd >= 0)
		(void)process_kill(&init, SIGKILL);
	if (cgroup_kill(&state->cgroup, SIGKILL, err) < 0)
		return -err->code;
	return init.pidfd >= 0 ? wait_for_end(&init, err) : 0;
}

/* After the container is gone and before anybody is told so. */
static void run_hooks(const struct state_dir *dir, const struct state *state)
{
	auto_with(spec_clear) struct spec spec = { 0 };
	const struct hooks_setting setting = {
		.spec = &spec,
		.bundle = state->bundle,
		.id = state->id,
	};
	struct error err;

	if (!state->has_poststop)
		return;
	if (state_read_spec(dir, state, &spec, &err) == 0) {
		hooks_run_poststop(&setting);
		return;
	}
	(void)error_wrap(&err, "no poststop hook is run");
	log_failure(&err);
}

int destroy_container(const struct state_dir *dir, struct state *state,
		      struct error *err)
{
	if (end_processes(state, err) < 0)
		return -err->code;
	if (cgroup_oom_kills(&state->cgroup) > 0)
		journal_add(dir, "oom", state);
	journal_add_exit(dir, state, -1);
	if (cgroup_remove(&state->cgroup, err) < 0)
		return -err->code;
	run_hooks(dir, state);
	if (state_dir_remove(dir, err) < 0)
		return -err->code;
	journal_add(dir, "delete", state);
	return 0;
}
