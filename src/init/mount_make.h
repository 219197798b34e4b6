// SPDX-License-Identifier: Apache-2.0
/* The tree of one mount, detached, with all its options. */
#ifndef INIT_MOUNT_MAKE_H
#define INIT_MOUNT_MAKE_H

#include "plan/plan.h"

/**
 * mount_make() - Make the tree of @op
 * @ret_stands_in: Is it a tree of the host's, op->fallback, in place of what
 *		the kernel refuses?
 * @err:	Names the source
 *
 * Return: descriptor of the tree, or of the symlink (op->copy_symlink);
 * negative errno
 */
must_check int mount_make(const struct mount_op *op, bool *ret_stands_in,
			  struct error *err);

/**
 * mount_decorate() - Give @op's options to a tree that is there
 * @tree:	Closed on failure
 *
 * Return: @tree, negative errno
 */
must_check int mount_decorate(const struct mount_op *op, int tree,
			      struct error *err);

/**
 * mount_change() - Attributes of a whole tree, of its top, its propagation
 *
 * Return: 0, negative errno
 */
must_check int mount_change(const struct mount_op *op, int tree);

#endif
