// SPDX-License-Identifier: Apache-2.0
#include "container/door.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"

void door_clear(struct door *door)
{
	cleanup_close(&door->proc);
	cleanup_close(&door->cgroup);
	cleanup_close(&door->root);
}

static int ended(struct error *err)
{
	return error_say(err, ESRCH, "the container's init has ended");
}

static int look(const struct door *door, const char *path, struct stat *ret,
		struct error *err)
{
	if (fstatat(door->proc, path, ret, 0) == 0)
		return 0;
	if (errno == ENOENT || errno == ESRCH)
		return ended(err);
	if (errno == EACCES || errno == EPERM)
		return error_say(
			err, errno,
			"the container's init can't be looked into (%s): it isn't yours, or it runs what forbids that, such as a set-user-id program, or hasn't been started yet",
			path);
	return error_set(err, errno, "look at /proc/PID/%s of the container",
			 path);
}

static int find_namespaces(struct door *door, struct error *err)
{
	/* "for_children": the time and the PID namespace of a process are
	 * others than its children's after unshare(2). It is these that count.
	 */
	static const struct {
		const char *theirs, *ours;
		int flag;
	} kinds[] = {
		{ "ns/user", "/proc/self/ns/user", CLONE_NEWUSER },
		{ "ns/mnt", "/proc/self/ns/mnt", CLONE_NEWNS },
		{ "ns/pid", "/proc/self/ns/pid_for_children", CLONE_NEWPID },
		{ "ns/net", "/proc/self/ns/net", CLONE_NEWNET },
		{ "ns/ipc", "/proc/self/ns/ipc", CLONE_NEWIPC },
		{ "ns/uts", "/proc/self/ns/uts", CLONE_NEWUTS },
		{ "ns/cgroup", "/proc/self/ns/cgroup", CLONE_NEWCGROUP },
		{ "ns/time", "/proc/self/ns/time", CLONE_NEWTIME },
	};
	struct stat theirs, ours;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		/* A kernel without this kind. */
		if (stat(kinds[i].ours, &ours) < 0 && errno == ENOENT)
			continue;
		if (look(door, kinds[i].theirs, &theirs, err) < 0)
			return -err->code;
		if (theirs.st_ino != ours.st_ino ||
		    theirs.st_dev != ours.st_dev)
			door->namespaces |= kinds[i].flag;
	}
	return 0;
}

/* Without a mount namespace of its own, the container has a root by chroot. */
static int find_root(struct door *door, struct error *err)
{
	if (door->namespaces & CLONE_NEWNS)
		return 0;
	door->root = openat(door->proc, "root", O_PATH | O_CLOEXEC);
	if (door->root < 0)
		return error_set(err, errno, "open the container's root");
	return 0;
}

/* May setgroups(2) be called there? With a map of a single id it may not. */
static bool may_set_groups(const struct door *door)
{
	auto_close int fd =
		openat(door->proc, "setgroups", O_RDONLY | O_CLOEXEC);
	char text[8] = "";

	return fd < 0 || read(fd, text, sizeof(text) - 1) < 0 ||
	       strncmp(text, "deny", 4) != 0;
}

static int open_proc(const struct process *target, struct door *door,
		     struct error *err)
{
	char path[32];
	int result;

	(void)snprintf(path, sizeof(path), "/proc/%d", target->pid);
	door->proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* The number was its own when we opened it, if it is so now. */
	result = target->pidfd < 0 ? -ESRCH : process_kill(target, 0);
	if (door->proc < 0 || result == -ESRCH)
		return ended(err);
	return 0;
}

static int open_cgroup(const struct destination *to, struct door *door,
		       struct error *err)
{
	auto_close int fd = -1;

	if (to->cgroup)
		fd = cgroup_open(to->cgroup, err);
	if (fd == -ENOENT || !to->cgroup) {
		if (to->subgroup)
			return error_say(
				err, EOPNOTSUPP,
				"the container has no cgroup of version 2 that %s could be below",
				to->subgroup);
		return 0;
	}
	if (fd < 0)
		return fd;
	if (to->subgroup) {
		int below =
			path_open_in(fd, to->subgroup, O_DIRECTORY | O_PATH, 0);

		if (below < 0)
			return error_set(err, -below,
					 "open the container's cgroup %s",
					 to->subgroup);
		door->cgroup = below;
		return 0;
	}
	door->cgroup = steal_fd(&fd);
	return 0;
}

int door_find(const struct destination *to, struct plan *plan,
	      struct door *door, struct error *err)
{
	if (open_proc(&to->target, door, err) < 0 ||
	    find_namespaces(door, err) < 0 || find_root(door, err) < 0 ||
	    open_cgroup(to, door, err) < 0)
		return -err->code;
	plan->become_root = door->namespaces & CLONE_NEWUSER;
	if (!plan->drop_groups || may_set_groups(door))
		return 0;
	plan->drop_groups = false;
	if (plan->process->user.group_count > 0)
		return error_say(
			err, EPERM,
			"additional groups can't be set: with a single-id map the kernel refuses setgroups(2)");
	return 0;
}

enum { CGROUP_FILE_MAX = 1 << 16 };

/* Of v2, as proc_pid_cgroup(5) has it: "0::/path". Return: NULL, or in @text */
static char *path_of_target(char *text)
{
	char *line = text;

	while (line && strncmp(line, "0::", 3) != 0) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return NULL;
	line += 3;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* Where the target's @path goes on below the container's cgroup @directory,
 * whose name ends with the first part of that path. Return: NULL: nowhere
 */
static const char *part_below(const char *directory, const char *path)
{
	size_t room = strlen(directory);

	for (size_t length = strlen(path); length > 1; length--) {
		if (path[length] != '/' && path[length])
			continue;
		if (length <= room &&
		    !memcmp(directory + room - length, path, length))
			return path[length] ? path + length + 1 : NULL;
	}
	return NULL;
}

int door_use_cgroup_of_target(const struct destination *to, struct door *door,
			      struct error *err)
{
	auto_close int file =
		openat(door->proc, "cgroup", O_RDONLY | O_CLOEXEC);
	auto_free char *text = NULL;
	const char *path, *below;
	int fd;

	if (file < 0)
		return error_set(err, errno, "read the cgroup of the init");
	if (fd_read_text(file, CGROUP_FILE_MAX, &text, NULL, err) < 0)
		return error_wrap(err, "the cgroup of the init");
	path = path_of_target(text);
	below = path ? part_below(to->cgroup->v2, path) : NULL;
	if (!below)
		return error_say(
			err, EBUSY,
			"the container's cgroup %s has cgroups with controllers below it, and takes no process itself: use --cgroup",
			to->cgroup->v2);
	fd = path_open_in(door->cgroup, below, O_DIRECTORY | O_PATH, 0);
	if (fd < 0)
		return error_set(err, -fd, "open the cgroup %s of the init",
				 below);
	close(door->cgroup);
	door->cgroup = fd;
	return 0;
}
