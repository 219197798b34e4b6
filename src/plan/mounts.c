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

static struct mount_op *add_mount(struct plan *plan)
{
	plan->mounts = xrealloc_array(plan->mounts, plan->mount_count + 1,
				      sizeof(*plan->mounts));
	plan->mounts[plan->mount_count] = (struct mount_op){ 0 };
	return &plan->mounts[plan->mount_count++];
}

static struct file_op *add_file(struct plan *plan, enum file_kind kind,
				const char *path, const char *content)
{
	plan->files = xrealloc_array(plan->files, plan->file_count + 1,
				     sizeof(*plan->files));
	plan->files[plan->file_count] = (struct file_op){
		.kind = kind,
		.path = path,
		.content = content,
	};
	return &plan->files[plan->file_count++];
}

/* Keep a list of parameters for as long as the plan lives. */
static char *const *keep_list(struct plan *plan, struct strv *list)
{
	plan->lists = xrealloc_array(plan->lists, plan->list_count + 1,
				     sizeof(*plan->lists));
	plan->lists[plan->list_count++] = *list;

	char *const *items = list->items;

	*list = (struct strv){ 0 };
	return items;
}

/* The same place, with or without slashes behind it? */
static bool is_at(const char *path, const char *place)
{
	size_t length = strlen(place);

	return !strncmp(path, place, length) &&
	       path[length + strspn(path + length, "/")] == '\0';
}

static const struct spec_mount *find_mount(const struct spec *spec,
					   const char *destination)
{
	for (size_t i = 0; i < spec->mount_count; i++)
		if (is_at(spec->mounts[i].destination, destination))
			return &spec->mounts[i];
	return NULL;
}

/* devpts wants gid=5, which a single-id map doesn't have; the terminal's group
 * is then ours, and nobody else is there to be kept out.
 */
static void drop_unmapped_gid(const struct plan *plan, struct strv *data)
{
	char *gid = strv_find_prefix(data, "gid=");

	if (!gid || !plan->gids ||
	    id_map_has(plan->gids, (uint32_t)strtoul(gid + 4, NULL, 10)))
		return;
	for (size_t i = 0; i < data->count; i++)
		if (data->items[i] == gid) {
			free(gid);
			memmove(&data->items[i], &data->items[i + 1],
				(data->count - i) * sizeof(*data->items));
			data->count--;
			return;
		}
}

/* A new file system that has no fallback of its own. */
static void plan_new(struct plan *plan, struct mount_op *op,
		     struct mount_options *options)
{
	op->kind = MOUNT_NEW;
	if (!strcmp(op->type, "devpts")) {
		drop_unmapped_gid(plan, &options->data);
		op->is_devpts = true;
	}
	op->is_proc = !strcmp(op->type, "proc");
	op->copy_up = options->copy_up;
	op->needs_ids =
		plan->become_root || op->copy_up || op->is_devpts ||
		!strcmp(op->type, "overlay") ||
		(plan->new_cgroup_namespace && !strcmp(op->type, "cgroup2")) ||
		strv_find_prefix(&options->data, "uid=") ||
		strv_find_prefix(&options->data, "gid=");
	op->parameters = keep_list(plan, &options->data);
}

/* The host's tree instead, with nothing in it to be written. */
static void plan_host_tree(struct mount_op *op, const char *path)
{
	op->kind = MOUNT_BIND;
	op->source = path;
	op->type = NULL;
	op->recursive = true;
	op->clear = op->recursive_clear = 0;
	op->recursive_set |= MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			     MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV;
}

