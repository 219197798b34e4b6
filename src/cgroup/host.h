// SPDX-License-Identifier: Apache-2.0
/* The cgroup hierarchies of this machine, and where in them we are. */
#ifndef CGROUP_HOST_H
#define CGROUP_HOST_H

#include "base/alloc.h"

/* One mounted hierarchy. */
struct cgroup_hierarchy {
	bool is_v2;
	char *controllers; /* of v1: "cpu,cpuacct"; of v2: "" */
	char *mount;       /* where it is mounted */
	char *base;        /* which of its cgroups lies at the mount: "/" */
	char *own;         /* ours, from the mount on: "/", "/user.slice" */
};

struct cgroup_host {
	struct cgroup_hierarchy *items; /* owned */
	size_t count;
};

void cgroup_host_clear(struct cgroup_host *host);

/**
 * cgroup_host_parse() - From the texts of proc(5); pure
 * @mountinfo:	/proc/self/mountinfo
 * @membership: /proc/self/cgroup
 * @ret:	Empty; named hierarchies without controllers are left out, and
 *		those that are mounted again
 */
void cgroup_host_parse(const char *mountinfo, const char *membership,
		       struct cgroup_host *ret);

/** cgroup_host_read() - The same from /proc. Return: 0, negative errno */
must_check int cgroup_host_read(struct cgroup_host *ret, struct error *err);

/** cgroup_host_is_v2() - Is v2 all there is? */
bool cgroup_host_is_v2(const struct cgroup_host *host);

#endif
