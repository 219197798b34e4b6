// SPDX-License-Identifier: Apache-2.0
/* Namespaces that exist already: opened by the parent, entered by the child.
 * Those that decide what a process may do and whom it sees (user, PID) take
 * effect by being born into them, the others are entered by init itself.
 */
#ifndef INIT_JOIN_H
#define INIT_JOIN_H

#include "plan/plan.h"

/** The ones that have to be entered before the container's init is born. */
#define JOIN_BEFORE_BIRTH (CLONE_NEWUSER | CLONE_NEWPID)

/**
 * join_open() - Open every namespace of plan->joins, and know its kind
 * @fds:	One each, close-on-exec; room for NS_COUNT. Filled as far as it
 *		came; the rest is -1
 * @err:	Names the path, and of which kind it is if not of that wanted
 *
 * Return: 0, negative errno
 */
must_check int join_open(const struct plan *plan, int *fds, struct error *err);

/**
 * join_enter() - Enter those whose flag is in @kinds, in the plan's order
 * @fds:	Of join_open()
 *
 * Return: 0, negative errno
 */
must_check int join_enter(const struct plan *plan, const int *fds, int kinds,
			  struct error *err);

#endif
