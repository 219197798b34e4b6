// SPDX-License-Identifier: Apache-2.0
#include "image/worker/lowers.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"

enum { NUMBER_SIZE = 12 };

/* Linux 6.5 takes any number of them, one by one. */
static int set_layers(int fs, const int *fds, size_t count)
{
	char value[FD_LIST_SIZE];

	if (fd_list(fds, count, value))
		return fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir", value, 0);
	for (size_t i = 0; i < count; i++) {
		char number[NUMBER_SIZE];

		(void)snprintf(number, sizeof(number), "%d", fds[i]);
		if (fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir+", number, 0) <
		    0)
			return -1;
	}
	return 0;
}

must_check static int stack(const int *fds, size_t count, struct error *err)
{
	auto_close int fs = -1;
	int tree;

	if (chdir("/proc/self/fd") < 0)
		return error_set(err, errno, "enter /proc/self/fd");
	fs = fsopen("overlay", FSOPEN_CLOEXEC);
	if (fs < 0 || set_layers(fs, fds, count) < 0 ||
	    fsconfig(fs, FSCONFIG_SET_FLAG, "userxattr", NULL, 0) < 0 ||
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return error_set(err, errno, "stack %zu layers by an overlay",
				 count);
	tree = fsmount(fs, FSMOUNT_CLOEXEC,
		       MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			       MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (tree < 0)
		return error_set(err, errno, "mount an overlay");
	return tree;
}

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

int lowers_open(const struct strv *paths, struct error *err)
{
	auto_free int *fds = xcalloc(paths->count + 1, sizeof(*fds));
	int tree = -1, result;

	/* First: an overlay takes no directories of another mount namespace. */
	if (paths->count > 1 && unshare(CLONE_NEWNS) < 0)
		return error_set(err, errno, "make a mount namespace");
	for (size_t i = 0; i < paths->count; i++) {
		fds[i] = open(paths->items[i],
			      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fds[i] < 0) {
			int code = errno;

			close_all(fds, i);
			return error_set(err, code, "open the layer %s",
					 paths->items[i]);
		}
	}
	if (paths->count == 0)
		return -1;
	if (paths->count == 1)
		return fds[0];
	result = stack(fds, paths->count, err);
	close_all(fds, paths->count);
	if (result < 0)
		return result;
	tree = openat(result, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree < 0)
		result = error_set(err, errno, "open the layers");
	close(result < 0 ? -1 : result);
	return tree < 0 ? -err->code : tree;
}
