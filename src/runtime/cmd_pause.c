// SPDX-License-Identifier: Apache-2.0
/* pause and resume. By the cgroup: no process sees anything of it. Without one
 * only by signals, which the processes and their parents see: so somebody has
 * to want that.
 */
#include <signal.h>

#include "base/cleanup.h"
#include "container/members.h"
#include "runtime/journal.h"
#include "runtime/runtime.h"

struct pause_settings {
	bool force;
};

static const struct option_row pause_options[] = {
	{
		.name = "force",
		.help = "without a cgroup: stop each process by SIGSTOP",
		OPTION_FIELD(struct pause_settings, force),
	},
	{ 0 },
};

static int check(const struct state_dir *dir, const struct state *state,
		 bool on, struct error *err)
{
	enum status status = state_status(dir, state);

	if (on && (status == STATUS_RUNNING || status == STATUS_CREATED))
		return 0;
	/* One that somebody else has let go on, too: some may have been missed.
	 */
	if (!on && (status == STATUS_PAUSED ||
		    (state->is_halted && status != STATUS_STOPPED)))
		return 0;
	return error_say(err, EINVAL, "cannot %s container %s: it is %s",
			 on ? "pause" : "resume", state->id,
			 status_word(status));
}

/* Written down first: whoever is killed in between leaves a container that can
 * be resumed.
 */
static int halt(const struct state_dir *dir, struct state *state,
		struct error *err)
{
	state->is_halted = true;
	if (state_write(dir, state, err) < 0)
		return -err->code;
	if (members_halt(state, err) == 0)
		return 0;

	struct error ignored;

	state->is_halted = false;
	(void)!state_write(dir, state, &ignored);
	return -err->code;
}

static int go_on(const struct state_dir *dir, struct state *state,
		 struct error *err)
{
	if (members_signal(state, SIGCONT, err) < 0)
		return -err->code;
	state->is_halted = false;
	return state_write(dir, state, err);
}

static int pause_container(const struct state_dir *dir, struct state *state,
			   bool force, struct error *err)
{
	int result = cgroup_freeze(&state->cgroup, true, err);

	if (result != -EOPNOTSUPP)
		return result;
	if (force)
		return halt(dir, state, err);
	return error_say(
		err, EOPNOTSUPP,
		"cannot pause container %s: it has no cgroup that could be frozen; 'pause --force' stops its processes by SIGSTOP",
		state->id);
}

static int change(const struct command *cmd, const struct runtime *runtime,
		  int argc, char **argv, struct error *err)
{
	bool on = cmd == &runtime_pause;
	struct pause_settings settings = { 0 };
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(cmd, argc, argv, &settings, err), result;

	if (first < 0 || runtime_operands(cmd, argc - first, 1, 1, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    state_open(root, argv[first], true, &dir, &state, err) < 0 ||
	    check(&dir, &state, on, err) < 0)
		return -err->code;
	if (on)
		result = pause_container(&dir, &state, settings.force, err);
	else if (state.is_halted)
		result = go_on(&dir, &state, err);
	else
		result = cgroup_freeze(&state.cgroup, false, err);
	if (result < 0)
		return result;
	journal_add(&dir, on ? "pause" : "resume", &state);
	return 0;
}

static int run_pause(const void *globals, int argc, char **argv,
		     struct error *err)
{
	return change(&runtime_pause, globals, argc, argv, err);
}

static int run_resume(const void *globals, int argc, char **argv,
		      struct error *err)
{
	return change(&runtime_resume, globals, argc, argv, err);
}

const struct command runtime_pause = {
	.name = "pause",
	.synopsis = "[OPTION]... ID",
	.summary = "Stop every process of a container",
	.program = "holt-runtime",
	.options = pause_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run_pause,
};

const struct command runtime_resume = {
	.name = "resume",
	.synopsis = "ID",
	.summary = "Let the processes of a paused container go on",
	.program = "holt-runtime",
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run_resume,
};
