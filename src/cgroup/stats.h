// SPDX-License-Identifier: Apache-2.0
/* What a container has used, in the shape that runc's `events --stats` has and
 * engines read.
 */
#ifndef CGROUP_STATS_H
#define CGROUP_STATS_H

#include "cgroup/place.h"

struct json_object;

/**
 * cgroup_stats() - Read the figures of a cgroup
 * @ret:	For json_object_put(). Figures of controllers that aren't there
 *		are left out
 *
 * Return: 0, negative errno: there is no cgroup
 */
must_check int cgroup_stats(const struct cgroup *cgroup,
			    struct json_object **ret, struct error *err);

#endif
