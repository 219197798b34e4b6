// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "container/members.h"
#include "runtime/matching.h"
#include "runtime/runtime.h"

struct kill_settings {
	bool all, regex;
};

static const struct option_row kill_options[] = {
	{
		.name = "all",
		.letter = 'a',
		.help = "signal every process of the container",
		OPTION_FIELD(struct kill_settings, all),
	},
	{
		.name = "regex",
		.letter = 'r',
		.help = "ID is a pattern: every container that it matches",
		OPTION_FIELD(struct kill_settings, regex),
	},
	{ 0 },
};

static int not_running(struct error *err)
{
	return error_say(err, ESRCH, "container not running");
}

/* A frozen process takes no signal until it is thawed; the last one can't be
 * waited for.
 */
static int thaw_for_death(const struct state *state, int signal,
			  struct error *err)
{
	if (signal != SIGKILL || cgroup_is_frozen(&state->cgroup) <= 0)
		return 0;
	return cgroup_freeze(&state->cgroup, false, err);
}

static int signal_one(const struct state *state, int signal, struct error *err)
{
	auto_with(process_close) struct process init = { 0, -1 };
	int result;

	if (state_process(state, &init, err) < 0)
		return -err->code;
	result = process_kill(&init, signal);
	if (result == -ESRCH)
		return not_running(err);
	if (result < 0)
		return error_set(err, -result, "signal process %d", init.pid);
	return thaw_for_death(state, signal, err);
}

static int signal_container(const char *root, const char *id, bool all,
			    int signal, struct error *err)
{
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };

	if (state_open(root, id, false, &dir, &state, err) < 0)
		return -err->code;
	/* The processes of a container whose init has ended may be there still,
	 * where it shares a PID namespace.
	 */
	if (all && members_signal(&state, signal, err) < 0)
		return -err->code;
	if (all)
		return thaw_for_death(&state, signal, err);
	if (state_status(&dir, &state) == STATUS_STOPPED)
		return not_running(err);
	return signal_one(&state, signal, err);
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	struct kill_settings settings = { 0 };
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_free char *root = NULL;
	const char *word;
	int first = options_parse(&runtime_kill, argc, argv, &settings, err);
	int signal;

	if (first < 0 ||
	    runtime_operands(&runtime_kill, argc - first, 1, 2, err) < 0)
		return -err->code;
	word = argc - first == 2 ? argv[first + 1] : "TERM";
	signal = parse_signal(word);
	if (signal < 0)
		return error_say(err, EINVAL, "unknown signal \"%s\"", word);
	if (state_root(runtime->root, &root, err) < 0 ||
	    matching_ids(root, argv[first], settings.regex, &ids, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++)
		if (signal_container(root, ids.items[i], settings.all, signal,
				     err) < 0)
			return -err->code;
	return 0;
}

const struct command runtime_kill = {
	.name = "kill",
	.synopsis = "[OPTION]... ID [SIGNAL]",
	.summary = "Send a signal, SIGTERM if not said, to a container's init",
	.program = "holt-runtime",
	.options = kill_options,
	.operands = { OFFER_NONE, OFFER_SIGNAL },
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
