// SPDX-License-Identifier: Apache-2.0
/* What has to be known of a container before somebody can enter it. */
#ifndef CONTAINER_DOOR_H
#define CONTAINER_DOOR_H

#include "base/proc.h"
#include "cgroup/cgroup.h"
#include "plan/plan.h"

/* Where to go. */
struct destination {
	struct process target;       /* the container's init; borrowed */
	const struct cgroup *cgroup; /* the container's; NULL or none: ours */
	const char *subgroup;        /* one below that; NULL: itself */
};

struct door {
	int proc;       /* /proc/PID of the target */
	int cgroup;     /* of v2; -1: none */
	int root;       /* the target's, where it shares our mounts; -1 */
	int namespaces; /* CLONE_NEW*: those of the target's that aren't ours */
};

/**
 * door_find() - Look at the target, and settle the plan by what is seen
 * @plan:	Who the process becomes depends on the user namespace there
 * @door:	All -1 and 0; for door_clear(), also after a failure
 * @err:	ESRCH: it has ended; EACCES, EPERM: it can't be looked into
 *
 * Return: 0, negative errno
 */
must_check int door_find(const struct destination *to, struct plan *plan,
			 struct door *door, struct error *err);

/**
 * door_use_cgroup_of_target() - Where the container's cgroup takes nobody in
 *
 * One that has controllers for cgroups below it has no processes itself
 * (cgroups(7), "no internal processes"): the container's init has moved down.
 *
 * Return: 0, negative errno: -EBUSY if the target is in no cgroup below
 */
must_check int door_use_cgroup_of_target(const struct destination *to,
					 struct door *door, struct error *err);

/** door_clear() - Close what is open. */
void door_clear(struct door *door);

#endif
