// SPDX-License-Identifier: Apache-2.0
/* A container as `state` and `list` show it. */
#ifndef RUNTIME_DESCRIBE_H
#define RUNTIME_DESCRIBE_H

#include "container/state.h"

struct description {
	enum status status;
	pid_t pid;   /* 0 once it has stopped */
	char *owner; /* name, or number where there is none; owned */
};

/** describe() - Ask the kernel how a container is. */
void describe(const struct state_dir *dir, const struct state *state,
	      struct description *ret);

void description_clear(struct description *description);

/** describe_json() - The container as a JSON object, for json_object_put(). */
struct json_object *describe_json(const struct state *state,
				  const struct description *description);

#endif
