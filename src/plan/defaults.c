// SPDX-License-Identifier: Apache-2.0
/* What is in a container beside its mounts: devices, links, files. */
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "plan/mount_parts.h"

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
	struct mount_op *op = plan_add_mount(plan);

	op->kind = MOUNT_DEVICE;
	op->source = source;
	op->target = target;
	op->device = device;
}

static void plan_default_devices(const struct spec *spec, struct plan *plan)
{
	const struct spec_mount *dev = spec_find_mount(spec, "/dev");

	/* A /dev that is bound from the host is the host's: hands off. */
	if (dev && (!dev->type || strcmp(dev->type, "tmpfs") != 0))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(default_devices); i++)
		if (!spec_find_mount(spec, default_devices[i].path))
			bind_device(plan, default_devices[i].path,
				    default_devices[i].path,
				    makedev(default_devices[i].major,
					    default_devices[i].minor));
	for (size_t i = 0; i < ARRAY_COUNT(default_links); i++)
		add_file(plan, FILE_SYMLINK, default_links[i].path,
			 default_links[i].target);
}

/* An engine that gives all of the host's devices gives this, too. The container
 * has the one of its own devpts.
 */
static bool is_ptmx(const struct spec_device *device)
{
	return device->type == 'c' && device->major == 5 &&
	       device->minor == 2 && strcmp(device->path, "/dev/ptmx") == 0;
}

static void plan_devices(const struct spec *spec, struct plan *plan)
{
	for (size_t i = 0; i < spec->device_count; i++) {
		const struct spec_device *device = &spec->devices[i];
		dev_t number = makedev(device->major, device->minor);

		if (is_ptmx(device))
			continue;
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

int plan_own_devices(const struct spec *spec, struct plan *plan,
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

		if (spec_find_mount(spec, file->path))
			continue; /* the user brings an own one */
		if (kind == FILE_TEXT && !ours)
			kind = FILE_BOUND;

		struct file_op *op =
			add_file(plan, kind, file->path, file->content);

		op->mode = file->mode;
		op->optional = !ours;
	}
}

void plan_defaults(const struct spec *spec, struct plan *plan)
{
	plan_default_devices(spec, plan);
	plan_devices(spec, plan);
	plan_files(spec, plan);
}
