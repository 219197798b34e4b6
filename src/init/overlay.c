// SPDX-License-Identifier: Apache-2.0
/* A root that is an overlay: what is there, and over it what the container
 * writes. It is mounted by the container's own root, so that nothing outside
 * has to be trusted with it, and thrown away afterwards, so that nothing of it
 * has to reach a disk ("volatile").
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "init/step.h"
#include "init/tree.h"

enum {
	LAYERS_MAX = 500,    /* the kernel's limit */
	NUMBER_SIZE = 24,    /* "lowerdir+=1000" */
	FIXED_PARAMETERS = 5 /* beside the layers, with the NULL */
};

/* The options of the mount. Directories are named by descriptor, from within
 * /proc/self/fd: a path could hold a colon, or mean another one by now.
 */
struct stack {
	int fds[LAYERS_MAX];
	size_t count;
	char together[16 + FD_LIST_SIZE];
	char each[LAYERS_MAX][NUMBER_SIZE];
	char upper[48], work[48];
	char *parameters[LAYERS_MAX + FIXED_PARAMETERS];
};

static void close_layers(struct stack *stack)
{
	for (size_t i = 0; i < stack->count; i++)
		close(stack->fds[i]);
	stack->count = 0;
}

must_check static int add_layer(struct stack *stack, int dir, const char *path,
				struct error *err)
{
	int fd = openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "open the root %s", path);
	stack->fds[stack->count++] = fd;
	return 0;
}

must_check static int open_layers(const struct init *init, struct stack *stack,
				  struct error *err)
{
	const struct spec_root *root = &init->plan->root;

	if (root->layers.count > LAYERS_MAX)
		return error_say(
			err, E2BIG,
			"the image has %zu layers, and an overlay at most %d",
			root->layers.count, LAYERS_MAX);
	if (!root->has_layers)
		return add_layer(stack, AT_FDCWD, root->path, err);
	for (size_t i = 0; i < root->layers.count; i++)
		if (add_layer(stack, AT_FDCWD, root->layers.items[i], err) < 0)
			return -err->code;
	if (root->layers.count)
		return 0;
	/* An image of nothing. */
	if (mkdirat(init->scratch, "empty", 0755) < 0)
		return error_set(err, errno, "make an empty directory");
	return add_layer(stack, init->scratch, "empty", err);
}

/* Does the file system keep user.* attributes? An overlay marks directories
 * with them, and without (tmpfs before Linux 6.6) would go wrong much later.
 */
must_check static int check_attributes(int upper, const char *writable,
				       struct error *err)
{
	if (fsetxattr(upper, "user.holt", "", 0, 0) == 0)
		return fremovexattr(upper, "user.holt") < 0
			       ? error_set(err, errno,
					   "remove a user attribute")
			       : 0;
	if (!writable)
		return error_set(
			err, errno,
			"an overlay on tmpfs needs user attributes there (Linux 6.6)");
	return error_set(err, errno, "an overlay needs user attributes in %s",
			 writable);
}

/* The root itself looks as the topmost layer has it. Of other directories the
 * owner may be one that has no name here.
 */
must_check static int dress_root(int upper, int top, struct error *err)
{
	struct stat st;

	if (fstat(top, &st) < 0)
		return error_set(err, errno, "look at the root");
	if (fchown(upper, st.st_uid, st.st_gid) < 0)
		return error_set(err, errno, "set the root's owner");
	if (fchmod(upper, st.st_mode & 07777) < 0)
		return error_set(err, errno, "set the root's mode");
	return 0;
}

/* @dir: that holds the two directories of what is written */
must_check static int make_upper(int dir, const struct stack *stack,
				 const struct spec_root *root,
				 struct error *err)
{
	auto_close int upper = -1;

	if (mkdirat(dir, "upper", 0755) < 0 || mkdirat(dir, "work", 0755) < 0)
		return error_set(err, errno, "make the overlay's directories");
	upper = openat(dir, "upper", O_RDONLY | O_CLOEXEC);
	if (upper < 0)
		return error_set(err, errno, "open the overlay's directory");
	if (check_attributes(upper, root->writable, err) < 0)
		return -err->code;
	return root->has_layers ? dress_root(upper, stack->fds[0], err) : 0;
}

/* In one option where that is long enough, for older kernels know no other
 * way.
 */
static void name_layers(struct stack *stack, char ***next)
{
	static const char key[] = "lowerdir=";
	size_t length = strlen(key);

	memcpy(stack->together, key, sizeof(key));
	if (fd_list(stack->fds, stack->count, stack->together + length)) {
		*(*next)++ = stack->together;
		return;
	}
	for (size_t i = 0; i < stack->count; i++) {
		(void)snprintf(stack->each[i], NUMBER_SIZE, "lowerdir+=%d",
			       stack->fds[i]);
		*(*next)++ = stack->each[i];
	}
}

must_check static int mount_stack(struct stack *stack, int dir,
				  struct error *err)
{
	static char userxattr[] = "userxattr", is_volatile[] = "volatile";
	char **next = stack->parameters;
	int tree;

	(void)snprintf(stack->upper, sizeof(stack->upper), "upperdir=%d/upper",
		       dir);
	(void)snprintf(stack->work, sizeof(stack->work), "workdir=%d/work",
		       dir);
	name_layers(stack, &next);
	*next++ = stack->upper;
	*next++ = stack->work;
	*next++ = userxattr;
	*next++ = is_volatile;
	*next = NULL;
	if (chdir("/proc/self/fd") < 0)
		return error_set(err, errno, "enter /proc/self/fd");
	tree = tree_new("overlay", "overlay", stack->parameters, 0, err);
	if (chdir("/") < 0 && tree >= 0) {
		close(tree);
		return error_set(err, errno, "enter /");
	}
	return tree;
}

int step_overlay_open(const struct init *init, struct error *err)
{
	auto_with(close_layers) struct stack stack = { .count = 0 };
	const char *writable = init->plan->root.writable;
	auto_close int own = -1;
	int dir = init->scratch;

	if (writable) {
		own = open(writable, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (own < 0)
			return error_set(err, errno, "open %s", writable);
		dir = own;
	}
	if (open_layers(init, &stack, err) < 0 ||
	    make_upper(dir, &stack, &init->plan->root, err) < 0)
		return -err->code;
	return mount_stack(&stack, dir, err);
}
