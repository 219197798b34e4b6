// SPDX-License-Identifier: Apache-2.0
/* The container's first process, from clone3(2) to execve(2). */
#ifndef INIT_INIT_H
#define INIT_INIT_H

#include "plan/plan.h"

/**
 * init_run() - Carry out the plan and become the command; never returns
 * @plan:	What to do
 * @sync:	Our end of the socket that sync.h describes
 * @joins:	Of join_open(); those of JOIN_BEFORE_BIRTH are entered already
 * @mounts:	Trees of plan->mounts that are made already; -1: not yet
 */
_Noreturn void init_run(const struct plan *plan, int sync, const int *joins,
			int *mounts);

#endif
