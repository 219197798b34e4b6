// SPDX-License-Identifier: Apache-2.0
#include "runtime/describe.h"

#include <pwd.h>
#include <stdlib.h>

#include "container/state_json.h"

void describe(const struct state_dir *dir, const struct state *state,
	      struct description *ret)
{
	const struct passwd *owner = getpwuid(state->owner);

	ret->status = state_status(dir, state);
	ret->pid = ret->status == STATUS_STOPPED ? 0 : state->pid;
	ret->owner =
		owner ? xstrdup(owner->pw_name) : xasprintf("%u", state->owner);
}

void description_clear(struct description *description)
{
	free(description->owner);
	description->owner = NULL;
}

struct json_object *describe_json(const struct state *state,
				  const struct description *description)
{
	const struct state_facts facts = {
		.id = state->id,
		.status = status_word(description->status),
		.bundle = state->bundle,
		.pid = description->pid,
		.annotations = &state->annotations,
		.rootfs = state->rootfs,
		.created = state->created,
		.owner = description->owner,
	};

	return state_to_json(&facts);
}
