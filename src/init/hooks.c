// SPDX-License-Identifier: Apache-2.0
/* The hooks of the container's namespaces: createContainer before its root is
 * entered, startContainer right before its command.
 */
#include <stdio.h>
#include <unistd.h>

#include "init/hook_run.h"
#include "init/step.h"
#include "init/sync.h"

/* A hook that failed, for the lines that don't fit into the error. */
struct failed {
	const struct init *init;
	const char *point;
	size_t index;
	const char *path;
};

static void tell(void *argument, const char *line)
{
	const struct failed *failed = argument;
	struct error warning;

	(void)error_say(&warning, ECANCELED, "%s hook #%zu (%s): %s",
			failed->point, failed->index, failed->path, line);
	init_warn(failed->init, &warning);
}

static int run_list(const struct init *init, const struct hook_list *list,
		    const char *point, struct error *err)
{
	char pid[16];
	const char *const state[] = { list->state_head, pid, list->state_tail,
				      NULL };
	struct hook_words words;

	(void)snprintf(pid, sizeof(pid), "%d", getpid());
	for (size_t i = 0; i < list->count; i++) {
		struct hook_op op = list->items[i];
		struct failed failed = { init, point, i, op.path };

		op.has_umask = true;
		op.umask = init->umask;
		if (!op.cwd)
			op.cwd_fd = init->root;
		if (hook_run(&op, state, &words, err) == 0)
			continue;
		hook_words_tell(&words, tell, &failed);
		return error_wrap(err, "%s hook #%zu (%s)", point, i, op.path);
	}
	return 0;
}

int step_create_hooks(struct init *init, struct error *err)
{
	return run_list(init, &init->plan->create_hooks, "createContainer",
			err);
}

int step_start_hooks(struct init *init, struct error *err)
{
	return run_list(init, &init->plan->start_hooks, "startContainer", err);
}
