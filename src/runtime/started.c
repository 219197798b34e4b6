// SPDX-License-Identifier: Apache-2.0
#include "runtime/started.h"

#include "base/cleanup.h"
#include "base/log.h"
#include "container/hooks.h"
#include "runtime/destroy.h"

static void destroy(const struct state_dir *dir, struct state *state)
{
	struct error err;

	if (destroy_container(dir, state, &err) < 0)
		log_failure(&err);
}

int started_failed(const struct state_dir *dir, struct state *state,
		   struct error *err)
{
	if (!err->exit_code)
		destroy(dir, state);
	return -err->code;
}

int started_container(const struct state_dir *dir, struct state *state,
		      struct error *err)
{
	auto_with(spec_clear) struct spec spec = { 0 };
	const struct hooks_setting setting = {
		.spec = &spec,
		.bundle = state->bundle,
		.id = state->id,
	};

	if (!state->has_poststart)
		return 0;
	if (state_read_spec(dir, state, &spec, err) == 0 &&
	    hooks_run(&setting, HOOK_POSTSTART, state->pid, err) == 0)
		return 0;
	destroy(dir, state);
	return -err->code;
}
