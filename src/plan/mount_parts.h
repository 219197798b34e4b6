// SPDX-License-Identifier: Apache-2.0
/* What the files about mounts share; for them alone. */
#ifndef PLAN_MOUNT_PARTS_H
#define PLAN_MOUNT_PARTS_H

#include "plan/host.h"
#include "plan/mount_options.h"
#include "plan/plan.h"

/* One mount of the spec, and what it depends on. */
struct mount_wish {
	const struct spec *spec;
	const struct host *host;
	const struct spec_mount *mount;
	struct mount_options *options;
};

/** plan_add_mount() - A new operation; others move in memory by that. */
struct mount_op *plan_add_mount(struct plan *plan);

/** plan_keep_list() - Keep parameters for as long as the plan lives. */
char *const *plan_keep_list(struct plan *plan, struct strv *list);

/** path_is_at() - The same place, with or without slashes behind it? */
bool path_is_at(const char *path, const char *place);

/** spec_find_mount() - What the spec mounts at a place, or NULL. */
const struct spec_mount *spec_find_mount(const struct spec *spec,
					 const char *destination);

/** plan_new() - A new file system of op->type; takes options->data. */
void plan_new(struct plan *plan, struct mount_op *op,
	      struct mount_options *options);

/** plan_host_tree() - The host's instead, with nothing in it to be written. */
void plan_host_tree(struct mount_op *op, const char *path);

/**
 * plan_cgroup() - The container's cgroups, as the machine has them
 * @op:		The last one of the plan
 */
void plan_cgroup(const struct mount_wish *wish, struct plan *plan,
		 struct mount_op *op);

/** mount_wants_ids() - Shall its files have other owners in the container? */
bool mount_wants_ids(const struct mount_wish *wish);

/**
 * plan_mount_ids() - Whom the files of a bind mount belong to
 * @op:		Gets .ids, if they are to be others
 * @err:	EPERM: only who owns the file system can map its ids
 *
 * Return: 0, negative errno
 */
must_check int plan_mount_ids(const struct mount_wish *wish,
			      const struct plan *plan, struct mount_op *op,
			      struct error *err);

/** plan_own_devices() - Where nothing may be mounted: what can be made. */
must_check int plan_own_devices(const struct spec *spec, struct plan *plan,
				struct error *err);

/** plan_defaults() - Devices, the links beside them, and files. */
void plan_defaults(const struct spec *spec, struct plan *plan);

#endif
