// SPDX-License-Identifier: Apache-2.0
/* Which CPUs a process may run on. */
#ifndef CONTAINER_AFFINITY_H
#define CONTAINER_AFFINITY_H

#include <sys/types.h>

#include "base/error.h"

/**
 * affinity_set() - Keep a process to some CPUs
 * @pid:	Which; 0: ourselves
 * @cpus:	List such as "0-3,7"; NULL: nothing to be done
 * @err:	EINVAL: there is none of them here, or the cpuset of its cgroup
 *		has none of them
 *
 * Return: 0, negative errno
 */
must_check int affinity_set(pid_t pid, const char *cpus, struct error *err);

#endif
