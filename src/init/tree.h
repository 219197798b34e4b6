// SPDX-License-Identifier: Apache-2.0
/* Detached mount trees (fsopen(2), open_tree(2)): made and protected first,
 * attached to a directory that is held open, never to a path.
 */
#ifndef INIT_TREE_H
#define INIT_TREE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/** tree_clone() - A detached copy of the mount at @path below @dir. */
must_check int tree_clone(int dir, const char *path, bool recursive);

/** tree_clone_link() - The same of a symlink itself. */
must_check int tree_clone_link(const char *path);

/**
 * tree_new() - A new file system, not attached anywhere
 * @type:	As in /proc/filesystems
 * @source:	May be NULL
 * @parameters:	"key" or "key=value", ends with NULL; may be NULL
 * @attributes:	MOUNT_ATTR_*
 * @err:	With what the file system itself had to say
 *
 * Return: descriptor of the tree, negative errno
 */
must_check int tree_new(const char *type, const char *source,
			char *const *parameters, uint64_t attributes,
			struct error *err);

struct tree_change {
	uint64_t set, clear;  /* MOUNT_ATTR_* */
	uint64_t propagation; /* MS_*; 0: leave */
	bool recursive;
};

/** tree_change() - mount_setattr(2) of a tree. Return: 0, negative errno */
must_check int tree_change(int tree, const struct tree_change *change);

/** tree_attach() - Move a detached tree onto the directory or file @target. */
must_check int tree_attach(int tree, int target);

/**
 * tree_id() - Which mount something lies on
 * @dir:	Directory that @path starts at, or the thing itself for ""
 * @ret_id:	Of the mount, as in /proc/self/mountinfo
 *
 * Return: 0, negative errno
 */
must_check int tree_id(int dir, const char *path, uint64_t *ret_id);

/** tree_is_proc() - Does the descriptor lie on a procfs? */
bool tree_is_proc(int fd);

#endif
