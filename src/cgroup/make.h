// SPDX-License-Identifier: Apache-2.0
/* Making the directory of a cgroup one that processes can be in and that can
 * be limited.
 */
#ifndef CGROUP_MAKE_H
#define CGROUP_MAKE_H

#include <sys/types.h>

#include "base/error.h"

/**
 * cgroup_enable_controllers() - Have every controller of @dir's parents reach
 *				 it, on v2
 *
 * What isn't there will be missed by the setting that needs it.
 */
void cgroup_enable_controllers(const char *dir);

/**
 * cgroup_make_directory() - Make one with its parents, if it isn't there
 *
 * A cpuset of v1 is filled. Return: 0, negative errno
 */
must_check int cgroup_make_directory(const char *dir, struct error *err);

/** cgroup_enter_directory() - Put a process into it. */
must_check int cgroup_enter_directory(const char *dir, pid_t pid,
				      struct error *err);

#endif
