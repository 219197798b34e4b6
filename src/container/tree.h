// SPDX-License-Identifier: Apache-2.0
/* The files of a running container, without what is mounted in it, to be read
 * from outside.
 */
#ifndef CONTAINER_TREE_H
#define CONTAINER_TREE_H

#include "container/name.h"

/* Descriptors; for container_tree_clear(). */
struct container_tree {
	int root;   /* O_PATH */
	int userns; /* in which its files have owners, borrowed; -1: ours */
};

#define CONTAINER_TREE_NONE ((struct container_tree){ -1, -1 })

/**
 * container_tree_open() - Open the root of a container
 * @owner:	The container
 * @ret:	CONTAINER_TREE_NONE
 * @err:	EOPNOTSUPP: it has no mount namespace of its own
 *
 * The root is a copy of the mount, read-only, which nobody in the container can
 * reach: what is mounted there, now or later, isn't on it. Of the host's own
 * files (holt run host) there can be none such, so that paths have to be kept
 * from leading to other mounts (openat2(2), RESOLVE_NO_XDEV).
 *
 * Return: 0, negative errno
 */
must_check int container_tree_open(const struct name_owner *owner,
				   struct container_tree *ret,
				   struct error *err);

void container_tree_clear(struct container_tree *tree);

#endif
