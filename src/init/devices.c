// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "init/step.h"

/* "linux.devices" where they are made rather than bound: FIFOs, and everything
 * in a container without a user namespace of its own.
 */
static int make_device(const struct init *init, const struct device_op *op,
		       struct error *err)
{
	const char *slash = strrchr(op->path, '/');
	char parent[256];
	struct stat st;
	size_t length = slash ? (size_t)(slash - op->path) : sizeof(parent);

	if (length >= sizeof(parent))
		return error_set(err, ENAMETOOLONG, "make %s", op->path);
	memcpy(parent, op->path, length);
	parent[length] = '\0';

	auto_close int dir =
		path_make_dirs_in(init->root, length ? parent : "/", 0755);

	if (dir < 0)
		return error_set(err, -dir, "make %s", op->path);
	if (mknodat(dir, slash + 1, op->type_mode, op->device) < 0 &&
	    errno != EEXIST)
		return error_set(err, errno, "make %s", op->path);
	if (fstatat(dir, slash + 1, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    (st.st_mode & S_IFMT) != (op->type_mode & S_IFMT) ||
	    (!S_ISFIFO(st.st_mode) && st.st_rdev != op->device))
		return error_say(err, EEXIST,
				 "%s exists and is not the device asked for",
				 op->path);
	if (fchmodat(dir, slash + 1, op->type_mode & 07777, 0) < 0 ||
	    fchownat(dir, slash + 1, op->uid, op->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "set the owner of %s", op->path);
	return 0;
}

int step_devices(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	for (size_t i = 0; i < plan->device_count; i++)
		if (make_device(init, &plan->devices[i], err) < 0)
			return -err->code;
	return 0;
}
