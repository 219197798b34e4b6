// SPDX-License-Identifier: Apache-2.0
/* The hooks of the container's namespaces: createContainer before its root is
 * entered, startContainer right before its command.
 */
#include <stdio.h>
#include <unistd.h>

#include "init/hook_run.h"
#include "init/step.h"
#include "init/sync.h"

static int run_list(const struct init *init, const struct hook_list *list,
		    const char *point, struct error *err)
{
	char pid[16];
	const char *const state[] = { list->state_head, pid, list->state_tail,
				      NULL };

	(void)snprintf(pid, sizeof(pid), "%d", getpid());
	for (size_t i = 0; i < list->count; i++) {
		struct hook_op op = list->items[i];

		if (!op.cwd)
			op.cwd_fd = init->root;
		if (hook_run(&op, state, err) < 0)
			return error_wrap(err, "%s hook #%zu (%s)", point, i,
					  op.path);
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
