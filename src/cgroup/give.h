// SPDX-License-Identifier: Apache-2.0
/* Handing a cgroup of v2 over to the container's user. */
#ifndef CGROUP_GIVE_H
#define CGROUP_GIVE_H

#include <sys/types.h>

/**
 * cgroup_give() - Let somebody make cgroups below, and move processes there
 * @path:	The cgroup's directory
 *
 * Its limits stay ours: of its files only those are given that the kernel lists
 * for that (cgroups(7), "Cgroup delegation"). Where we may not give anything
 * away the container gets none.
 */
void cgroup_give(const char *path, uid_t uid, gid_t gid);

#endif
