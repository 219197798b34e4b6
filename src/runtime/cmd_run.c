// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "container/attend.h"
#include "container/notify.h"
#include "runtime/create.h"
#include "runtime/destroy.h"
#include "runtime/journal.h"
#include "runtime/started.h"

static const struct option_row run_options[] = {
	CREATE_OPTION_ROWS,
	{
		.name = "detach",
		.letter = 'd',
		.help = "return as soon as the command runs",
		OPTION_FIELD(struct create_settings, detach),
	},
	{
		.name = "keep",
		.help = "don't delete the container when it has ended",
		OPTION_FIELD(struct create_settings, keep),
	},
	{ 0 },
};

/* It stays, and its end has been told of: that is noted, unless somebody has
 * removed it meanwhile.
 */
static void note_end(const struct creation *creation)
{
	const struct state_dir *dir = &creation->dir;
	struct stat st;
	struct error err;

	(void)flock(dir->fd, LOCK_EX);
	if (fstat(dir->fd, &st) == 0 && st.st_nlink > 0 &&
	    state_write(dir, &creation->state, &err) < 0)
		log_failure(&err);
	(void)flock(dir->fd, LOCK_UN);
}

/* Stay with it to its end. Return: exit status, negative errno */
static int stay(struct creation *creation, struct error *err)
{
	static const struct attend_options options = { .interactive = true };
	int status = attend(&creation->running, &options, err);
	struct error failure = { 0 };

	if (status >= 0)
		journal_add_exit(&creation->dir, &creation->state, status);
	if (creation->settings->keep) {
		note_end(creation);
		return status;
	}
	if (destroy_container(&creation->dir, &creation->state, &failure) < 0 &&
	    status >= 0) {
		*err = failure;
		return -err->code;
	}
	return status;
}

static int wait_for_ready(const struct creation *creation, struct error *err)
{
	const struct process *init = &creation->running.init;

	return creation->mode == CREATE_DETACHED
		       ? notify_pass_on(creation->notify, init, err)
		       : notify_pass_on_beside(creation->notify, init, err);
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	struct create_settings settings = { 0 };
	auto_with(creation_clear) struct creation creation = {
		.runtime = globals,
		.settings = &settings,
	};
	int first = options_parse(&runtime_run, argc, argv, &settings, err);
	sigset_t signals;

	if (first < 0 ||
	    runtime_operands(&runtime_run, argc - first, 1, 1, err) < 0)
		return -err->code;
	creation.mode = settings.detach ? CREATE_DETACHED : CREATE_ATTENDED;
	if (creation.mode == CREATE_ATTENDED) {
		attend_signals(&signals);
		(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	}
	if (create_container(&creation, argv[first], err) < 0)
		return -err->code;
	journal_add(&creation.dir, "start", &creation.state);
	if (started_container(&creation.dir, &creation.state, err) < 0)
		return -err->code;
	if (creation.notify >= 0 && wait_for_ready(&creation, err) < 0)
		return -err->code;
	return settings.detach ? 0 : stay(&creation, err);
}

const struct command runtime_run = {
	.name = "run",
	.synopsis = "[OPTION]... ID",
	.summary = "Make a container, start it, and stay until it ends",
	.program = "holt-runtime",
	.options = run_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
