// SPDX-License-Identifier: Apache-2.0
#include "plan/namespaces.h"

#include <sched.h>

#include "base/cleanup.h"

static const struct {
	int flag;
	const char *name;
} namespaces[NS_COUNT] = {
	[NS_USER] = { CLONE_NEWUSER, "user" },
	[NS_PID] = { CLONE_NEWPID, "pid" },
	[NS_NETWORK] = { CLONE_NEWNET, "network" },
	[NS_MOUNT] = { CLONE_NEWNS, "mount" },
	[NS_IPC] = { CLONE_NEWIPC, "ipc" },
	[NS_UTS] = { CLONE_NEWUTS, "uts" },
	[NS_CGROUP] = { CLONE_NEWCGROUP, "cgroup" },
	[NS_TIME] = { CLONE_NEWTIME, "time" },
};

const char *namespace_name(int flag)
{
	for (size_t i = 0; i < ARRAY_COUNT(namespaces); i++)
		if (namespaces[i].flag == flag)
			return namespaces[i].name;
	return "unknown";
}

/* What a container that shares its mounts can't have: mounts made for it would
 * be the caller's too, and stay. (runc makes them all the same.) It gets its
 * root by chroot(2), as elsewhere, and what is in that directory as it is.
 */
static int check_shared_mounts(const struct spec *spec, struct error *err)
{
	const char *what = NULL;

	if (spec->mount_count)
		what = "mounts";
	else if (spec->masked_paths.count)
		what = "maskedPaths";
	else if (spec->readonly_paths.count)
		what = "readonlyPaths";
	else if (spec->root.readonly)
		what = "root.readonly";
	else if (spec->rootfs_propagation)
		what = "rootfsPropagation";
	else if (spec->root.kind != SPEC_ROOT_BIND)
		what = "a root that is made for it";
	else if (spec->process.terminal)
		what = "process.terminal";
	if (!what)
		return 0;
	return error_say(
		err, EINVAL,
		"a container without a mount namespace of its own can't have %s: mounts made for it would be made on the host; add a \"mount\" namespace",
		what);
}

static void join(struct plan *plan, const char *path, int flag)
{
	struct join_op *op = plan->joins;

	while (op->flag)
		op++;
	*op = (struct join_op){ path, flag };
}

/* A new cgroup namespace begins where we are: that has to be the container's
 * own cgroup, which the parent may put us into only later.
 */
static void make(struct plan *plan, enum ns_type type)
{
	int flag = namespaces[type].flag;

	if (type == NS_USER || type == NS_PID)
		plan->clone_flags |= (uint64_t)flag;
	else if (type == NS_CGROUP)
		plan->new_cgroup_namespace = true;
	else
		plan->unshare_flags |= flag;
}

int plan_namespaces(const struct spec *spec, struct plan *plan,
		    struct error *err)
{
	plan->share_mounts = !spec->namespaces[NS_MOUNT].wanted;
	if (plan->share_mounts && check_shared_mounts(spec, err) < 0)
		return -err->code;
	for (enum ns_type type = 0; type < NS_COUNT; type++) {
		const struct spec_namespace *ns = &spec->namespaces[type];

		if (ns->wanted && ns->path)
			join(plan, ns->path, namespaces[type].flag);
		else if (ns->wanted)
			make(plan, type);
	}
	plan->joins_user = spec->namespaces[NS_USER].path;
	plan->joins_pid = spec->namespaces[NS_PID].path;
	plan->loopback_up = spec->namespaces[NS_NETWORK].wanted &&
			    !spec->namespaces[NS_NETWORK].path;
	return 0;
}
