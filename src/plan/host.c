// SPDX-License-Identifier: Apache-2.0
#include "plan/host.h"

#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

/* In the first one every id is itself. */
static bool is_in_userns(void)
{
	auto_fclose FILE *file = fopen("/proc/self/uid_map", "re");
	char line[64];

	return file &&
	       (!fgets(line, sizeof(line), file) ||
		strcmp(line, "         0          0 4294967295\n") != 0);
}

static bool is_controller(const char *word)
{
	static const char *const others[] = {
		"rw",
		"ro",
		"xattr",
		"noprefix",
		"clone_children",
		"cpuset_v2_mode",
		"favordynmods",
		"nofavordynmods",
	};

	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		if (!strcmp(word, others[i]))
			return false;
	return strncmp(word, "release_agent=", 14) != 0;
}

/* "rw,xattr,cpu,cpuacct" without what isn't about which hierarchy it is. */
static bool pick_controllers(char *options, char *ret, size_t size)
{
	size_t length = 0;
	char *rest = options, *word;
	int written;

	*ret = '\0';
	while ((word = strsep(&rest, ","))) {
		if (!is_controller(word))
			continue;
		written = snprintf(ret + length, size - length, "%s%s",
				   length ? "," : "", word);
		if (written < 0 || (size_t)written >= size - length)
			return false;
		length += (size_t)written;
	}
	return length > 0;
}

static bool is_known(const struct host *host, const char *controllers)
{
	for (size_t i = 0; i < host->hierarchy_count; i++)
		if (!strcmp(host->hierarchies[i].controllers, controllers))
			return true;
	return false;
}

/* One line of /proc/self/mountinfo. */
static void read_hierarchy(const char *line, struct host *ret)
{
	struct host_hierarchy *hierarchy =
		&ret->hierarchies[ret->hierarchy_count];
	const char *type = strstr(line, " - cgroup ");
	char root[8], options[128];

	if (!type || ret->hierarchy_count == HOST_HIERARCHY_MAX ||
	    sscanf(line, "%*s %*s %*s %7s %127s", root, hierarchy->path) != 2 ||
	    sscanf(type, " - cgroup %*s %127s", options) != 1 ||
	    strncmp(hierarchy->path, "/sys/fs/cgroup/", 15) != 0 ||
	    !pick_controllers(options, hierarchy->controllers,
			      sizeof(hierarchy->controllers)) ||
	    is_known(ret, hierarchy->controllers))
		return;
	hierarchy->is_whole = !strcmp(root, "/");
	ret->hierarchy_count++;
}

static void read_hierarchies(struct host *ret)
{
	auto_fclose FILE *file = fopen("/proc/self/mountinfo", "re");
	auto_free char *line = NULL;
	size_t size = 0;

	while (file && getline(&line, &size, file) > 0)
		read_hierarchy(line, ret);
}

void host_read(struct host *ret)
{
	struct statfs fs;

	*ret = (struct host){
		.in_userns = is_in_userns(),
		.uid = geteuid(),
		.gid = getegid(),
		.apparmor =
			access("/sys/kernel/security/apparmor", F_OK) == 0 ||
			access("/sys/module/apparmor/parameters/enabled",
			       F_OK) == 0,
		.selinux = access("/sys/fs/selinux/enforce", F_OK) == 0,
	};
	ret->cgroup2 = statfs("/sys/fs/cgroup", &fs) == 0 &&
		       fs.f_type == CGROUP2_SUPER_MAGIC;
	if (!ret->cgroup2 && ret->uid == 0 && !ret->in_userns)
		read_hierarchies(ret);
}
