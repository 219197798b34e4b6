// SPDX-License-Identifier: Apache-2.0
/* What a container uses, for `events --stats`: by its cgroup; without one, by
 * its processes.
 */
#ifndef RUNTIME_USAGE_H
#define RUNTIME_USAGE_H

#include "container/state.h"

struct json_object;

/**
 * usage_read() - The figures of a container that runs
 * @ret:	For json_object_put(), in the shape of runc's "data"
 * @err:	EOPNOTSUPP: it has neither a cgroup nor a PID namespace
 *
 * By its processes means: CPU time of those that are there and of the children
 * they have waited for; resident memory, in which pages that several share
 * count several times.
 *
 * Return: 0, negative errno
 */
must_check int usage_read(const struct state *state, struct json_object **ret,
			  struct error *err);

#endif
