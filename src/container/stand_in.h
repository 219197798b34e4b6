// SPDX-License-Identifier: Apache-2.0
/* What keeps some limits where there is no cgroup, and the container says that
 * it can do without (run.holt.limits=besteffort).
 *
 * Weaker than a cgroup: the container may change the one, and has the other for
 * each of its user ids.
 */
#ifndef CONTAINER_STAND_IN_H
#define CONTAINER_STAND_IN_H

#include "cgroup/cgroup.h"
#include "oci/spec.h"

/**
 * stand_in_limit() - An RLIMIT_NPROC in place of pids.limit
 *
 * One that is given stays. It counts the processes of a user in the container's
 * own user namespace; where there is none, it would count those of the host's.
 */
void stand_in_limit(const struct cgroup *cgroup, struct spec *spec);

/**
 * stand_in_cpus() - The CPUs that processes are kept to in place of cpu.cpus
 *
 * Return: a list such as "0-3,7", owned by @spec; NULL: all there are
 */
const char *stand_in_cpus(const struct cgroup *cgroup, const struct spec *spec);

#endif
