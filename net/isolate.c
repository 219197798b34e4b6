// SPDX-License-Identifier: Apache-2.0
#include "net/isolate.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

must_check static int write_own(const char *path, const char *text,
				struct error *err)
{
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return error_set(err, errno, "write %s", path);
	return 0;
}

/* Keep the ids, so that files and sockets go on being ours. */
must_check static int map_own_ids(uid_t uid, gid_t gid, struct error *err)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%u %u 1", uid, uid);
	if (write_own("/proc/self/uid_map", text, err) < 0 ||
	    write_own("/proc/self/setgroups", "deny", err) < 0)
		return -err->code;
	(void)snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	return write_own("/proc/self/gid_map", text, err);
}

must_check static int unshare_error(int code, struct error *err)
{
	if (code == ENOSPC || code == EUSERS)
		return error_say(
			err, code,
			"isolate the network process: no more user namespaces are allowed (see /proc/sys/user/max_user_namespaces)");
	return error_set(err, code,
			 "isolate the network process: make namespaces");
}

/* The old root is under the new one for a moment (pivot_root(2), "."). /proc
 * serves as the place to mount on since it was there just now.
 */
must_check static int empty_root(struct error *err)
{
	if (mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0)
		return error_set(err, errno, "make the mounts private");
	if (mount("none", "/proc", "tmpfs",
		  MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY,
		  "mode=0555,nr_inodes=2,size=4096") < 0)
		return error_set(err, errno, "mount an empty root");
	if (chdir("/proc") < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return error_set(err, errno, "change to the empty root");
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return error_set(err, errno, "unmount the host's root");
	return 0;
}

int isolate_from_host(struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) <
	    0)
		return unshare_error(errno, err);
	if (map_own_ids(uid, gid, err) < 0 || empty_root(err) < 0)
		return error_wrap(err, "isolate the network process");
	return 0;
}
