// SPDX-License-Identifier: Apache-2.0
/* The new root is stacked on "/" itself: lookups of ours go on in the old root
 * below it until pivot_root(2) changes the two, and no directory of the host
 * has to lend its name. With hooks of creation it lies on its own directory
 * instead: they expect to find the container's mounts by that path, and may add
 * their own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "init/step.h"
#include "init/tree.h"

/* A root that shall be shared is so with who is in the container: what we mount
 * in it must not turn up in the host's directory.
 */
static int open_bind(const struct plan *plan, struct error *err)
{
	const struct spec_root *root = &plan->root;
	struct tree_change change = {
		.set = root->recursive_readonly ? MOUNT_ATTR_RDONLY : 0,
		.propagation = plan->rootfs_propagation & MS_SLAVE ? MS_SLAVE
								   : MS_PRIVATE,
		.recursive = true,
	};
	auto_close int tree = tree_clone(AT_FDCWD, root->path, true);
	struct stat st;

	if (tree == -ENOSYS)
		return error_say(
			err, ENOSYS,
			"holt needs Linux 5.12 or newer (mount_setattr), and a sandbox around it that lets it through");
	if (tree < 0)
		return error_set(err, -tree, "open the root %s", root->path);

	if (fstat(tree, &st) == 0 && !S_ISDIR(st.st_mode))
		return error_set(err, ENOTDIR, "the root %s", root->path);

	int result = tree_change(tree, &change);

	if (result < 0)
		return error_set(err, -result, "protect the root %s",
				 root->path);
	return steal_fd(&tree);
}

static int open_tmpfs(struct error *err)
{
	char *parameters[] = { (char[]){ "mode=0755" }, NULL };

	return tree_new("tmpfs", "tmpfs", parameters, 0, err);
}

/* Where the mounts are shared: just the directory. */
static int open_plain(const struct spec_root *root, struct error *err)
{
	int fd = open(root->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? error_set(err, errno, "open the root %s", root->path)
		      : fd;
}

static int open_place(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (init->place >= 0 || plan->share_mounts ||
	    (!plan->runtime_hooks && !plan->create_hooks.count))
		return 0;
	init->place = open(plan->root.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return init->place < 0
		       ? error_set(err, errno, "open %s", plan->root.path)
		       : 0;
}

static int open_directory(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (open_place(init, err) < 0)
		return -err->code;
	init->root = plan->share_mounts ? open_plain(&plan->root, err)
					: open_bind(plan, err);
	return init->root < 0 ? init->root : 0;
}

static bool is_directory(const struct plan *plan)
{
	return plan->share_mounts || plan->root.kind == SPEC_ROOT_BIND;
}

/* Opened as who we are at first, who may pass the directories above it. Where
 * he may not, because an engine has given them to the container's root, that
 * one may once the maps are there.
 */
int step_root_open(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (is_directory(plan)) {
		if (open_directory(init, err) == 0)
			return 0;
		if (err->code != EACCES)
			return -err->code;
		*err = (struct error){ 0 };
	} else if (plan->root.kind == SPEC_ROOT_TMPFS && !plan->become_root) {
		init->root = open_tmpfs(err);
		return init->root < 0 ? init->root : 0;
	}
	return 0; /* owners have to be known first */
}

static bool needs_scratch(const struct plan *plan)
{
	if (plan->root.kind == SPEC_ROOT_OVERLAY)
		return true;
	for (size_t i = 0; i < plan->file_count; i++)
		if (plan->files[i].kind == FILE_BOUND)
			return true;
	return false;
}

static int open_late(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (is_directory(plan))
		return open_directory(init, err);
	init->root = plan->root.kind == SPEC_ROOT_OVERLAY
			     ? step_overlay_open(init, err)
			     : open_tmpfs(err);
	return init->root < 0 ? init->root : 0;
}

int step_root_attach(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (plan->share_mounts)
		return init->root < 0 ? open_late(init, err) : 0;

	auto_close int slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (slash < 0)
		return error_set(err, errno, "open /");
	if ((plan->rootfs_propagation & MS_SHARED) &&
	    namespaces_part_mounts(plan, err) < 0)
		return -err->code;
	if (needs_scratch(plan)) {
		init->scratch = open_tmpfs(err);
		if (init->scratch < 0)
			return init->scratch;
		result = tree_attach(init->scratch, slash);
		if (result < 0)
			return error_set(err, -result, "attach a tmpfs");
	}
	if (init->root < 0 && open_late(init, err) < 0)
		return -err->code;
	result =
		tree_attach(init->root, init->place >= 0 ? init->place : slash);
	if (result < 0)
		return error_set(err, -result, "attach the root");
	return 0;
}

/* "/.." would lead to whatever still lies over the new root. */
static int check_alone(int root, struct error *err)
{
	uint64_t own, above;

	if (tree_id(root, "", &own) < 0 || tree_id(AT_FDCWD, "/..", &above) < 0)
		return error_set(err, errno, "look at the root");
	if (own != above)
		return error_say(err, EBUSY,
				 "another mount still lies over the root");
	return 0;
}

/* A directory of a mount namespace that isn't ours alone. */
static int change_root(int root, struct error *err)
{
	if (fchdir(root) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return error_set(err, errno, "change the root");
	return 0;
}

int step_root_enter(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	struct tree_change readonly = { .set = MOUNT_ATTR_RDONLY };
	int result = 0;

	if (plan->share_mounts)
		return change_root(init->root, err);
	if (plan->root.readonly)
		result = tree_change(init->root, &readonly);
	if (result < 0)
		return error_set(err, -result, "make the root read-only");
	if (fchdir(init->root) < 0)
		return error_set(err, errno, "enter the root");
	/* Both names are the same directory: the old root then lies on top of
	 * the new one, and the scratch tmpfs on top of that. What is on top is
	 * what goes, with everything that was mounted in it.
	 */
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return error_set(err, errno, "pivot_root");
	if ((init->scratch >= 0 && umount2(".", MNT_DETACH) < 0) ||
	    umount2(".", MNT_DETACH) < 0)
		return error_set(err, errno, "let the old root go");
	if (chdir("/") < 0)
		return error_set(err, errno, "enter the root");
	if (check_alone(init->root, err) < 0)
		return -err->code;
	if (plan->rootfs_propagation &&
	    mount(NULL, "/", NULL, plan->rootfs_propagation, NULL) < 0)
		return error_set(err, errno, "set the root's propagation");
	return 0;
}
