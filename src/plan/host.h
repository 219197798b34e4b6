// SPDX-License-Identifier: Apache-2.0
/* What a plan depends on beside its spec: the machine and the caller. */
#ifndef PLAN_HOST_H
#define PLAN_HOST_H

#include <stdbool.h>
#include <sys/types.h>

struct host {
	uid_t uid;
	gid_t gid;
	bool in_userns;         /* not the machine's first user namespace */
	bool cgroup2;           /* /sys/fs/cgroup is a pure cgroup v2 tree */
	bool apparmor, selinux; /* these security modules are at work */
};

/** host_read() - Ask the machine. Reads, changes nothing. */
void host_read(struct host *ret);

#endif
