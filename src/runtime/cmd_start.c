// SPDX-License-Identifier: Apache-2.0
#include <sys/file.h>

#include "base/cleanup.h"
#include "container/notify.h"
#include "container/start.h"
#include "runtime/journal.h"
#include "runtime/runtime.h"
#include "runtime/started.h"

static int check_startable(const struct state_dir *dir,
			   const struct state *state, struct error *err)
{
	switch (state_status(dir, state)) {
	case STATUS_CREATED:
		break;
	case STATUS_STOPPED:
		return error_say(err, EINVAL,
				 "cannot start a container that has stopped");
	case STATUS_CREATING:
	case STATUS_RUNNING:
	case STATUS_PAUSED:
	case STATUS_COUNT:
		return error_say(err, EINVAL,
				 "cannot start an already running container");
	}
	if (!state->has_process)
		return error_say(
			err, EINVAL,
			"cannot start container %s: process not set in its config.json",
			state->id);
	return 0;
}

/* That may take long: others may use the container meanwhile. */
static int wait_for_ready(const struct state_dir *dir,
			  const struct state *state, int notify,
			  struct error *err)
{
	auto_with(process_close) struct process init = { 0, -1 };

	(void)flock(dir->fd, LOCK_UN);
	if (state_process(state, &init, err) < 0)
		return -err->code;
	return init.pidfd >= 0 ? notify_pass_on(notify, &init, err) : 0;
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_free char *root = NULL;
	auto_close int notify = -1;
	struct listener listener;
	bool has_listener;
	int first = options_parse(&runtime_start, argc, argv, NULL, err);

	if (first < 0 ||
	    runtime_operands(&runtime_start, argc - first, 1, 1, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    state_open(root, argv[first], true, &dir, &state, err) < 0 ||
	    check_startable(&dir, &state, err) < 0)
		return -err->code;
	has_listener = state_listener(&state, STATUS_CREATED, &listener);
	if (notify_listen(&dir, &notify, err) < 0)
		return -err->code;
	if (start_go(&dir, has_listener ? &listener : NULL, &state, err) < 0)
		return started_failed(&dir, &state, err);
	journal_add(&dir, "start", &state);
	if (started_container(&dir, &state, err) < 0)
		return -err->code;
	return notify >= 0 ? wait_for_ready(&dir, &state, notify, err) : 0;
}

const struct command runtime_start = {
	.name = "start",
	.synopsis = "ID",
	.summary = "Run the command of a container that was created",
	.program = "holt-runtime",
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
