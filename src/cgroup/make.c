// SPDX-License-Identifier: Apache-2.0
#include "cgroup/make.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/tree.h"

/* Has the directory above more controllers to give than these of @dir? */
static bool can_get_more(const char *dir, const char *controllers)
{
	auto_free char *path = xasprintf("%s/..", dir);
	auto_free char *above = NULL;
	struct error ignored;
	auto_close int fd = cgroup_tree_open(path, &ignored);

	return fd >= 0 &&
	       cgroup_tree_read(fd, "cgroup.controllers", &above, &ignored) ==
		       0 &&
	       strlen(above) > strlen(controllers);
}

/* Is it a directory with processes, and not the hierarchy's root? It would take
 * those controllers that can count threads, but then its children would take no
 * process at all.
 */
static bool has_processes(int dir)
{
	auto_free char *processes = NULL;
	struct error ignored;

	return faccessat(dir, "cgroup.type", F_OK, 0) == 0 &&
	       cgroup_tree_read(dir, "cgroup.procs", &processes, &ignored) ==
		       0 &&
	       *processes;
}

void cgroup_enable_controllers(const char *dir)
{
	auto_free char *path = xstrdup(dir);
	auto_free char *available = NULL;
	char *slash = strrchr(path, '/'), *rest, *word;
	struct error ignored;

	if (!slash || slash == path)
		return;
	*slash = '\0';

	auto_close int parent = cgroup_tree_open(path, &ignored);

	if (parent < 0 || cgroup_tree_read(parent, "cgroup.controllers",
					   &available, &ignored) < 0)
		return; /* above the hierarchy */
	if (!*available || can_get_more(path, available))
		cgroup_enable_controllers(path);
	free(available);
	available = NULL;
	if (has_processes(parent)) {
		log_debug("%s: no controllers, it has processes", path);
		return;
	}
	if (cgroup_tree_read(parent, "cgroup.controllers", &available,
			     &ignored) < 0)
		return;
	rest = available;
	while ((word = strsep(&rest, " \n"))) {
		auto_free char *text = xasprintf("+%s", word);

		if (*word && cgroup_tree_write(parent, "cgroup.subtree_control",
					       text, &ignored) < 0)
			log_debug("%s: %s", path, ignored.text);
	}
}

/* A cpuset of v1 begins without CPUs and takes nobody in: give each that we
 * have made what its parent has.
 */
static int inherit(const char *dir, const char *file, struct error *err)
{
	auto_free char *parent_path = xasprintf("%s/..", dir);
	auto_close int child = cgroup_tree_open(dir, err);
	auto_close int parent =
		child < 0 ? -1 : cgroup_tree_open(parent_path, err);
	auto_free char *here = NULL;
	auto_free char *above = NULL;

	if (child < 0 || parent < 0)
		return -err->code;
	if (cgroup_tree_read(child, file, &here, err) < 0 ||
	    cgroup_tree_read(parent, file, &above, err) < 0)
		return error_wrap(err, "%s", dir);
	if (strspn(here, "\n") != strlen(here))
		return 0;
	return cgroup_tree_write(child, file, above, err);
}

static int fill_cpuset(const char *mount, const char *dir, struct error *err)
{
	auto_free char *path = xstrdup(dir);

	for (char *at = path + strlen(mount); at && *at;) {
		char *slash = strchr(at + 1, '/');

		if (slash)
			*slash = '\0';
		if (inherit(path, "cpuset.cpus", err) < 0 ||
		    inherit(path, "cpuset.mems", err) < 0)
			return -err->code;
		if (slash)
			*slash = '/';
		at = slash;
	}
	return 0;
}

/* The part of a directory's path that is there without us: of a v1 hierarchy
 * the mount, below which cpusets have to be filled.
 */
static char *mount_of(const char *dir)
{
	auto_free char *path = xstrdup(dir);

	for (;;) {
		char *slash = strrchr(path, '/');
		auto_free char *parent = NULL;

		if (!slash || slash == path)
			return steal_ptr(&path);
		parent = xstrndup(path, (size_t)(slash - path));

		auto_free char *file = xasprintf("%s/cgroup.procs", parent);

		if (access(file, F_OK) < 0)
			return steal_ptr(&path);
		*slash = '\0';
	}
}

int cgroup_make_directory(const char *dir, struct error *err)
{
	auto_free char *file = xasprintf("%s/cpuset.cpus", dir);
	auto_free char *legacy = xasprintf("%s/cpuset.cpu_exclusive", dir);

	if (cgroup_tree_make("", dir, err) < 0)
		return -err->code;
	if (access(file, F_OK) < 0 || access(legacy, F_OK) < 0)
		return 0;

	auto_free char *mount = mount_of(dir);

	return fill_cpuset(mount, dir, err);
}

int cgroup_enter_directory(const char *dir, pid_t pid, struct error *err)
{
	auto_close int fd = cgroup_tree_open(dir, err);
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", pid);
	if (fd < 0 || cgroup_tree_write(fd, "cgroup.procs", text, err) < 0)
		return error_wrap(err, "enter the cgroup %s", dir);
	return 0;
}
