// SPDX-License-Identifier: Apache-2.0
#include "cgroup/give.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "cgroup/tree.h"

static int give_file(int dir, const char *name, uid_t uid, gid_t gid)
{
	if (*name && fchownat(dir, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno != ENOENT)
		return -errno;
	return 0;
}

static int give_all(int dir, uid_t uid, gid_t gid)
{
	auto_free char *files = NULL;
	struct error ignored;
	char *rest, *name;
	int result = fchown(dir, uid, gid) < 0 ? -errno : 0;

	if (file_read_text("/sys/kernel/cgroup/delegate", 65536, &files, NULL,
			   &ignored) < 0)
		files = xstrdup(
			"cgroup.procs\ncgroup.threads\ncgroup.subtree_control\n");
	rest = files;
	while (result == 0 && (name = strsep(&rest, "\n")))
		result = strchr(name, '/') ? 0 : give_file(dir, name, uid, gid);
	return result;
}

void cgroup_give(const char *path, uid_t uid, gid_t gid)
{
	struct error err = { 0 };
	auto_close int dir = cgroup_tree_open(path, &err);
	int result = dir < 0 ? dir : 0;

	if (uid == geteuid())
		return;
	if (result == 0)
		result = give_all(dir, uid, gid);
	if (result < 0)
		log_debug("%s isn't the container's to divide: %s", path,
			  strerror(-result));
}
