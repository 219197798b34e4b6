// SPDX-License-Identifier: Apache-2.0
#include <json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"
#include "cgroup/tree.h"

/* Microseconds, and nanoseconds in what engines read. */
static void put_time(const char *text, const char *field,
		     struct json_object *object, const char *key)
{
	stats_put(object, key, stats_field(text, field) * 1000);
}

static void cpu(const struct stats_source *source, struct json_object *stats)
{
	struct json_object *object = stats_object(stats, "cpu");
	struct json_object *usage = stats_object(object, "usage");
	struct json_object *throttling = stats_object(object, "throttling");
	auto_free char *text = stats_read(source, "cpu.stat");

	if (text) {
		put_time(text, "usage_usec", usage, "total");
		put_time(text, "system_usec", usage, "kernel");
		put_time(text, "user_usec", usage, "user");
		stats_put(throttling, "periods",
			  stats_field(text, "nr_periods"));
		stats_put(throttling, "throttledPeriods",
			  stats_field(text, "nr_throttled"));
		put_time(text, "throttled_usec", throttling, "throttledTime");
	}
	stats_pressure(source, "cpu.pressure", object);
}

static void memory(const struct stats_source *source, struct json_object *stats)
{
	struct json_object *object = stats_object(stats, "memory");
	struct json_object *usage = stats_object(object, "usage");
	struct json_object *swap = stats_object(object, "swap");
	auto_free char *text = stats_read(source, "memory.stat");
	auto_free char *events = stats_read(source, "memory.events");

	if (text) {
		stats_put(object, "cache", stats_field(text, "file"));
		stats_raw(text, stats_object(object, "raw"));
	}
	stats_copy(source, "memory.max", usage, "limit");
	stats_copy(source, "memory.current", usage, "usage");
	stats_copy(source, "memory.peak", usage, "max");
	stats_put(usage, "failcnt", events ? stats_field(events, "max") : 0);
	stats_copy(source, "memory.swap.max", swap, "limit");
	stats_copy(source, "memory.swap.current", swap, "usage");
	stats_copy(source, "memory.swap.peak", swap, "max");
	/* Counted among the rest, and without a limit of their own. */
	if (text) {
		stats_put(stats_object(object, "kernel"), "usage",
			  stats_field(text, "kernel"));
		stats_put(stats_object(object, "kernelTCP"), "usage",
			  stats_field(text, "sock"));
	}
	stats_pressure(source, "memory.pressure", object);
}

void stats_put_pids(const struct stats_source *source,
		    struct json_object *stats)
{
	struct json_object *object = stats_object(stats, "pids");
	uint64_t limit;

	stats_copy(source, "pids.current", object, "current");
	/* No limit is 0 here. */
	if (stats_number(source, "pids.max", &limit))
		stats_put(object, "limit", limit == UINT64_MAX ? 0 : limit);
}

void stats_add_block(struct json_object *array, const char *device,
		     const char *operation, const char *value)
{
	struct json_object *entry = json_object_new_object();
	char *colon;

	stats_put(entry, "major", strtoull(device, &colon, 10));
	stats_put(entry, "minor", *colon ? strtoull(colon + 1, NULL, 10) : 0);
	(void)json_object_object_add(entry, "op",
				     json_object_new_string(operation));
	stats_put(entry, "value", strtoull(value, NULL, 10));
	(void)json_object_array_add(array, entry);
}

/* A line "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6". */
static void add_line(char *line, struct json_object *bytes,
		     struct json_object *operations)
{
	static const struct {
		const char *key, *operation;
		bool is_bytes;
	} keys[] = {
		{ "rbytes=", "Read", true },    { "wbytes=", "Write", true },
		{ "dbytes=", "Discard", true }, { "rios=", "Read", false },
		{ "wios=", "Write", false },    { "dios=", "Discard", false },
	};
	const char *device = strsep(&line, " ");
	char *word;

	while ((word = strsep(&line, " ")))
		for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
			size_t length = strlen(keys[i].key);

			if (!strncmp(word, keys[i].key, length))
				stats_add_block(keys[i].is_bytes ? bytes
								 : operations,
						device, keys[i].operation,
						word + length);
		}
}

static void block_io(const struct stats_source *source,
		     struct json_object *stats)
{
	struct json_object *object = stats_object(stats, "blkio");
	struct json_object *bytes = json_object_new_array();
	struct json_object *operations = json_object_new_array();
	auto_free char *text = stats_read(source, "io.stat");
	char *rest = text, *line;

	(void)json_object_object_add(object, "ioServiceBytesRecursive", bytes);
	(void)json_object_object_add(object, "ioServicedRecursive", operations);
	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			add_line(line, bytes, operations);
	stats_pressure(source, "io.pressure", object);
}

void stats_v2(const char *dir, struct json_object *object)
{
	struct error ignored;
	auto_close int fd = cgroup_tree_open(dir, &ignored);
	const struct stats_source source = { fd };

	cpu(&source, object);
	stats_cpuset_v2(&source, object);
	memory(&source, object);
	stats_put_pids(&source, object);
	block_io(&source, object);
	stats_hugetlb_v2(&source, object);
	(void)stats_object(object, "intel_rdt");
}
