// SPDX-License-Identifier: Apache-2.0
/* The state of a container as runtime.md ("State") has it: for hooks, and for
 * the commands state and list.
 */
#ifndef CONTAINER_STATE_JSON_H
#define CONTAINER_STATE_JSON_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/alloc.h"

struct json_object;

/* What is said. NULL: that property is left out. */
struct state_facts {
	const char *id, *status, *bundle;
	pid_t pid;                      /* 0 where there is no process */
	bool no_pid;                    /* leave it out */
	const struct strv *annotations; /* "key=value"; none: left out */
	/* What the command adds to the specification's. */
	const char *rootfs, *created, *owner;
};

/** state_to_json() - For json_object_put(). */
struct json_object *state_to_json(const struct state_facts *facts);

/** state_json() - The same as text on one line; owned by the caller. */
char *state_json(const struct state_facts *facts);

#endif
