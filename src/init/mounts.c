// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "init/copy_up.h"
#include "init/step.h"
#include "init/tree.h"

/* The host's tree, in place of a file system that may not be mounted here. */
static int open_fallback(const struct mount_op *op, struct error *err)
{
	struct tree_change change = {
		.set = op->set | MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
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

static int open_new(const struct mount_op *op, struct error *err)
{
	/* What is copied up has to be written first. */
	uint64_t later = op->copy_up ? MOUNT_ATTR_RDONLY : 0;
	int tree = tree_new(op->type, op->source, op->parameters,
			    op->set & ~later, err);

	if (tree >= 0 || err->code != EPERM)
		return tree;
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
	struct tree_change propagation = {
		.propagation = op->propagation,
		.recursive = op->propagate_recursive,
	};
	struct tree_change recursive = {
		.set = op->recursive_set,
		.clear = op->recursive_clear,
		.recursive = true,
	};
	struct tree_change top = { .set = op->set };
	auto_close int tree = tree_clone(AT_FDCWD, op->source, op->recursive);
	int result;

	if (tree == -EINVAL && !op->recursive)
		return error_say(
			err, EINVAL,
			"bind %s: other mounts lie below it, and a user namespace may not part them; use rbind",
			op->source);
	if (tree < 0)
		return error_set(err, -tree, "bind %s", op->source);
	if (op->kind == MOUNT_DEVICE && check_device(op, tree, err) < 0)
		return -err->code;
	result = tree_change(tree, &recursive);
	if (result == 0)
		result = tree_change(tree, &top);
	if (result == 0)
		result = tree_change(tree, &propagation);
	if (result < 0)
		return error_set(err, -result, "set the options of %s",
				 op->source);
	return steal_fd(&tree);
}

static int open_one(const struct mount_op *op, struct error *err)
{
	return op->kind == MOUNT_NEW ? open_new(op, err) : open_bind(op, err);
}

static bool is_one_of(int code, const int *codes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* Make the tree of plan->mounts[i]; -1 where it may be missing and is. */
static int make(struct init *init, size_t i, struct error *err)
{
	static const int refusals[] = { ENOENT, EPERM,  EACCES,
					ENODEV, EINVAL, EBUSY };
	const struct mount_op *op = &init->plan->mounts[i];

	init->mounts[i] = open_one(op, err);
	if (init->mounts[i] >= 0)
		return 0;
	if (op->need != MOUNT_IF_POSSIBLE ||
	    !is_one_of(err->code, refusals, ARRAY_COUNT(refusals)))
		return error_wrap(err, "mount on %s", op->target);
	*err = (struct error){ 0 };
	return 0;
}

int step_mounts_open(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	init->null = open("/dev/null", O_PATH | O_CLOEXEC);
	if (init->null < 0)
		return error_set(err, errno, "open /dev/null");
	for (size_t i = 0; i < plan->mount_count; i++) {
		const struct mount_op *op = &plan->mounts[i];

		if (op->needs_ids)
			continue;
		if (make(init, i, err) < 0)
			return -err->code;
	}
	return 0;
}

/* The directory or file that @tree goes onto, made if it is missing. */
static int open_target(int root, const struct mount_op *op, int tree)
{
	struct stat st;

	if (fstat(tree, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return path_make_file_in(root, op->target, 0644);
	if (op->plain_directory) {
		int fd = path_open_in(root, op->target,
				      O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

		if (fd != -ENOENT)
			return fd;
	}
	return path_make_dirs_in(root, op->target, 0755);
}

/* What may be on /proc was decided by the names; through a symlink of the
 * root's anything could get there and pose as the kernel's answers.
 */
static bool leads_to_proc(const struct mount_op *op, int target)
{
	return !op->is_proc && strncmp(op->target, "/proc/", 6) != 0 &&
	       tree_is_proc(target);
}

/* May the mount be left out, because there is no such target? */
static bool is_nowhere(const struct mount_op *op, int code)
{
	static const int absences[] = { ENOENT, ENOTDIR, EROFS };

	if (op->need == MOUNT_REQUIRED)
		return false;
	/* In a sysfs nobody makes directories. */
	if (op->need == MOUNT_IF_POSSIBLE && code == EPERM)
		return true;
	return is_one_of(code, absences, ARRAY_COUNT(absences));
}

static int explain_target(const struct mount_op *op, int code,
			  struct error *err)
{
	if (op->plain_directory && code == ENOTDIR)
		return error_say(
			err, code,
			"it must be an ordinary directory, not a symlink");
	if (code == EROFS)
		return error_say(
			err, code,
			"there is no such place, and none can be made: the root is read-only; choose one that exists, or below a directory that can be written, such as /tmp");
	return error_set(err, code, "open the target");
}

/* Begin the new file system @tree with what lies at @target. */
static int fill(const struct mount_op *op, int target, int tree,
		struct error *err)
{
	const struct tree_change protect = {
		.set = op->set & MOUNT_ATTR_RDONLY,
	};
	auto_close int from =
		openat(target, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int to =
		openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (from < 0 || to < 0)
		return error_set(err, errno, "open the directory");
	if (copy_up(from, to, err) < 0)
		return -err->code;
	result = protect.set ? tree_change(tree, &protect) : 0;
	return result < 0 ? error_set(err, -result, "make it read-only") : 0;
}

static int attach(struct init *init, size_t i, struct error *err)
{
	const struct mount_op *op = &init->plan->mounts[i];
	int tree = init->mounts[i];
	auto_close int target = open_target(init->root, op, tree);
	int result;

	if (target < 0 && is_nowhere(op, -target))
		return 0;
	if (target < 0)
		return explain_target(op, -target, err);
	if (leads_to_proc(op, target))
		return error_say(
			err, EXDEV,
			"a symlink leads to /proc, where nothing may be mounted");
	if (op->copy_up && fill(op, target, tree, err) < 0)
		return error_wrap(err, "tmpcopyup");
	result = tree_attach(tree, target);
	if (result < 0)
		return error_set(err, -result, "attach");
	if (op->is_proc)
		init->proc = tree;
	if (op->is_devpts)
		init->devpts = tree;
	return 0;
}

int step_mounts_attach(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	for (size_t i = 0; i < plan->mount_count; i++) {
		const struct mount_op *op = &plan->mounts[i];

		if (op->needs_ids && make(init, i, err) < 0)
			return -err->code;
		if (init->mounts[i] >= 0 && attach(init, i, err) < 0)
			return error_wrap(err, "mount on %s", op->target);
	}
	return 0;
}
