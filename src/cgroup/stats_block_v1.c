// SPDX-License-Identifier: Apache-2.0
/* What v1 counts of disks: the I/O scheduler BFQ more than the throttle. */
#include <json.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"

/* A line "8:0 Read 4096", "8:0 4096", or the sum, "Total 4096". */
static void add_line(char *line, struct json_object *array)
{
	const char *device = strsep(&line, " "), *operation = "",
		   *value = strsep(&line, " ");

	if (!value || !strchr(device, ':'))
		return;
	if (line) {
		operation = value;
		value = line;
	}
	stats_add_block(array, device, operation, value);
}

static void add_file(const struct stats_source *source, const char *file,
		     struct json_object *array)
{
	auto_free char *text = stats_read(source, file);
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			add_line(line, array);
}

void stats_block_v1(const struct stats_source *source,
		    struct json_object *stats)
{
	static const struct {
		const char *key, *files[2];
	} kinds[] = {
		{ "ioServiceBytesRecursive",
		  { "blkio.bfq.io_service_bytes_recursive",
		    "blkio.throttle.io_service_bytes_recursive" } },
		{ "ioServicedRecursive",
		  { "blkio.bfq.io_serviced_recursive",
		    "blkio.throttle.io_serviced_recursive" } },
		{ "ioQueueRecursive", { "blkio.bfq.io_queued_recursive" } },
		{ "ioServiceTimeRecursive",
		  { "blkio.bfq.io_service_time_recursive" } },
		{ "ioWaitTimeRecursive",
		  { "blkio.bfq.io_wait_time_recursive" } },
		{ "ioMergedRecursive", { "blkio.bfq.io_merged_recursive" } },
		{ "ioTimeRecursive", { "blkio.bfq.time_recursive" } },
		{ "sectorsRecursive", { "blkio.bfq.sectors_recursive" } },
	};
	struct json_object *object = stats_object(stats, "blkio");

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct json_object *array = json_object_new_array();

		(void)json_object_object_add(object, kinds[i].key, array);
		for (size_t k = 0; k < ARRAY_COUNT(kinds[i].files); k++)
			if (kinds[i].files[k] &&
			    !json_object_array_length(array))
				add_file(source, kinds[i].files[k], array);
	}
}
