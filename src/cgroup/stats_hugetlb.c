// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <json.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"

/* Of the files "hugetlb.2MB.current" and so on. */
static const struct names {
	const char *usage, *max, *failcnt;
	bool has_key; /* the last is the number behind "max" in its file */
} names_v1 = { "usage_in_bytes", "max_usage_in_bytes", "failcnt", false },
  names_v2 = { "current", NULL, "events", true };

/* "2MB" of "hugetlb.2MB.current", if that is what @file is called. */
static char *size_of(const char *file, const char *ending)
{
	static const char beginning[] = "hugetlb.";
	const char *size = file + strlen(beginning);
	size_t length;

	if (strncmp(file, beginning, strlen(beginning)) != 0)
		return NULL;
	length = strcspn(size, ".");
	if (!size[length] || strcmp(size + length + 1, ending) != 0)
		return NULL;
	return xstrndup(size, length);
}

static void put_size(const struct stats_source *source, const char *size,
		     const struct names *names, struct json_object *hugetlb)
{
	struct json_object *object = stats_object(hugetlb, size);
	auto_free char *usage = xasprintf("hugetlb.%s.%s", size, names->usage);
	auto_free char *failcnt =
		xasprintf("hugetlb.%s.%s", size, names->failcnt);

	stats_copy(source, usage, object, "usage");
	if (names->max) {
		auto_free char *max =
			xasprintf("hugetlb.%s.%s", size, names->max);

		stats_copy(source, max, object, "max");
	}
	if (names->has_key) {
		auto_free char *text = stats_read(source, failcnt);

		if (text)
			stats_put(object, "failcnt", stats_field(text, "max"));
	} else {
		stats_copy(source, failcnt, object, "failcnt");
	}
}

static void put_sizes(const struct stats_source *source,
		      const struct names *names, struct json_object *stats)
{
	struct json_object *object = stats_object(stats, "hugetlb");
	int copy = source->dir < 0 ? -1
				   : openat(source->dir, ".",
					    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *directory = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		auto_free char *size = size_of(entry->d_name, names->usage);

		if (size)
			put_size(source, size, names, object);
	}
}

void stats_hugetlb_v1(const struct stats_source *source,
		      struct json_object *stats)
{
	put_sizes(source, &names_v1, stats);
}

void stats_hugetlb_v2(const struct stats_source *source,
		      struct json_object *stats)
{
	put_sizes(source, &names_v2, stats);
}
