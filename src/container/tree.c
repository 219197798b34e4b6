// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: a process of ours enters the container's user and mount
 * namespace, copies the mount that is the root there and hands its descriptor
 * out. It runs our program in our memory all the time, executes and loads
 * nothing, and follows no path in there but "/"; so there is nothing by which
 * the container could make it do something (CVE-2018-15664, CVE-2019-14271).
 */
#include "container/tree.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "init/birth.h"

void container_tree_clear(struct container_tree *tree)
{
	cleanup_close(&tree->root);
	*tree = CONTAINER_TREE_NONE;
}

/* Reading is to change nothing. What the kernel doesn't allow is no loss: the
 * job that reads can't write.
 */
static void make_readonly(int mount)
{
	struct mount_attr restricted = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			    MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
		.propagation = MS_PRIVATE,
	};
	struct mount_attr untouched = {
		.attr_set = MOUNT_ATTR_NOATIME,
		.attr_clr = MOUNT_ATTR__ATIME,
	};

	(void)mount_setattr(mount, "", AT_EMPTY_PATH, &restricted,
			    sizeof(restricted));
	(void)mount_setattr(mount, "", AT_EMPTY_PATH, &untouched,
			    sizeof(untouched));
}

/* Of "/", where we are by now. */
must_check static int copy_root(struct error *err)
{
	int root =
		open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (root >= 0) {
		make_readonly(root);
		return root;
	}
	/* Mounts on it were there before its user namespace. */
	if (errno == EINVAL)
		root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root < 0 ? error_set(err, errno, "open the container's root")
			: root;
}

must_check static int open_inside(const struct name_owner *owner,
				  struct container_tree *ret, struct error *err)
{
	if (owner->files_userns >= 0 &&
	    setns(owner->files_userns, CLONE_NEWUSER) < 0)
		return error_set(err, errno,
				 "enter the container's user namespace");
	if (setns(owner->mntns, CLONE_NEWNS) < 0)
		return error_set(err, errno,
				 "enter the container's mount namespace");
	ret->root = copy_root(err);
	return ret->root < 0 ? ret->root : 0;
}

/* Nobody in there is to look into us, who have all that our parent has. */
static _Noreturn void go_inside(const struct name_owner *owner, int sock)
{
	struct container_tree tree = CONTAINER_TREE_NONE;
	struct error err = { 0 };

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		(void)error_set(&err, errno, "hide from the container");
	else
		(void)!open_inside(owner, &tree, &err);
	(void)!fd_send(sock, &err, sizeof(err), &tree.root, tree.root >= 0);
	_exit(0);
}

must_check static int receive(int sock, struct container_tree *ret,
			      struct error *err)
{
	struct error said;
	ssize_t size = fd_receive(sock, &said, sizeof(said), &ret->root, 1);

	if (size != (ssize_t)sizeof(said))
		return error_set(err, size < 0 ? (int)-size : EPIPE,
				 "open the container's root");
	if (said.code)
		*err = said;
	return said.code ? -said.code : 0;
}

int container_tree_open(const struct name_owner *owner,
			struct container_tree *ret, struct error *err)
{
	auto_with(process_clear) struct process child = { 0, -1 };
	int ends[2];

	if (owner->mntns < 0)
		return error_say(err, EOPNOTSUPP,
				 "its files are none of its own");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(err, errno, "make a pair of sockets");

	auto_close int ours = ends[0];
	auto_close int theirs = ends[1];

	child.pid = birth_clone(0, -1, &child.pidfd);
	if (child.pid < 0) {
		int code = -child.pid;

		child.pid = 0;
		return error_set(err, code, "make a process");
	}
	if (child.pid == 0)
		go_inside(owner, theirs);
	close(steal_fd(&theirs));
	ret->userns = owner->files_userns;
	return receive(ours, ret, err);
}
