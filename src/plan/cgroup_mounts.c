// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: with cgroup v2 there is one tree, which is mounted. With
 * v1 there is one for each set of controllers: they are put beside each other
 * in a tmpfs, with symlinks for controllers that share a tree, as systems have
 * it. A cgroup namespace makes a new mount show the container's own cgroup;
 * without one that directory is bound. None of it is ever a reason to fail.
 */
#include <string.h>
#include <sys/mount.h>

#include "base/cleanup.h"
#include "plan/mount_parts.h"

/* Only for the machine's root has each container a cgroup of its own in every
 * tree. Others would be shown their caller's: an empty directory is more
 * honest.
 */
static bool may_show_v1(const struct host *host)
{
	return host->uid == 0 && !host->in_userns && host->hierarchy_count > 0;
}

/* The plan outlives the facts it is made of. */
static const char *keep(struct plan *plan, char *text)
{
	strv_add(&plan->strings, text);
	return text;
}

static void add_link(struct plan *plan, const char *place, const char *name,
		     size_t length, const char *text)
{
	struct mount_op *op = plan_add_mount(plan);

	op->kind = MOUNT_SYMLINK;
	op->need = MOUNT_IF_POSSIBLE;
	op->source = keep(plan, xstrdup(text));
	op->target = keep(plan, xasprintf("%s/%.*s", place, (int)length, name));
}

/* "cpu" for what is mounted as "cpu,cpuacct". */
static void add_links(struct plan *plan, const char *place,
		      const struct host_hierarchy *hierarchy)
{
	const char *directory = strrchr(hierarchy->path, '/') + 1;
	const char *at = hierarchy->controllers;

	if (!strchr(at, ','))
		return;
	while (*at) {
		size_t length = strcspn(at, ",");

		if (strlen(directory) != length ||
		    strncmp(at, directory, length) != 0)
			add_link(plan, place, at, length, directory);
		at += length + (at[length] == ',');
	}
}

/* "cpu,cpuacct" or "name=systemd" as parameters of a new mount. */
static void add_controllers(const char *controllers, struct strv *data)
{
	if (!strncmp(controllers, "name=", 5))
		strv_add(data, xstrdup("none"));
	while (*controllers) {
		size_t length = strcspn(controllers, ",");

		strv_addf(data, "%.*s", (int)length, controllers);
		controllers += length + (controllers[length] == ',');
	}
}

/* @base: the options of the whole. */
static void add_hierarchy(struct plan *plan, const struct mount_op *base,
			  const struct host_hierarchy *hierarchy)
{
	auto_with(mount_options_clear) struct mount_options options = { 0 };
	const char *directory = strrchr(hierarchy->path, '/') + 1;
	struct mount_op *op = plan_add_mount(plan);

	op->need = MOUNT_IF_POSSIBLE;
	op->target = keep(plan, xasprintf("%s/%s", base->target, directory));
	op->set = base->set;
	op->propagation = base->propagation;
	if (plan->new_cgroup_namespace) {
		op->type = "cgroup";
		op->source = "cgroup";
		add_controllers(hierarchy->controllers, &options.data);
		plan_new(plan, op, &options);
		return;
	}
	op->kind = hierarchy->is_whole ? MOUNT_CGROUP : MOUNT_BIND;
	op->type = keep(plan, xstrdup(hierarchy->controllers));
	op->source = keep(plan, xstrdup(hierarchy->path));
	/* Where we are is known when the parent has put us there. */
	op->needs_ids = true;
}

static void plan_v1(const struct host *host, struct plan *plan,
		    struct mount_op *op, struct mount_options *options)
{
	const struct mount_op base = *op;
	struct mount_op *change;

	op->type = "tmpfs";
	op->set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	op->recursive_set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	strv_add(&options->data, xstrdup("mode=0755"));
	strv_add(&options->data, xstrdup("size=64k"));
	plan_new(plan, op, options);
	for (size_t i = 0; i < host->hierarchy_count; i++) {
		add_hierarchy(plan, &base, &host->hierarchies[i]);
		add_links(plan, base.target, &host->hierarchies[i]);
	}
	if (!((base.set | base.recursive_set) & MOUNT_ATTR_RDONLY))
		return;
	/* Now that everything is in it. */
	change = plan_add_mount(plan);
	change->kind = MOUNT_CHANGE;
	change->need = MOUNT_IF_POSSIBLE;
	change->target = base.target;
	change->set = MOUNT_ATTR_RDONLY;
}

static void plan_empty(struct plan *plan, struct mount_op *op,
		       struct mount_options *options)
{
	op->type = "tmpfs";
	op->set |= MOUNT_ATTR_RDONLY;
	strv_add(&options->data, xstrdup("mode=0755"));
	strv_add(&options->data, xstrdup("size=4k"));
	plan_new(plan, op, options);
}

void plan_cgroup(const struct mount_wish *wish, struct plan *plan,
		 struct mount_op *op)
{
	const struct host *host = wish->host;
	bool has_own = wish->spec->namespaces[NS_CGROUP].wanted;
	bool is_root = host->uid == 0 && !plan->in_userns;

	op->need = MOUNT_IF_POSSIBLE;
	strv_clear(&wish->options->data);
	if (host->cgroup2 && (has_own || is_root)) {
		op->type = "cgroup2";
		plan_new(plan, op, wish->options);
	} else if (!host->cgroup2 && may_show_v1(host)) {
		plan_v1(host, plan, op, wish->options);
	} else if (!has_own) {
		plan_host_tree(op, "/sys/fs/cgroup");
	} else {
		plan_empty(plan, op, wish->options);
	}
}
