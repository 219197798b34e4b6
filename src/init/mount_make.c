// SPDX-License-Identifier: Apache-2.0
#include "init/mount_make.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "init/own_cgroup.h"
#include "init/tree.h"

int mount_change(const struct mount_op *op, int tree)
{
	/* Nothing is to be taken back of what was just made; and where the
	 * host's tree took its place, that must not be opened up.
	 */
	bool is_new = op->kind == MOUNT_NEW;
	/* What is copied up has to be written first. */
	uint64_t later = op->copy_up ? MOUNT_ATTR_RDONLY : 0;
	const struct tree_change recursive = {
		.set = op->recursive_set & ~later,
		.clear = is_new ? 0 : op->recursive_clear,
		.recursive = true,
	};
	const struct tree_change top = {
		.set = op->set & ~later,
		.clear = is_new ? 0 : op->clear,
	};
	const struct tree_change without_clear = { .set = top.set };
	const struct tree_change propagation = {
		.propagation = op->propagation,
		.recursive = op->propagate_recursive,
	};
	int result = tree_change(tree, &recursive);

	if (result == 0)
		result = tree_change(tree, &top);
	/* "rw" where the host's mount is read-only, and not ours to open up:
	 * it stays as it is, as it does with every other runtime.
	 */
	if (result == -EPERM && top.clear)
		result = tree_change(tree, &without_clear);
	if (result == 0)
		result = tree_change(tree, &propagation);
	return result;
}

/* The host's tree, in place of a file system that may not be mounted here. */
static int open_fallback(const struct mount_op *op, struct error *err)
{
	/* What may be written in a procfs, the kernel decides by the file. */
	uint64_t read_only = op->is_proc ? 0 : MOUNT_ATTR_RDONLY;
	struct tree_change change = {
		.set = op->set | read_only | MOUNT_ATTR_NOSUID |
		       MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV,
		.propagation = MS_PRIVATE,
		.recursive = true,
	};
	auto_close int tree = tree_clone(AT_FDCWD, op->fallback, true);
	int result;

	if (tree < 0)
		return error_set(err, -tree, "bind %s", op->fallback);
	result = tree_change(tree, &change);
	if (result < 0)
		return error_set(err, -result, "protect %s", op->fallback);
	return steal_fd(&tree);
}

static int set_label(const struct mount_op *op, int tree, struct error *err)
{
	int code;

	if (fsetxattr(tree, "security.selinux", op->label, strlen(op->label),
		      0) == 0)
		return tree;
	code = errno;
	close(tree);
	return error_set(err, code, "label a new %s with %s", op->type,
			 op->label);
}

static int open_new(const struct mount_op *op, bool *ret_stands_in,
		    struct error *err)
{
	uint64_t later = op->copy_up ? MOUNT_ATTR_RDONLY : 0;
	int tree = tree_new(op->type, op->source, op->parameters,
			    op->set & ~later, err);

	if (tree >= 0)
		return op->label ? set_label(op, tree, err) : tree;
	if (err->code != EPERM)
		return tree;
	*ret_stands_in = op->fallback;
	if (op->fallback)
		return open_fallback(op, err);
	if (op->is_proc)
		return error_say(
			err, EPERM,
			"mount a new proc: the /proc outside is partly covered, so the kernel refuses one without covers; start the outer container with its /proc uncovered (--security-opt systempaths=unconfined or unmask=ALL), or share its processes with --pid=host");
	return tree;
}

static int check_device(const struct mount_op *op, int tree, struct error *err)
{
	struct stat st;

	if (fstat(tree, &st) < 0)
		return error_set(err, errno, "stat %s", op->source);
	if ((!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode)) ||
	    st.st_rdev != op->device)
		return error_say(err, ENODEV, "%s is not device %u:%u",
				 op->source, major(op->device),
				 minor(op->device));
	return 0;
}

static int open_bind(const struct mount_op *op, struct error *err)
{
	auto_close int tree =
		op->source_nofollow
			? tree_clone_link(op->source)
			: tree_clone(AT_FDCWD, op->source, op->recursive);

	if (tree == -EINVAL && !op->recursive)
		return error_say(
			err, EINVAL,
			"bind %s: other mounts lie below it, and a user namespace may not part them; use rbind",
			op->source);
	if (tree == -ENOENT && op->kind == MOUNT_DEVICE)
		return error_say(
			err, ENOENT,
			"device %u:%u can't be made in a user namespace, and the host has no node of it at %s to be bound",
			major(op->device), minor(op->device), op->source);
	if (tree < 0)
		return error_set(err, -tree, "bind %s", op->source);
	if (op->kind == MOUNT_DEVICE && check_device(op, tree, err) < 0)
		return -err->code;
	return steal_fd(&tree);
}

/* A symlink that shall be made anew. Return: O_PATH descriptor, or -1 */
static int open_symlink(const char *path)
{
	auto_close int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISLNK(st.st_mode))
		return -1;
	return steal_fd(&fd);
}

int mount_make(const struct mount_op *op, bool *ret_stands_in,
	       struct error *err)
{
	int fd = op->copy_symlink ? open_symlink(op->source) : -1;

	if (fd >= 0)
		return fd;
	if (op->kind == MOUNT_NEW)
		fd = open_new(op, ret_stands_in, err);
	else if (op->kind == MOUNT_CGROUP)
		fd = own_cgroup_open(op->type, op->source, err);
	else
		fd = open_bind(op, err);
	return fd < 0 ? fd : mount_decorate(op, fd, err);
}

int mount_decorate(const struct mount_op *op, int tree, struct error *err)
{
	int result = mount_change(op, tree);

	if (result == 0)
		return tree;
	close(tree);
	return error_set(err, -result, "set the options of %s",
			 op->source ? op->source : op->type);
}
