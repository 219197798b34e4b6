// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "init/copy_up.h"
#include "init/mount_make.h"
#include "init/step.h"
#include "init/tree.h"

static bool is_one_of(int code, const int *codes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* Is it about what is there by then? */
static bool is_late(const struct mount_op *op)
{
	return op->kind == MOUNT_SYMLINK || op->kind == MOUNT_CHANGE ||
	       op->kind == MOUNT_OF_ROOT;
}

static void warn_of_stand_in(const struct init *init)
{
	struct error err;

	(void)error_say(
		&err, EPERM,
		"mount on /proc: the /proc outside is partly covered, so the kernel refuses a new one: that outside stands in for it, and shows processes that are not the container's");
	init_warn(init, &err);
}

/* Make the tree of plan->mounts[i]; negative errno there where it may be
 * missing and is.
 */
static int make(struct init *init, size_t i, struct error *err)
{
	static const int refusals[] = { ENOENT, EPERM,  EACCES,
					ENODEV, EINVAL, EBUSY };
	const struct mount_op *op = &init->plan->mounts[i];
	bool stands_in = false;

	if (init->mounts[i] >= 0)
		return 0; /* by the parent */
	init->mounts[i] = mount_make(op, &stands_in, err);
	if (init->mounts[i] >= 0 && stands_in && op->is_proc)
		warn_of_stand_in(init);
	if (init->mounts[i] >= 0)
		return 0;
	if (op->need != MOUNT_IF_POSSIBLE ||
	    !is_one_of(err->code, refusals, ARRAY_COUNT(refusals)))
		return error_wrap(err, "mount on %s", op->target);
	*err = (struct error){ 0 };
	return 0;
}

/* What we may not reach as who we are, the container's root may, as with the
 * root.
 */
int step_mounts_open(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	init->null = open("/dev/null", O_PATH | O_CLOEXEC);
	if (init->null < 0)
		return error_set(err, errno, "open /dev/null");
	for (size_t i = 0; i < plan->mount_count; i++) {
		const struct mount_op *op = &plan->mounts[i];

		if (op->needs_ids || is_late(op))
			continue;
		if (make(init, i, err) < 0 && err->code != EACCES)
			return -err->code;
		*err = (struct error){ 0 };
	}
	return 0;
}

static bool is_symlink(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISLNK(st.st_mode);
}

/* The directory or file that @tree goes onto, made if it is missing. */
static int open_target(int root, const struct mount_op *op, int tree)
{
	struct stat st;
	int fd;

	if (fstat(tree, &st) < 0)
		return -errno;
	if (op->target_nofollow) {
		fd = path_open_in(root, op->target, O_PATH | O_NOFOLLOW, 0);
		if (fd != -ENOENT)
			return fd;
	}
	if (!S_ISDIR(st.st_mode))
		return path_make_file_in(root, op->target, 0644);
	if (op->plain_directory) {
		fd = path_open_in(root, op->target,
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
		.set = (op->set | op->recursive_set) & MOUNT_ATTR_RDONLY,
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

static bool is_same_symlink(int root, const char *path, const char *text)
{
	auto_close int fd = path_open_in(root, path, O_PATH | O_NOFOLLOW, 0);
	char found[PATH_MAX];
	ssize_t size = fd < 0 ? -1 : readlinkat(fd, "", found, sizeof(found));

	return size >= 0 && (size_t)size == strlen(text) &&
	       !memcmp(found, text, (size_t)size);
}

static int make_symlink(struct init *init, const struct mount_op *op,
			const char *text, struct error *err)
{
	const struct file_op file = {
		.kind = FILE_SYMLINK,
		.path = op->target,
		.content = text,
	};
	int result = file_make(init, &file);

	if (result == -EEXIST && is_same_symlink(init->root, op->target, text))
		return 0;
	if (result < 0 && is_nowhere(op, -result))
		return 0;
	return result < 0 ? error_set(err, -result, "make a symlink") : 0;
}

/* The symlink @source again, in the container. */
static int copy_symlink(struct init *init, const struct mount_op *op,
			int source, struct error *err)
{
	char text[PATH_MAX];
	ssize_t size = readlinkat(source, "", text, sizeof(text) - 1);

	if (size < 0)
		return error_set(err, errno, "read the symlink %s", op->source);
	text[size] = '\0';
	return make_symlink(init, op, text, err);
}

static int change_mount(struct init *init, const struct mount_op *op,
			struct error *err)
{
	auto_close int target = path_open_in(init->root, op->target, O_PATH, 0);
	int result;

	if (target < 0 && is_nowhere(op, -target))
		return 0;
	if (target < 0)
		return error_set(err, -target, "open the target");
	if (leads_to_proc(op, target))
		return error_say(err, EXDEV, "a symlink leads to /proc");
	result = mount_change(op, target);
	if (result == -EINVAL && op->need == MOUNT_IF_POSSIBLE)
		return 0; /* no mount: it wasn't possible either */
	if (result == -EINVAL)
		return error_say(err, EINVAL,
				 "remount: nothing is mounted there");
	return result < 0 ? error_set(err, -result, "remount") : 0;
}

static bool is_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The kernel says EINVAL of a file that goes onto a directory. */
static int attach_tree(const struct mount_op *op, int tree, int target,
		       struct error *err)
{
	int result;

	if (is_directory(target) && !is_directory(tree))
		return error_set(err, ENOTDIR,
				 "%s can't be mounted onto a directory",
				 op->source);
	result = tree_attach(tree, target);
	return result < 0 ? error_set(err, -result, "attach") : 0;
}

static int attach(struct init *init, size_t i, struct error *err)
{
	const struct mount_op *op = &init->plan->mounts[i];
	int tree = init->mounts[i];

	if (op->copy_symlink && is_symlink(tree))
		return copy_symlink(init, op, tree, err);

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
	result = attach_tree(op, tree, target, err);
	if (result < 0)
		return result;
	if (op->is_proc)
		init->proc = tree;
	if (op->is_devpts)
		init->devpts = tree;
	return 0;
}

/* A volume that lives and goes with the root. */
static int mount_of_root(const struct init *init, const struct mount_op *op,
			 struct error *err)
{
	auto_close int target = path_make_dirs_in(init->root, op->target, 0755);
	auto_close int tree = -1;
	int result;

	if (target < 0)
		return explain_target(op, -target, err);
	if (leads_to_proc(op, target))
		return error_say(err, EXDEV, "a symlink leads to /proc");
	tree = tree_clone(target, "", false);
	if (tree < 0)
		return error_set(err, -tree, "take it from the root");
	result = mount_change(op, tree);
	if (result < 0)
		return error_set(err, -result, "set its options");
	return attach_tree(op, tree, target, err);
}

static int settle(struct init *init, size_t i, struct error *err)
{
	const struct mount_op *op = &init->plan->mounts[i];

	if (op->kind == MOUNT_SYMLINK)
		return make_symlink(init, op, op->source, err);
	if (op->kind == MOUNT_CHANGE)
		return change_mount(init, op, err);
	if (op->kind == MOUNT_OF_ROOT)
		return mount_of_root(init, op, err);
	return init->mounts[i] < 0 ? 0 : attach(init, i, err);
}

int step_mounts_attach(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	for (size_t i = 0; i < plan->mount_count; i++) {
		const struct mount_op *op = &plan->mounts[i];

		if ((op->needs_ids || init->mounts[i] == -EACCES) &&
		    make(init, i, err) < 0)
			return -err->code;
		if (settle(init, i, err) < 0)
			return error_wrap(err, "mount on %s", op->target);
	}
	return 0;
}
