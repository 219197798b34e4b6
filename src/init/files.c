// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"
#include "init/step.h"
#include "init/tree.h"

/* Split off the last component. Return: descriptor of the directory above it,
 * made if need be; negative errno
 */
static int open_parent(int root, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];
	size_t length = slash ? (size_t)(slash - path) : 0;

	if (length >= sizeof(parent))
		return -ENAMETOOLONG;
	memcpy(parent, path, length);
	parent[length] = '\0';
	*ret_name = slash ? slash + 1 : path;
	return path_make_dirs_in(root, length ? parent : "/", 0755);
}

static int create(int dir, const char *name, mode_t mode)
{
	int fd = openat(dir, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			mode);

	if (fd < 0)
		return -errno;
	if (fchmod(fd, mode) < 0) {
		int code = errno;

		close(fd);
		return -code;
	}
	return fd;
}

static int write_text(int dir, const char *name, const struct file_op *op)
{
	auto_close int fd = create(dir, name, op->mode);

	return fd < 0 ? fd : fd_write_all(fd, op->content, strlen(op->content));
}

static int copy_file(int dir, const char *name, const struct file_op *op)
{
	auto_close int from = open(op->content, O_RDONLY | O_CLOEXEC);
	auto_close int to = create(dir, name, op->mode);
	ssize_t n;

	if (from < 0)
		return -errno;
	if (to < 0)
		return to;
	do {
		n = sendfile(to, from, NULL, 0x7ffff000);
	} while (n > 0);
	return n < 0 ? -errno : 0;
}

/* The text on the scratch tmpfs, bound over the path. */
static int bind_text(struct init *init, const struct file_op *op)
{
	char name[32];
	int result;

	(void)snprintf(name, sizeof(name), "file%td", op - init->plan->files);
	result = write_text(init->scratch, name, op);
	if (result < 0)
		return result;

	auto_close int tree = tree_clone(init->scratch, name, false);
	auto_close int target =
		path_make_file_in(init->root, op->path, op->mode);

	if (tree < 0)
		return tree;
	if (target < 0)
		return target;
	if (tree_is_proc(target))
		return -EXDEV; /* a symlink of the root's leads there */
	return tree_attach(tree, target);
}

int file_make(struct init *init, const struct file_op *op)
{
	const char *name;

	if (op->kind == FILE_BOUND)
		return bind_text(init, op);

	auto_close int dir = open_parent(init->root, op->path, &name);

	if (dir < 0)
		return dir;
	switch (op->kind) {
	case FILE_TEXT:
		return write_text(dir, name, op);
	case FILE_COPY:
		return copy_file(dir, name, op);
	case FILE_SYMLINK:
		return symlinkat(op->content, dir, name) < 0 ? -errno : 0;
	case FILE_DIR:
		if (mkdirat(dir, name, op->mode) < 0 ||
		    fchmodat(dir, name, op->mode, 0) < 0)
			return -errno;
		return 0;
	case FILE_BOUND:
		break;
	}
	return -EINVAL;
}

int step_files(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	for (size_t i = 0; i < plan->file_count; i++) {
		const struct file_op *op = &plan->files[i];
		int result = file_make(init, op);

		if (result == -EEXIST && op->kind != FILE_TEXT)
			continue; /* the root brings its own */
		if (result == -EROFS && op->optional)
			continue;
		if (result < 0)
			return error_set(err, -result, "make %s", op->path);
	}
	return 0;
}
