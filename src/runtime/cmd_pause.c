// SPDX-License-Identifier: Apache-2.0
/* pause and resume: the same thing, twice. */
#include "base/cleanup.h"
#include "container/state.h"
#include "runtime/journal.h"
#include "runtime/runtime.h"

static int check(const struct state_dir *dir, const struct state *state,
		 bool on, struct error *err)
{
	enum status status = state_status(dir, state);

	if (on && (status == STATUS_RUNNING || status == STATUS_CREATED))
		return 0;
	if (!on && status == STATUS_PAUSED)
		return 0;
	return error_say(err, EINVAL, "cannot %s container %s: it is %s",
			 on ? "pause" : "resume", state->id,
			 status_word(status));
}

static int freeze(const struct command *cmd, const struct runtime *runtime,
		  int argc, char **argv, struct error *err)
{
	bool on = cmd == &runtime_pause;
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(cmd, argc, argv, NULL, err);

	if (first < 0 || runtime_operands(cmd, argc - first, 1, 1, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    state_open(root, argv[first], true, &dir, &state, err) < 0 ||
	    check(&dir, &state, on, err) < 0 ||
	    cgroup_freeze(&state.cgroup, on, err) < 0)
		return -err->code;
	journal_add(root, on ? "pause" : "resume", &state);
	return 0;
}

static int run_pause(const void *globals, int argc, char **argv,
		     struct error *err)
{
	return freeze(&runtime_pause, globals, argc, argv, err);
}

static int run_resume(const void *globals, int argc, char **argv,
		      struct error *err)
{
	return freeze(&runtime_resume, globals, argc, argv, err);
}

const struct command runtime_pause = {
	.name = "pause",
	.synopsis = "ID",
	.summary = "Stop every process of a container",
	.program = "holt-runtime",
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
