// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "init/step.h"
#include "init/tree.h"

/* One empty directory for all: the first mask attaches it, the others are
 * copies of its mount.
 */
static int empty_directory(int *shared, struct error *err)
{
	char *parameters[] = { (char[]){ "mode=0555" }, (char[]){ "size=4k" },
			       (char[]){ "nr_inodes=1" }, NULL };

	if (*shared >= 0) {
		int copy = tree_clone(*shared, "", false);

		return copy < 0 ? error_set(err, -copy, "copy a mount") : copy;
	}
	*shared = tree_new("tmpfs", "tmpfs", parameters,
			   MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
				   MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
			   err);
	if (*shared < 0)
		return *shared;

	int first = fcntl(*shared, F_DUPFD_CLOEXEC, 0);

	return first < 0 ? error_set(err, errno, "dup") : first;
}

/* The host's /dev/null, and no other file that somebody put there. */
static int empty_file(int null, struct error *err)
{
	struct stat st;

	if (fstat(null, &st) < 0)
		return error_set(err, errno, "stat /dev/null");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return error_say(err, ENODEV,
				 "/dev/null is not the null device");

	int tree = tree_clone(null, "", false);

	return tree < 0 ? error_set(err, -tree, "bind /dev/null") : tree;
}

static int mask(struct init *init, const char *path, int *shared,
		struct error *err)
{
	auto_close int target = path_open_in(init->root, path, O_PATH, 0);
	struct stat st;
	int result;

	/* Not there: nothing to hide. Not to be seen by us: nor by others. */
	if (target == -ENOENT || target == -ENOTDIR || target == -EACCES)
		return 0;
	if (target < 0)
		return error_set(err, -target, "mask %s", path);
	if (fstat(target, &st) < 0)
		return error_set(err, errno, "mask %s", path);

	auto_close int tree = S_ISDIR(st.st_mode) ? empty_directory(shared, err)
						  : empty_file(init->null, err);

	if (tree < 0)
		return error_wrap(err, "mask %s", path);
	result = tree_attach(tree, target);
	if (result < 0)
		return error_set(err, -result, "mask %s", path);
	return 0;
}

static int make_readonly(struct init *init, const char *path, struct error *err)
{
	struct tree_change change = { .set = MOUNT_ATTR_RDONLY,
				      .recursive = true };
	auto_close int target = path_open_in(init->root, path, O_PATH, 0);
	int result;

	if (target == -ENOENT || target == -ENOTDIR || target == -EACCES)
		return 0;
	if (target < 0)
		return error_set(err, -target, "open %s", path);

	auto_close int tree = tree_clone(target, "", true);

	result = tree < 0 ? tree : tree_change(tree, &change);
	if (result == 0)
		result = tree_attach(tree, target);
	if (result < 0)
		return error_set(err, -result, "make %s read-only", path);
	return 0;
}

int step_mask(struct init *init, struct error *err)
{
	const struct strv *masked = init->plan->masked_paths;
	const struct strv *readonly = init->plan->readonly_paths;
	auto_close int shared = -1;

	for (size_t i = 0; i < readonly->count; i++)
		if (make_readonly(init, readonly->items[i], err) < 0)
			return -err->code;
	for (size_t i = 0; i < masked->count; i++)
		if (mask(init, masked->items[i], &shared, err) < 0)
			return -err->code;
	return 0;
}
