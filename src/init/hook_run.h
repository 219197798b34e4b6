// SPDX-License-Identifier: Apache-2.0
/* One hook, from its start to its end; for both sides of a container. Uses no
 * heap.
 */
#ifndef INIT_HOOK_RUN_H
#define INIT_HOOK_RUN_H

#include "plan/plan.h"

/**
 * hook_run() - Run a hook, and wait for it
 * @state:	What it reads, in parts; ends with NULL
 * @err:	How it ended and its last words; ETIMEDOUT: it was killed with
 *		its process group
 *
 * Return: 0 if it ended with status 0, negative errno
 */
must_check int hook_run(const struct hook_op *op, const char *const *state,
			struct error *err);

#endif
