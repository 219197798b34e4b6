// SPDX-License-Identifier: Apache-2.0
/* Can resources be limited? Containers run without it too. */
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "container/probe_rungs.h"

#define CGROUP "/sys/fs/cgroup"

static bool is_cgroup2(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Our own place in the v2 tree, "/user.slice/..."; owned; NULL: unknown. */
static char *own_path(void)
{
	auto_free char *text = NULL;
	struct error ignored;
	char *rest, *line;

	if (file_read_text("/proc/self/cgroup", 65536, &text, NULL, &ignored) <
	    0)
		return NULL;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (!strncmp(line, "0::", 3))
			return xstrdup(line + 3);
	return NULL;
}

static char *read_controllers(const char *dir)
{
	auto_free char *path = xasprintf("%s/cgroup.controllers", dir);
	struct error ignored;
	char *text = NULL;

	if (file_read_text(path, 4096, &text, NULL, &ignored) < 0)
		return xstrdup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Delegated means: ours to make groups in and to move processes between. */
static bool is_delegated(const char *dir)
{
	auto_free char *procs = xasprintf("%s/cgroup.procs", dir);
	auto_free char *control = xasprintf("%s/cgroup.subtree_control", dir);

	return eaccess(dir, W_OK) == 0 && eaccess(procs, W_OK) == 0 &&
	       eaccess(control, W_OK) == 0;
}

static void probe_v2(struct finding *ret)
{
	static const char remedy[] =
		"sudo mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | sudo tee /etc/systemd/system/user@.service.d/delegate.conf && sudo systemctl daemon-reload, then log in anew and start holt with: systemd-run --user --scope -p Delegate=yes holt";
	auto_free char *path = own_path();
	auto_free char *dir = xasprintf(CGROUP "%s", path ? path : "/");
	auto_free char *controllers = read_controllers(dir);

	if (is_delegated(dir)) {
		finding_say(ret, PROBE_OK, "v2, %s is delegated to you: %s",
			    path ? path : "/",
			    *controllers ? controllers : "no controllers");
		return;
	}

	auto_free char *cause =
		xasprintf("cgroup v2, but %s is not yours to write to", dir);

	finding_say(ret, PROBE_WARN, "limits are not available: not delegated");
	finding_because(ret, cause, remedy);
}

void probe_cgroup(struct probe_state *state, struct finding *ret)
{
	bool hybrid = is_cgroup2(CGROUP "/unified");
	static const char remedy[] =
		"boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line, or without cgroups of version 1";

	(void)state;
	if (is_cgroup2(CGROUP)) {
		probe_v2(ret);
		return;
	}
	finding_say(ret, PROBE_WARN, "limits are not available: %s",
		    hybrid                                ? "hybrid cgroups"
		    : access(CGROUP "/memory", F_OK) == 0 ? "cgroup v1"
							  : "no cgroups");
	if (hybrid)
		finding_because(
			ret,
			"the controllers are in cgroups of version 1, which only root can hand out; the v2 tree at " CGROUP
			"/unified has none",
			remedy);
	else if (access(CGROUP "/memory", F_OK) == 0)
		finding_because(
			ret,
			"the controllers are in cgroups of version 1, which only root can hand out",
			remedy);
	else
		finding_because(ret, "nothing is mounted on " CGROUP,
				"sudo mount -t cgroup2 cgroup2 " CGROUP);
}
