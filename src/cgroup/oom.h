// SPDX-License-Identifier: Apache-2.0
/* When the kernel kills in a cgroup because memory is at its limit. */
#ifndef CGROUP_OOM_H
#define CGROUP_OOM_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroup/place.h"

/** cgroup_oom_kills() - How many were killed for that; 0 where nobody counts */
uint64_t cgroup_oom_kills(const struct cgroup *cgroup);

struct cgroup_oom {
	int fd; /* for poll(2), with .events; -1: nothing is to be heard */
	short events;
	const struct cgroup *cgroup; /* borrowed */
	uint64_t seen;
};

/**
 * cgroup_oom_watch() - Hear of it from now on
 * @ret:	For cgroup_oom_clear(); without a memory controller it is silent
 */
void cgroup_oom_watch(const struct cgroup *cgroup, struct cgroup_oom *ret);

/** cgroup_oom_happened() - After poll(2): has it, since we last asked? */
bool cgroup_oom_happened(struct cgroup_oom *oom);

void cgroup_oom_clear(struct cgroup_oom *oom);

#endif
