// SPDX-License-Identifier: Apache-2.0
/* What a plan depends on beside its spec: the machine and the caller. */
#ifndef PLAN_HOST_H
#define PLAN_HOST_H

#include <stdbool.h>
#include <sys/types.h>

/* A mounted hierarchy of cgroup v1. */
struct host_hierarchy {
	char controllers[64]; /* as in /proc/self/cgroup: "cpu,cpuacct" */
	char path[128];       /* where it is mounted */
	bool is_whole;        /* from its root on */
};

enum { HOST_HIERARCHY_MAX = 16 };

struct host {
	uid_t uid;
	gid_t gid;
	bool in_userns; /* not the machine's first user namespace */
	bool cgroup2;   /* /sys/fs/cgroup is a pure cgroup v2 tree */
	/* cgroup v1; read for the machine's root alone */
	struct host_hierarchy hierarchies[HOST_HIERARCHY_MAX];
	size_t hierarchy_count;
	bool apparmor, selinux; /* these security modules are at work */
};

/** host_read() - Ask the machine. Reads, changes nothing. */
void host_read(struct host *ret);

#endif
