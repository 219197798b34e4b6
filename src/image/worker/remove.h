// SPDX-License-Identifier: Apache-2.0
/* Removing trees of any depth, with whatever modes, without following a link
 * and without a stack that grows: directories found within are moved to the
 * side and take their turn.
 */
#ifndef IMAGE_WORKER_REMOVE_H
#define IMAGE_WORKER_REMOVE_H

#include "image/worker/work.h"

/**
 * remove_tree() - Remove one, a directory or not
 * @dir, @name:	Where it is; that it is gone already is no failure
 * @side:	Directory on the same file system, where for a while there are
 *		names that begin with ".wh..removing."
 *
 * Return: 0, negative errno
 */
must_check int remove_tree(int dir, const char *name, int side,
			   struct error *err);

/**
 * remove_work() - The job "remove": names in descriptor 3
 *
 * Request: {"names": [...]}. Return: 0, negative errno
 */
work_fn remove_work;

#endif
