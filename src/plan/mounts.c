// SPDX-License-Identifier: Apache-2.0
#include "plan/mounts.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "plan/mount_options.h"
#include "plan/mount_parts.h"

static int plan_bind(const struct spec_mount *mount, struct mount_op *op,
		     const struct mount_options *options, struct error *err)
{
	if (!mount->source)
		return error_say(err, EINVAL, "a bind mount needs a source");
	if (options->data.count > 0 || options->copy_up)
		return error_say(err, EINVAL,
				 "option '%s' is not for a bind mount",
				 options->copy_up ? "tmpcopyup"
						  : options->data.items[0]);
	op->kind = MOUNT_BIND;
	op->source = mount->source;
	op->recursive = options->recursive_bind;
	op->copy_up = mount->copy_up;
	op->copy_symlink = options->copy_symlink;
	op->source_nofollow = options->source_nofollow;
	op->is_proc = path_is_at(mount->destination, "/proc");
	return 0;
}

/* "remount": what lies at the destination by then gets other options. */
static int plan_change(const struct spec_mount *mount, struct mount_op *op,
		       const struct mount_options *options, struct error *err)
{
	if (options->data.count > 0)
		return error_say(
			err, EINVAL,
			"remount changes the mount, not its file system: option '%s'",
			options->data.items[0]);
	op->kind = MOUNT_CHANGE;
	op->is_proc = path_is_at(mount->destination, "/proc");
	return 0;
}

/* What every kind of mount takes over as it is. */
static void take_over(const struct spec_mount *mount, const char *type,
		      const struct mount_options *options, struct mount_op *op)
{
	op->target = mount->destination;
	op->type = type;
	op->source = mount->source;
	if (mount->optional)
		op->need = strcmp(type, "tmpfs") != 0 ? MOUNT_IF_POSSIBLE
						      : MOUNT_IF_THERE;
	op->target_nofollow = options->target_nofollow;
	op->set = options->set;
	op->clear = options->clear;
	op->recursive_set = options->recursive_set;
	op->recursive_clear = options->recursive_clear;
	op->propagation = options->propagation;
	op->propagate_recursive = options->propagate_recursive;
	op->plain_directory = !strcmp(type, "proc") || !strcmp(type, "sysfs");
}

/* A file system. A procfs belongs to a PID namespace, a sysfs to a network
 * namespace: the host's can only be shown, not be mounted anew.
 */
static void plan_file_system(const struct mount_wish *wish, struct plan *plan,
			     struct mount_op *op)
{
	const struct spec_namespace *ns = wish->spec->namespaces;
	bool is_sysfs = !strcmp(op->type, "sysfs");

	if (!strcmp(op->type, "cgroup") || !strcmp(op->type, "cgroup2")) {
		plan_cgroup(wish, plan, op);
	} else if (!strcmp(op->type, "proc") && plan->in_userns &&
		   !ns[NS_PID].wanted) {
		op->kind = MOUNT_BIND;
		op->source = "/proc";
		op->recursive = true;
		op->is_proc = true;
	} else if (is_sysfs && plan->in_userns && !ns[NS_NETWORK].wanted) {
		plan_host_tree(op, "/sys");
	} else {
		if (is_sysfs)
			op->fallback = "/sys";
		else if (!strcmp(op->type, "proc") && !wish->spec->own_proc)
			op->fallback = "/proc";
		plan_new(plan, op, wish->options);
	}
}

static int check_new(const struct mount_wish *wish, const char *type,
		     struct error *err)
{
	if (mount_wants_ids(wish))
		return error_say(err, EINVAL, "idmap is for bind mounts");
	if (wish->options->copy_symlink || wish->options->source_nofollow)
		return error_say(
			err, EINVAL,
			"copy-symlink and src-nofollow are for bind mounts");
	if (!strcmp(type, "none"))
		return error_say(err, EINVAL, "no type, and not a bind mount");
	return 0;
}

static int plan_one(const struct spec *spec, const struct host *host,
		    const struct spec_mount *mount, struct plan *plan,
		    struct error *err)
{
	auto_with(mount_options_clear) struct mount_options options = { 0 };
	const struct mount_wish wish = { spec, host, mount, &options };
	const char *type = mount->type ? mount->type : "none";
	struct mount_op *op = plan_add_mount(plan);