/* cgroup, in whatever form the machine has it; never a reason to fail. */
static void plan_cgroup(const struct spec *spec, const struct host *host,
			struct plan *plan, struct mount_op *op,
			struct mount_options *options)
{
	op->need = MOUNT_IF_POSSIBLE;
	if (!spec->namespaces[NS_CGROUP].wanted) {
		plan_host_tree(op, "/sys/fs/cgroup");
		return;
	}
	strv_clear(&options->data);
	if (host->cgroup2) {
		op->type = "cgroup2";
	} else {
		/* Controllers that are used by v1 can't be mounted from a user
		 * namespace: an empty directory says so honestly.
		 */
		op->type = "tmpfs";
		op->set |= MOUNT_ATTR_RDONLY;
		strv_add(&options->data, xstrdup("mode=0755"));
		strv_add(&options->data, xstrdup("size=4k"));
	}
	plan_new(plan, op, options);
}

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
	op->copy_symlink = options->copy_symlink;
	op->source_nofollow = options->source_nofollow;
	op->is_proc = is_at(mount->destination, "/proc");
	return 0;
}

/* Options that nothing here can apply: an error, not an omission. */
static int check_options(const struct mount_options *options, struct error *err)
{
	if (options->idmap)
		return error_say(
			err, EOPNOTSUPP,
			"idmap: the source's file system would have to belong to the container's user namespace");
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

static int plan_one(const struct spec *spec, const struct host *host,
		    const struct spec_mount *mount, struct plan *plan,
		    struct error *err)
{
	auto_with(mount_options_clear) struct mount_options options = { 0 };
	const char *type = mount->type ? mount->type : "none";

	mount_options_parse(&mount->options, &options);
	if (check_options(&options, err) < 0)
		return -err->code;

	struct mount_op *op = add_mount(plan);

	take_over(mount, type, &options, op);
	if (options.bind || !strcmp(type, "bind"))
		return plan_bind(mount, op, &options, err);
	if (options.copy_symlink || options.source_nofollow)
		return error_say(
			err, EINVAL,
			"copy-symlink and src-nofollow are for bind mounts");
	if (!strcmp(type, "none"))
		return error_say(err, EINVAL, "no type, and not a bind mount");
	if (!strcmp(type, "cgroup") || !strcmp(type, "cgroup2")) {
		plan_cgroup(spec, host, plan, op, &options);
		return 0;
	}
	/* A procfs belongs to a PID namespace, a sysfs to a network namespace:
	 * the host's can only be shown, not be mounted anew.
	 */
	if (!strcmp(type, "proc") && plan->in_userns &&
	    !spec->namespaces[NS_PID].wanted) {
		op->kind = MOUNT_BIND;
		op->source = "/proc";
		op->recursive = true;
		op->is_proc = true;
		return 0;
	}
	if (!strcmp(type, "sysfs") && plan->in_userns &&
	    !spec->namespaces[NS_NETWORK].wanted) {
		plan_host_tree(op, "/sys");
		return 0;
	}
	if (!strcmp(type, "sysfs"))
		op->fallback = "/sys";
	plan_new(plan, op, &options);
	return 0;
}

/* "Default Devices" of config-linux.md */
static const struct {
	const char *path;
	unsigned int major, minor;
} default_devices[] = {
	{ "/dev/null", 1, 3 },    { "/dev/zero", 1, 5 },
	{ "/dev/full", 1, 7 },    { "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
};

static const struct {
	const char *path, *target;
} default_links[] = {
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "/proc/self/fd/0" },
	{ "/dev/stdout", "/proc/self/fd/1" },
	{ "/dev/stderr", "/proc/self/fd/2" },
	{ "/dev/ptmx", "pts/ptmx" },
};

static void bind_device(struct plan *plan, const char *source,
			const char *target, dev_t device)
{
	struct mount_op *op = add_mount(plan);

	op->kind = MOUNT_DEVICE;
	op->source = source;
	op->target = target;
	op->device = device;
}

static void plan_default_devices(const struct spec *spec, struct plan *plan)
{
	const struct spec_mount *dev = find_mount(spec, "/dev");

	/* A /dev that is bound from the host is the host's: hands off. */
	if (dev && (!dev->type || strcmp(dev->type, "tmpfs") != 0))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(default_devices); i++)
		if (!find_mount(spec, default_devices[i].path))
			bind_device(plan, default_devices[i].path,
				    default_devices[i].path,
				    makedev(default_devices[i].major,
					    default_devices[i].minor));
	for (size_t i = 0; i < ARRAY_COUNT(default_links); i++)
		add_file(plan, FILE_SYMLINK, default_links[i].path,
			 default_links[i].target);
}

