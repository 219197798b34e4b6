// SPDX-License-Identifier: Apache-2.0
#include "plan/env.h"

#include <string.h>

/* HOME, LISTEN_FDS, LISTEN_PID */
enum { ADDED_VARIABLES = 3 };

/* The variables of the process, with room for those that are added. */
void plan_env(const struct spec *spec, struct plan *plan)
{
	const struct strv *env = &spec->process.env;
	size_t count = env->count;

	plan->env = xcalloc(count + ADDED_VARIABLES + 1, sizeof(*plan->env));
	if (count)
		memcpy(plan->env, env->items, count * sizeof(*plan->env));
	if (!spec_get_env(spec, "HOME")) {
		plan->home = xcalloc(1, HOME_ROOM);
		memcpy(plan->home, "HOME=/", sizeof("HOME=/"));
		plan->env[count] = plan->home;
	}
}

static bool is_about_sockets(const char *variable)
{
	return !strncmp(variable, "LISTEN_FDS=", 11) ||
	       !strncmp(variable, "LISTEN_PID=", 11);
}

void plan_pass_sockets(struct plan *plan, unsigned int count)
{
	size_t kept = 0;

	if (!count)
		return;
	plan->preserve_fds += count;
	plan->listen_pid = xcalloc(1, LISTEN_PID_ROOM);
	strv_addf(&plan->strings, "LISTEN_FDS=%u", count);
	for (size_t i = 0; plan->env[i]; i++)
		if (!is_about_sockets(plan->env[i]))
			plan->env[kept++] = plan->env[i];
	plan->env[kept++] = plan->strings.items[plan->strings.count - 1];
	plan->env[kept++] = plan->listen_pid;
	plan->env[kept] = NULL;
}
