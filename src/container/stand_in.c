// SPDX-License-Identifier: Apache-2.0
#include "container/stand_in.h"

#include <sys/resource.h>

#include "cgroup/apply.h"

static bool is_needed(const struct cgroup *cgroup, const struct spec *spec)
{
	return !cgroup_is_there(cgroup) &&
	       cgroup_is_best_effort(&spec->annotations);
}

static bool has_limit(const struct spec_process *process, int resource)
{
	for (size_t i = 0; i < process->rlimit_count; i++)
		if (process->rlimits[i].resource == resource)
			return true;
	return false;
}

void stand_in_limit(const struct cgroup *cgroup, struct spec *spec)
{
	const struct spec_number *pids = &spec->resources.pids_limit;
	const struct spec_namespace *user = &spec->namespaces[NS_USER];
	struct rlimit own;
	rlim_t limit;

	if (!is_needed(cgroup, spec) || !pids->is_set || pids->value <= 0 ||
	    !user->wanted || user->path ||
	    has_limit(&spec->process, RLIMIT_NPROC) ||
	    getrlimit(RLIMIT_NPROC, &own) < 0)
		return;
	limit = (rlim_t)pids->value;
	if (own.rlim_max != RLIM_INFINITY && limit > own.rlim_max)
		limit = own.rlim_max;
	spec_add_rlimit(spec, RLIMIT_NPROC, limit, limit);
}

const char *stand_in_cpus(const struct cgroup *cgroup, const struct spec *spec)
{
	const char *cpus = spec->resources.cpu_cpus;

	return is_needed(cgroup, spec) && cpus && *cpus ? cpus : NULL;
}
