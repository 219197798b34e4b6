// SPDX-License-Identifier: Apache-2.0
/* Idmapped mounts, which only the parent can make: it takes CAP_SYS_ADMIN in
 * the user namespace that the file system belongs to.
 */
#ifndef CONTAINER_MOUNT_IDS_H
#define CONTAINER_MOUNT_IDS_H

#include "plan/plan.h"

/**
 * mount_ids_make() - Make the trees of those mounts that have ids of their own
 * @joins:	Of join_open()
 * @mounts:	One for each of plan->mounts, -1 each; gets the trees
 *
 * Return: 0, negative errno
 */
must_check int mount_ids_make(const struct plan *plan, const int *joins,
			      int *mounts, struct error *err);

#endif