static void plan_devices(const struct spec *spec, struct plan *plan)
{
	for (size_t i = 0; i < spec->device_count; i++) {
		const struct spec_device *device = &spec->devices[i];
		dev_t number = makedev(device->major, device->minor);

		/* In a user namespace nobody may mknod: bind the host's. */
		if (plan->in_userns && device->type != 'p') {
			bind_device(plan,
				    device->source ? device->source
						   : device->path,
				    device->path, number);
			continue;
		}
		plan->devices =
			xrealloc_array(plan->devices, plan->device_count + 1,
				       sizeof(*plan->devices));
		plan->devices[plan->device_count++] = (struct device_op){
			.path = device->path,
			.type_mode = device->mode |
				     (device->type == 'p'   ? S_IFIFO
				      : device->type == 'b' ? S_IFBLK
							    : S_IFCHR),
			.device = number,
			.uid = device->uid,
			.gid = device->gid,
		};
	}
}

/* Where nothing may be mounted: what can be made, and no defaults. */
static int plan_own_devices(const struct spec *spec, struct plan *plan,
			    struct error *err)
{
	for (size_t i = 0; plan->in_userns && i < spec->device_count; i++)
		if (spec->devices[i].type != 'p')
			return error_say(
				err, EINVAL,
				"device %s: a user namespace can't make it, and without a mount namespace it can't be bound",
				spec->devices[i].path);
	plan_devices(spec, plan);
	return 0;
}

static void plan_files(const struct spec *spec, struct plan *plan)
{
	static const enum file_kind kinds[] = {
		[SPEC_FILE_TEXT] = FILE_TEXT,
		[SPEC_FILE_COPY] = FILE_COPY,
		[SPEC_FILE_SYMLINK] = FILE_SYMLINK,
		[SPEC_FILE_DIR] = FILE_DIR,
	};
	bool ours = spec->root.kind == SPEC_ROOT_TMPFS;

	for (size_t i = 0; i < spec->file_count; i++) {
		const struct spec_file *file = &spec->files[i];
		enum file_kind kind = kinds[file->kind];

		if (find_mount(spec, file->path))
			continue; /* the user brings an own one */
		if (kind == FILE_TEXT && !ours)
			kind = FILE_BOUND;

		struct file_op *op =
			add_file(plan, kind, file->path, file->content);

		op->mode = file->mode;
		op->optional = !ours;
	}
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
		return mount->source && is_at(mount->source, "/proc");
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
	if (is_at(path, "/proc"))
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

int plan_mounts(const struct spec *spec, const struct host *host,
		struct plan *plan, struct error *err)
{
	/* Without a /dev of its own a container's devices would be made in the
	 * root directory, through whatever symlinks are there.
	 */
	if (plan->share_mounts)
		return plan_own_devices(spec, plan, err);
	if (!find_mount(spec, "/dev")) {
		struct mount_op *op = add_mount(plan);
		struct strv parameters = { 0 };

		strv_add(&parameters, xstrdup("mode=0755"));
		op->kind = MOUNT_NEW;
		op->type = "tmpfs";
		op->source = "tmpfs";
		op->target = "/dev";
		op->set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
		op->parameters = keep_list(plan, &parameters);
		op->needs_ids = plan->become_root;
	}
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct spec_mount *mount = &spec->mounts[i];

		if (check_destination(mount, err) < 0)
			return -err->code;
		if (plan_one(spec, host, mount, plan, err) < 0)
			return error_wrap(err, "mount on %s",
					  mount->destination);
	}
	plan_default_devices(spec, plan);
	plan_devices(spec, plan);
	plan_files(spec, plan);
	return 0;
}