	mount_options_parse(&mount->options, &options);
	take_over(mount, type, &options, op);
	if (mount->of_root) {
		op->kind = MOUNT_OF_ROOT;
		return 0;
	}
	if (options.remount)
		return plan_change(mount, op, &options, err);
	if (options.bind || !strcmp(type, "bind"))
		return plan_bind(mount, op, &options, err) < 0
			       ? -err->code
			       : plan_mount_ids(&wish, plan, op, err);
	if (check_new(&wish, type, err) < 0)
		return -err->code;
	plan_file_system(&wish, plan, op);
	return 0;
}

/* What may be mounted below /proc: files that show the container's own share
 * of the machine (lxcfs). Anything else could pose as the kernel's answers.
 */
static bool may_cover_proc(const char *below)
{
	static const char *const files[] = {
		"cpuinfo",  "diskstats", "loadavg", "meminfo", "net/dev",
		"slabinfo", "stat",      "swaps",   "uptime",
	};

	for (size_t i = 0; i < ARRAY_COUNT(files); i++)
		if (!strcmp(files[i], below))
			return true;
	return false;
}

/* A new procfs, or the host's. */
static bool is_procfs(const struct spec_mount *mount)
{
	const char *type = mount->type ? mount->type : "none";

	if (!strcmp(type, "bind") || !strcmp(type, "none"))
		return mount->source && path_is_at(mount->source, "/proc");
	return !strcmp(type, "proc");
}

static int check_destination(const struct spec_mount *mount, struct error *err)
{
	const char *path = mount->destination;

	if (!path_is_absolute_clean(path))
		return error_say(
			err, EINVAL,
			"mount on '%s': the destination has to be absolute and without '..'",
			path);
	if (path[strspn(path, "/")] == '\0')
		return error_say(
			err, EINVAL,
			"mount on '%s': the root itself is set by root.path",
			path);
	if (path_is_at(path, "/proc"))
		return is_procfs(mount)
			       ? 0
			       : error_say(
					 err, EINVAL,
					 "mount on /proc: only a procfs may be there");
	if (!strncmp(path, "/proc/", 6) && !may_cover_proc(path + 6))
		return error_say(
			err, EINVAL,
			"mount on %s: only /proc/cpuinfo, meminfo, stat and the like may be covered",
			path);
	return 0;
}

/* In a container that shares mounts with the host, only those are shared that
 * say so.
 */
static void part_binds(struct plan *plan)
{
	for (size_t i = 0; i < plan->mount_count; i++) {
		struct mount_op *op = &plan->mounts[i];

		if ((op->kind != MOUNT_BIND && op->kind != MOUNT_DEVICE) ||
		    op->propagation)
			continue;
		op->propagation = MS_SLAVE;
		op->propagate_recursive = true;
	}
}

static void plan_dev(struct plan *plan)
{
	auto_with(mount_options_clear) struct mount_options options = { 0 };
	struct mount_op *op = plan_add_mount(plan);

	strv_add(&options.data, xstrdup("mode=0755"));
	op->type = "tmpfs";
	op->source = "tmpfs";
	op->target = "/dev";
	op->set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
	plan_new(plan, op, &options);
}

int plan_mounts(const struct spec *spec, const struct host *host,
		struct plan *plan, struct error *err)
{
	/* Without a /dev of its own a container's devices would be made in the
	 * root directory, through whatever symlinks are there.
	 */
	if (plan->share_mounts)
		return plan_own_devices(spec, plan, err);
	if (!spec_find_mount(spec, "/dev"))
		plan_dev(plan);
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct spec_mount *mount = &spec->mounts[i];

		if (check_destination(mount, err) < 0)
			return -err->code;
		if (plan_one(spec, host, mount, plan, err) < 0)
			return error_wrap(err, "mount on %s",
					  mount->destination);
	}
	plan_defaults(spec, plan);
	if (plan->rootfs_propagation & MS_SHARED)
		part_binds(plan);
	return 0;
}
