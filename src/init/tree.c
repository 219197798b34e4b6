// SPDX-License-Identifier: Apache-2.0
#include "init/tree.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

int tree_clone(int dir, const char *path, bool recursive)
{
	unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
	int fd;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	if (recursive)
		flags |= AT_RECURSIVE;
	fd = open_tree(dir, path, flags);
	return fd < 0 ? -errno : fd;
}

int tree_clone_link(const char *path)
{
	int fd = open_tree(AT_FDCWD, path,
			   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
				   AT_SYMLINK_NOFOLLOW);

	return fd < 0 ? -errno : fd;
}

/* Give one "key" or "key=value" to the file system being made. */
static int set_parameter(int fs, const char *parameter)
{
	const char *equals = strchr(parameter, '=');
	char key[64];

	if (!equals)
		return fsconfig(fs, FSCONFIG_SET_FLAG, parameter, NULL, 0);
	if ((size_t)(equals - parameter) >= sizeof(key)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(key, parameter, (size_t)(equals - parameter));
	key[equals - parameter] = '\0';
	return fsconfig(fs, FSCONFIG_SET_STRING, key, equals + 1, 0);
}

/* Record a failure with the file system's own words, which the kernel keeps in
 * a log of messages like "e tmpfs: Bad value for 'size'".
 */
static int explain(int fs, const char *type, struct error *err)
{
	int code = errno;
	char words[256];
	ssize_t size = fs < 0 ? -1 : read(fs, words, sizeof(words) - 1);

	if (size <= 2)
		return error_set(err, code, "mount a new %s", type);
	words[size] = '\0';
	words[strcspn(words, "\n")] = '\0';
	return error_set(err, code, "mount a new %s: %s", type, words + 2);
}

int tree_new(const char *type, const char *source, char *const *parameters,
	     uint64_t attributes, struct error *err)
{
	auto_close int fs = fsopen(type, FSOPEN_CLOEXEC);
	int tree;

	if (fs < 0)
		return explain(fs, type, err);
	if (source &&
	    fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0) < 0)
		return explain(fs, type, err);
	for (char *const *p = parameters; p && *p; p++)
		if (set_parameter(fs, *p) < 0) {
			(void)explain(fs, type, err);
			return error_wrap(err, "option '%s'", *p);
		}
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return explain(fs, type, err);
	tree = fsmount(fs, FSMOUNT_CLOEXEC, (unsigned int)attributes);
	if (tree < 0)
		return explain(fs, type, err);
	return tree;
}

int tree_change(int tree, const struct tree_change *change)
{
	struct mount_attr attributes = {
		.attr_set = change->set,
		.attr_clr = change->clear,
		.propagation = change->propagation,
	};
	unsigned int flags = AT_EMPTY_PATH;

	if (!change->set && !change->clear && !change->propagation)
		return 0;
	/* The access time modes are one field, not bits. */
	if ((change->set | change->clear) & MOUNT_ATTR__ATIME)
		attributes.attr_clr |= MOUNT_ATTR__ATIME;
	if (change->recursive)
		flags |= AT_RECURSIVE;
	if (mount_setattr(tree, "", flags, &attributes, sizeof(attributes)) < 0)
		return -errno;
	return 0;
}

int tree_attach(int tree, int target)
{
	if (move_mount(tree, "", target, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return -errno;
	return 0;
}

int tree_id(int dir, const char *path, uint64_t *ret_id)
{
	struct statx found;

	if (statx(dir, path, *path ? 0 : AT_EMPTY_PATH, STATX_MNT_ID, &found) <
	    0)
		return -errno;
	*ret_id = found.stx_mnt_id;
	return 0;
}

bool tree_is_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}
