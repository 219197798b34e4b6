// SPDX-License-Identifier: Apache-2.0
#include <json.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"

enum { LIST_MAX = 8192 }; /* more CPUs than there are kernels for */

/* "0-3,7" as [0,1,2,3,7] */
static void put_list(const struct stats_source *source, const char *file,
		     struct json_object *object, const char *key)
{
	auto_free char *text = stats_read(source, file);
	struct json_object *array;
	char *at;

	if (!text)
		return;
	array = json_object_new_array();
	(void)json_object_object_add(object, key, array);
	for (const char *word = text; *word >= '0' && *word <= '9';
	     word = at + (*at == ',')) {
		unsigned long first = strtoul(word, &at, 10), last = first;

		if (*at == '-')
			last = strtoul(at + 1, &at, 10);
		for (; first <= last && last < LIST_MAX; first++)
			(void)json_object_array_add(
				array, json_object_new_uint64(first));
	}
}

void stats_cpuset_v1(const struct stats_source *source,
		     struct json_object *stats)
{
	static const char *const flags[] = {
		"cpu_exclusive",   "mem_hardwall",       "mem_exclusive",
		"memory_migrate",  "memory_spread_page", "memory_spread_slab",
		"memory_pressure", "sched_load_balance",
	};
	struct json_object *object = stats_object(stats, "cpuset");
	auto_free char *level =
		stats_read(source, "cpuset.sched_relax_domain_level");

	put_list(source, "cpuset.cpus", object, "cpus");
	put_list(source, "cpuset.mems", object, "mems");
	for (size_t i = 0; i < ARRAY_COUNT(flags); i++) {
		auto_free char *file = xasprintf("cpuset.%s", flags[i]);

		stats_copy(source, file, object, flags[i]);
	}
	if (level) /* -1: whatever the kernel likes */
		(void)json_object_object_add(
			object, "sched_relax_domain_level",
			json_object_new_int64(strtoll(level, NULL, 10)));
}

void stats_cpuset_v2(const struct stats_source *source,
		     struct json_object *stats)
{
	struct json_object *object = stats_object(stats, "cpuset");

	put_list(source, "cpuset.cpus.effective", object, "cpus");
	put_list(source, "cpuset.mems.effective", object, "mems");
}
