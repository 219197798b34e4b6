// SPDX-License-Identifier: Apache-2.0
/* The parent's side of making the container's init: directly, or through a
 * process in between where a namespace that exists has to be entered by birth.
 */
#ifndef CONTAINER_BIRTH_H
#define CONTAINER_BIRTH_H

#include "base/proc.h"
#include "plan/plan.h"

/**
 * birth() - Make a child in the plan's namespaces, with a copy of our memory
 * @joins:	Of join_open()
 * @cgroup:	Directory of the cgroup to be born in; -1: ours
 * @ret:	The child; untouched on failure
 *
 * Return: 1 in the parent, 0 in the child, negative errno
 */
must_check int birth(const struct plan *plan, const int *joins, int cgroup,
		     struct process *ret, struct error *err);

#endif
