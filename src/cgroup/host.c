// SPDX-License-Identifier: Apache-2.0
#include "cgroup/host.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"

enum { TEXT_MAX = 4 << 20, FIELD_MAX = 16 };

void cgroup_host_clear(struct cgroup_host *host)
{
	for (size_t i = 0; i < host->count; i++) {
		free(host->items[i].controllers);
		free(host->items[i].mount);
		free(host->items[i].base);
		free(host->items[i].own);
	}
	free(host->items);
	*host = (struct cgroup_host){ 0 };
}

/* Is @word one of the words of a list with commas? */
static bool is_listed(const char *list, const char *word, size_t length)
{
	for (;;) {
		size_t here = strcspn(list, ",");

		if (here == length && !strncmp(list, word, length))
			return true;
		if (!list[here])
			return false;
		list += here + 1;
	}
}

/* Of a line "N:CONTROLLERS:PATH" the path, if it is about this hierarchy. */
static const char *path_in_line(char *line, const struct cgroup_hierarchy *h)
{
	char *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!path)
		return NULL;
	controllers++;
	if (h->is_v2)
		return path == controllers ? path + 1 : NULL;
	if (path == controllers)
		return NULL;
	return is_listed(h->controllers, controllers,
			 strcspn(controllers, ",:"))
		       ? path + 1
		       : NULL;
}

/* What follows @base in @path, as a path: "/" for the same. */
static char *below(const char *path, const char *base)
{
	size_t length = strcmp(base, "/") ? strlen(base) : 0;

	if (strncmp(path, base, length) != 0)
		return xstrdup("/"); /* outside of what is mounted */
	return xstrdup(path[length] ? path + length : "/");
}

static void find_own(const char *membership, struct cgroup_hierarchy *h)
{
	auto_free char *copy = xstrdup(membership);
	char *rest = copy, *line;

	while (!h->own && (line = strsep(&rest, "\n"))) {
		const char *path = path_in_line(line, h);

		if (path)
			h->own = below(path, h->base);
	}
	if (!h->own)
		h->own = xstrdup("/");
}

/* The options of a v1 mount that are names of controllers. */
static char *controllers_of(const char *options)
{
	static const char *const known[] = {
		"cpu",      "cpuacct", "cpuset", "memory",     "devices",
		"freezer",  "blkio",   "pids",   "hugetlb",    "net_cls",
		"net_prio", "rdma",    "misc",   "perf_event",
	};
	char *found = xstrdup("");

	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (is_listed(options, known[i], strlen(known[i]))) {
			char *longer = xasprintf("%s%s%s", found,
						 *found ? "," : "", known[i]);

			free(found);
			found = longer;
		}
	return found;
}

static bool is_known(const struct cgroup_host *host, bool is_v2,
		     const char *controllers)
{
	for (size_t i = 0; i < host->count; i++)
		if (host->items[i].is_v2 == is_v2 &&
		    !strcmp(host->items[i].controllers, controllers))
			return true;
	return false;
}

/* One line of mountinfo: "36 35 98:0 BASE MOUNT OPTIONS ... - TYPE SOURCE
 * SUPER".
 */
static void add_line(char *line, const char *membership,
		     struct cgroup_host *host)
{
	char *fields[FIELD_MAX] = { 0 }, *behind = strstr(line, " - ");
	char *kind[3] = { 0 };
	size_t count = 0, kinds = 0;
	char *word;

	if (!behind)
		return;
	*behind = '\0';
	behind += 3;
	while (count < FIELD_MAX && (word = strsep(&line, " ")))
		fields[count++] = word;
	while (kinds < 3 && (word = strsep(&behind, " ")))
		kind[kinds++] = word;
	if (count < 5 || kinds < 3)
		return;

	bool is_v2 = !strcmp(kind[0], "cgroup2");

	if (!is_v2 && strcmp(kind[0], "cgroup") != 0)
		return;

	auto_free char *controllers =
		is_v2 ? xstrdup("") : controllers_of(kind[2]);

	if ((!is_v2 && !*controllers) || is_known(host, is_v2, controllers))
		return;
	host->items = xrealloc_array(host->items, host->count + 1,
				     sizeof(*host->items));

	struct cgroup_hierarchy *h = &host->items[host->count++];

	*h = (struct cgroup_hierarchy){
		.is_v2 = is_v2,
		.controllers = steal_ptr(&controllers),
		.mount = xstrdup(fields[4]),
		.base = xstrdup(fields[3]),
	};
	find_own(membership, h);
}

void cgroup_host_parse(const char *mountinfo, const char *membership,
		       struct cgroup_host *ret)
{
	auto_free char *copy = xstrdup(mountinfo);
	char *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		add_line(line, membership, ret);
}

int cgroup_host_read(struct cgroup_host *ret, struct error *err)
{
	auto_free char *mountinfo = NULL;
	auto_free char *membership = NULL;

	if (file_read_text("/proc/self/mountinfo", TEXT_MAX, &mountinfo, NULL,
			   err) < 0 ||
	    file_read_text("/proc/self/cgroup", TEXT_MAX, &membership, NULL,
			   err) < 0)
		return -err->code;
	cgroup_host_parse(mountinfo, membership, ret);
	return 0;
}

bool cgroup_host_is_v2(const struct cgroup_host *host)
{
	return host->count == 1 && host->items[0].is_v2;
}
