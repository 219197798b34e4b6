// SPDX-License-Identifier: Apache-2.0
/* Where we are in a hierarchy of cgroup v1. */
#ifndef INIT_OWN_CGROUP_H
#define INIT_OWN_CGROUP_H

#include "base/error.h"

/**
 * own_cgroup_open() - A detached copy of our own directory in a hierarchy
 * @controllers: As in /proc/self/cgroup: "cpu,cpuacct" or "name=systemd"
 * @mounted_at:	Where the whole hierarchy is
 *
 * Return: descriptor of the tree, negative errno
 */
must_check int own_cgroup_open(const char *controllers, const char *mounted_at,
			       struct error *err);

#endif
