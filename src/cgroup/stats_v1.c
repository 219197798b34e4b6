// SPDX-License-Identifier: Apache-2.0
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"
#include "cgroup/tree.h"

/* Clock ticks of cpuacct.stat. */
static uint64_t ticks_to_ns(uint64_t ticks)
{
	return ticks * (1000000000ULL / (uint64_t)sysconf(_SC_CLK_TCK));
}

static struct stats_source open_source(const struct cgroup *cgroup,
				       const char *controller)
{
	const char *dir = cgroup_v1_directory(cgroup, controller);
	struct error ignored;

	return (struct stats_source){
		dir ? cgroup_tree_open(dir, &ignored) : -1,
	};
}

static void close_source(const struct stats_source *source)
{
	if (source->dir >= 0)
		close(source->dir);
}

static void per_cpu(const struct stats_source *source,
		    struct json_object *usage)
{
	auto_free char *text = stats_read(source, "cpuacct.usage_percpu");
	struct json_object *array;
	char *rest = text, *word;

	if (!text)
		return;
	array = json_object_new_array();
	while ((word = strsep(&rest, " \n")))
		if (*word)
			(void)json_object_array_add(
				array, json_object_new_uint64(
					       strtoull(word, NULL, 10)));
	(void)json_object_object_add(usage, "percpu", array);
}

/* A first line with titles, then "CPU USER SYSTEM". */
static void per_cpu_split(const struct stats_source *source,
			  struct json_object *usage)
{
	auto_free char *text = stats_read(source, "cpuacct.usage_all");
	struct json_object *user, *kernel;
	char *rest = text, *line;

	if (!text)
		return;
	user = json_object_new_array();
	kernel = json_object_new_array();
	while ((line = strsep(&rest, "\n"))) {
		char *at = line;

		(void)strtoull(line, &at, 10);
		if (at == line)
			continue;
		(void)json_object_array_add(
			user, json_object_new_uint64(strtoull(at, &at, 10)));
		(void)json_object_array_add(
			kernel, json_object_new_uint64(strtoull(at, &at, 10)));
	}
	(void)json_object_object_add(usage, "percpu_kernel", kernel);
	(void)json_object_object_add(usage, "percpu_user", user);
}

static void cpu(const struct cgroup *cgroup, struct json_object *stats)
{
	auto_with(close_source) struct stats_source account =
		open_source(cgroup, "cpuacct");
	auto_with(close_source) struct stats_source share =
		open_source(cgroup, "cpu");
	struct json_object *object = stats_object(stats, "cpu");
	struct json_object *usage = stats_object(object, "usage");
	struct json_object *throttling = stats_object(object, "throttling");
	auto_free char *split = stats_read(&account, "cpuacct.stat");
	auto_free char *text = stats_read(&share, "cpu.stat");

	stats_copy(&account, "cpuacct.usage", usage, "total");
	per_cpu(&account, usage);
	per_cpu_split(&account, usage);
	if (split) {
		stats_put(usage, "kernel",
			  ticks_to_ns(stats_field(split, "system")));
		stats_put(usage, "user",
			  ticks_to_ns(stats_field(split, "user")));
	}
	if (text) {
		stats_put(throttling, "periods",
			  stats_field(text, "nr_periods"));
		stats_put(throttling, "throttledPeriods",
			  stats_field(text, "nr_throttled"));
		stats_put(throttling, "throttledTime",
			  stats_field(text, "throttled_time"));
	}
}

/* The four files of one kind of memory, by their common beginning. */
static void memory_kind(const struct stats_source *source, const char *prefix,
			struct json_object *memory, const char *key)
{
	static const char *const names[][2] = {
		{ "limit_in_bytes", "limit" },
		{ "usage_in_bytes", "usage" },
		{ "max_usage_in_bytes", "max" },
		{ "failcnt", "failcnt" },
	};
	struct json_object *object = stats_object(memory, key);

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		auto_free char *file = xasprintf("%s.%s", prefix, names[i][0]);

		stats_copy(source, file, object, names[i][1]);
	}
}

static void memory(const struct cgroup *cgroup, struct json_object *stats)
{
	auto_with(close_source) struct stats_source source =
		open_source(cgroup, "memory");
	struct json_object *object = stats_object(stats, "memory");
	auto_free char *text = stats_read(&source, "memory.stat");

	if (text)
		stats_put(object, "cache", stats_field(text, "cache"));
	memory_kind(&source, "memory", object, "usage");
	memory_kind(&source, "memory.memsw", object, "swap");
	memory_kind(&source, "memory.kmem", object, "kernel");
	memory_kind(&source, "memory.kmem.tcp", object, "kernelTCP");
	if (text)
		stats_raw(text, stats_object(object, "raw"));
}

static void pids(const struct cgroup *cgroup, struct json_object *stats)
{
	auto_with(close_source) struct stats_source source =
		open_source(cgroup, "pids");

	stats_put_pids(&source, stats);
}

static void cpuset(const struct cgroup *cgroup, struct json_object *stats)
{
	auto_with(close_source) struct stats_source source =
		open_source(cgroup, "cpuset");

	stats_cpuset_v1(&source, stats);
}

static void block_io(const struct cgroup *cgroup, struct json_object *stats)
{
	auto_with(close_source) struct stats_source source =
		open_source(cgroup, "blkio");

	stats_block_v1(&source, stats);
}

static void hugetlb(const struct cgroup *cgroup, struct json_object *stats)
{
	auto_with(close_source) struct stats_source source =
		open_source(cgroup, "hugetlb");

	stats_hugetlb_v1(&source, stats);
}

void stats_v1(const struct cgroup *cgroup, struct json_object *object)
{
	cpu(cgroup, object);
	cpuset(cgroup, object);
	memory(cgroup, object);
	pids(cgroup, object);
	block_io(cgroup, object);
	hugetlb(cgroup, object);
	(void)stats_object(object, "intel_rdt");
}
