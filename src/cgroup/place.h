// SPDX-License-Identifier: Apache-2.0
/* Where a container's cgroup is. */
#ifndef CGROUP_PLACE_H
#define CGROUP_PLACE_H

#include <stdbool.h>

#include "base/alloc.h"

enum cgroup_manager {
	CGROUP_CGROUPFS, /* we make directories */
	CGROUP_SYSTEMD,  /* systemd makes a scope */
	CGROUP_DISABLED, /* none */
};

/* Can we have systemd make one? */
enum { CGROUP_HAS_SYSTEMD = 0 };

/* Where it is. Absolute paths, as we see them. */
struct cgroup {
	enum cgroup_manager manager;
	char *v2;        /* directory in the v2 hierarchy; NULL: none */
	struct strv v1;  /* "cpu,cpuacct=/sys/fs/cgroup/cpu,cpuacct/x" */
	struct strv own; /* directories that weren't there: to be removed */
};

/** cgroup_v1_directory() - That of a v1 controller, or NULL */
const char *cgroup_v1_directory(const struct cgroup *cgroup,
				const char *controller);

#endif
