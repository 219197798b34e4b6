// SPDX-License-Identifier: Apache-2.0
#include "init/join.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "plan/namespaces.h"

/* The new root takes the place of the old one in the whole mount namespace:
 * in our own that would be the caller's.
 */
static int check_not_ours(const struct join_op *op, int fd, struct error *err)
{
	struct stat own, theirs;

	if (op->flag != CLONE_NEWNS)
		return 0;
	if (stat("/proc/self/ns/mnt", &own) < 0 || fstat(fd, &theirs) < 0)
		return error_set(err, errno, "look at the namespace %s",
				 op->path);
	if (own.st_ino == theirs.st_ino && own.st_dev == theirs.st_dev)
		return error_say(
			err, EINVAL,
			"the mount namespace %s is our own, which would lose its root; to share it, leave it out of linux.namespaces",
			op->path);
	return 0;
}

static int open_one(const struct join_op *op, struct error *err)
{
	/* Not to be caught by a FIFO. */
	auto_close int fd =
		open(op->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int kind;

	if (fd < 0 && errno == EACCES)
		return error_say(
			err, EACCES,
			"open the namespace %s: it belongs to a process that you may not look into",
			op->path);
	if (fd < 0)
		return error_set(err, errno, "open the namespace %s", op->path);
	kind = ioctl(fd, NS_GET_NSTYPE);
	if (kind < 0)
		return error_say(
			err, EINVAL,
			"%s is not a namespace, but a %s one is wanted",
			op->path, namespace_name(op->flag));
	if (kind != op->flag)
		return error_say(err, EINVAL,
				 "%s is a %s namespace, but a %s one is wanted",
				 op->path, namespace_name(kind),
				 namespace_name(op->flag));
	if (check_not_ours(op, fd, err) < 0)
		return -err->code;
	return steal_fd(&fd);
}

int join_open(const struct plan *plan, int *fds, struct error *err)
{
	for (size_t i = 0; i < NS_COUNT; i++)
		fds[i] = -1;
	for (size_t i = 0; plan->joins[i].flag; i++) {
		fds[i] = open_one(&plan->joins[i], err);
		if (fds[i] < 0)
			return fds[i];
	}
	return 0;
}

static int enter(const struct join_op *op, int fd, struct error *err)
{
	if (setns(fd, op->flag) == 0)
		return 0;
	if (errno == EPERM)
		return error_say(
			err, EPERM,
			"join the %s namespace %s: it belongs to a user namespace that isn't ours",
			namespace_name(op->flag), op->path);
	if (errno == EINVAL && op->flag == CLONE_NEWPID)
		return error_say(
			err, EINVAL,
			"join the PID namespace %s: it is neither ours nor one below",
			op->path);
	return error_set(err, errno, "join the %s namespace %s",
			 namespace_name(op->flag), op->path);
}

/* Joining the user namespace one is in is refused by the kernel, and is what
 * was asked for all the same.
 */
static bool is_in_already(const struct join_op *op, int fd)
{
	struct stat own, theirs;

	return op->flag == CLONE_NEWUSER &&
	       stat("/proc/self/ns/user", &own) == 0 &&
	       fstat(fd, &theirs) == 0 && own.st_ino == theirs.st_ino &&
	       own.st_dev == theirs.st_dev;
}

int join_enter(const struct plan *plan, const int *fds, int kinds,
	       struct error *err)
{
	for (size_t i = 0; plan->joins[i].flag; i++) {
		const struct join_op *op = &plan->joins[i];

		if (!(op->flag & kinds) || is_in_already(op, fds[i]))
			continue;
		if (enter(op, fds[i], err) < 0)
			return -err->code;
	}
	return 0;
}
