// SPDX-License-Identifier: Apache-2.0
#include "container/affinity.h"

#include <sched.h>
#include <stdlib.h>

/* The form of the list has been checked when it was read. */
static int read_list(const char *list, cpu_set_t *ret, struct error *err)
{
	char *end;

	CPU_ZERO(ret);
	for (const char *at = list; *at; at = end + (*end == ',')) {
		unsigned long first = strtoul(at, &end, 10), last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (end == at || first > last || last >= CPU_SETSIZE)
			return error_say(err, ERANGE,
					 "'%s' is no list of CPUs up to %d",
					 list, CPU_SETSIZE - 1);
		for (; first <= last; first++)
			CPU_SET(first, ret);
	}
	return 0;
}

int affinity_set(pid_t pid, const char *cpus, struct error *err)
{
	cpu_set_t set;

	if (!cpus)
		return 0;
	if (read_list(cpus, &set, err) < 0)
		return -err->code;
	if (sched_setaffinity(pid, sizeof(set), &set) < 0)
		return error_set(err, errno, "run on CPUs %s", cpus);
	return 0;
}
