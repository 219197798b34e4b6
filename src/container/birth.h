// SPDX-License-Identifier: Apache-2.0
/* The parent's side of making the container's init: directly, or through a
 * process in between where a namespace that exists has to be entered by birth,
 * or is there to be born in.
 */
#ifndef CONTAINER_BIRTH_H
#define CONTAINER_BIRTH_H

#include "base/proc.h"
#include "plan/plan.h"

/* Where a child is to be born. Descriptors; -1: none, so where we are. */
struct birthplace {
	const int *joins; /* of join_open() */
	int cgroup;       /* directory */
	int kept_userns;  /* of kept_userns_open(), for the plan's maps */
};

/**
 * birth() - Make a child in the plan's namespaces, with a copy of our memory
 * @place:	Where the child can't be born in @place->kept_userns it is
 *		without it, which is as good
 * @ret:	The child; untouched on failure
 * @ret_mapped:	Have its id maps been written? Untouched on failure
 *
 * Return: 1 in the parent, 0 in the child, negative errno
 */
must_check int birth(const struct plan *plan, const struct birthplace *place,
		     struct process *ret, bool *ret_mapped, struct error *err);

#endif
