// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: mount_setattr(2) takes a mapping in the form of a user
 * namespace. Where the container's own isn't there yet, or another mapping is
 * asked for, a child is made in a new one for as long as it takes to open it.
 */
#include "container/mount_ids.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/proc.h"
#include "idmap/apply.h"
#include "init/birth.h"
#include "init/mount_make.h"
#include "init/tree.h"

static int map(const struct process *process, const struct mount_ids *ids,
	       struct error *err)
{
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };

	if (idmap_apply_begin(process->pid, &ids->uids, &ids->gids, NULL,
			      &apply, err) < 0)
		return -err->code;
	return idmap_apply_finish(&apply, err);
}

/* Until we are killed. */
static _Noreturn void hold(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		(void)pause();
	_exit(0);
}

/* A user namespace with these maps, and nobody in it. */
static int make_namespace(const struct mount_ids *ids, struct error *err)
{
	auto_with(process_clear) struct process holder = { 0, -1 };
	char path[64];
	int pidfd = -1, fd;
	pid_t parent = getpid();
	pid_t pid = birth_clone(CLONE_NEWUSER, -1, &pidfd);

	if (pid == 0)
		hold(parent);
	if (pid < 0)
		return error_set(err, -pid, "make a user namespace");
	holder = (struct process){ pid, pidfd };
	if (map(&holder, ids, err) < 0)
		return -err->code;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

static int find_namespace(const struct plan *plan, const struct mount_ids *ids,
			  const int *joins, struct error *err)
{
	int fd;

	if (!ids->joined)
		return make_namespace(ids, err);
	for (size_t i = 0; plan->joins[i].flag; i++)
		if (plan->joins[i].flag == CLONE_NEWUSER) {
			fd = fcntl(joins[i], F_DUPFD_CLOEXEC, 0);
			return fd < 0 ? error_set(err, errno, "dup") : fd;
		}
	return error_say(err, EINVAL, "there is no user namespace to join");
}

static int explain(const struct mount_op *op, int code, struct error *err)
{
	if (code == EPERM)
		return error_say(
			err, code,
			"idmapped mounts need a filesystem owned by this user namespace (source %s is not)",
			op->source);
	if (code == EINVAL)
		return error_say(
			err, code,
			"the file system of %s can't be mounted with other ids",
			op->source);
	return error_set(err, code, "map the ids of %s", op->source);
}

static int make_one(const struct plan *plan, const struct mount_op *op,
		    const int *joins, struct error *err)
{
	auto_close int tree = tree_clone(AT_FDCWD, op->source, op->recursive);
	auto_close int users = -1;
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP };
	/* What was shared where it came from must not stay so. */
	const struct tree_change slave = {
		.propagation = MS_SLAVE,
		.recursive = true,
	};
	unsigned int flags =
		AT_EMPTY_PATH | (op->ids->recursive ? AT_RECURSIVE : 0);

	if (tree < 0)
		return error_set(err, -tree, "bind %s", op->source);
	users = find_namespace(plan, op->ids, joins, err);
	if (users < 0)
		return users;
	attributes.userns_fd = (uint64_t)users;
	if (mount_setattr(tree, "", flags, &attributes, sizeof(attributes)) < 0)
		return explain(op, errno, err);

	int result = tree_change(tree, &slave);

	if (result < 0)
		return error_set(err, -result, "part %s from the host's mounts",
				 op->source);
	return mount_decorate(op, steal_fd(&tree), err);
}

int mount_ids_make(const struct plan *plan, const int *joins, int *mounts,
		   struct error *err)
{
	for (size_t i = 0; i < plan->mount_count; i++) {
		const struct mount_op *op = &plan->mounts[i];

		if (!op->ids)
			continue;
		mounts[i] = make_one(plan, op, joins, err);
		if (mounts[i] < 0)
			return error_wrap(err, "mount on %s", op->target);
	}
	return 0;
}
