// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/cleanup.h"
#include "cli/run_bind.h"
#include "cli/run_settings.h"

struct spec_mount *run_add_anonymous(struct spec *spec, const char *target,
				     struct error *err)
{
	struct spec_mount *mount;

	if (bind_check_target(target, err) < 0)
		return NULL;
	mount = spec_add_mount(spec, "none", NULL, target, "nosuid,nodev");
	mount->of_root = true;
	return mount;
}

/* -v SOURCE:TARGET[:OPTION,...], -v TARGET */
static int add_volume(struct spec *spec, const char *word, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	char *rest = copy;
	const char *source = strsep(&rest, ":");
	const char *target = strsep(&rest, ":");
	bool propagation = false;
	struct spec_mount *mount;
	char *option;

	if (!target)
		return run_add_anonymous(spec, source, err) ? 0 : -err->code;
	mount = bind_add(spec, source, target, err);
	if (!mount)
		return -err->code;
	while ((option = strsep(&rest, ",")))
		if (!strcmp(option, "nocopy"))
			mount->copy_up = false;
		else if (bind_add_option(&mount->options, option, &propagation,
					 err) < 0)
			return -err->code;
	if (!propagation)
		strv_add(&mount->options, xstrdup("rprivate"));
	return 0;
}

/* --tmpfs TARGET[:OPTION,...], with podman's defaults */
static int add_tmpfs(struct spec *spec, const char *word, struct error *err)
{
	size_t length = strcspn(word, ":");
	auto_free char *target = xstrndup(word, length);
	struct spec_mount *mount;
	char *rest, *option;

	if (bind_check_target(target, err) < 0)
		return -err->code;
	mount = spec_add_mount(spec, "tmpfs", "tmpfs", target,
			       "nosuid,nodev,noexec,mode=1777");
	if (!word[length])
		return 0;

	auto_free char *options = xstrdup(word + length + 1);

	rest = options;
	while ((option = strsep(&rest, ",")))
		if (*option)
			strv_add(&mount->options, xstrdup(option));
	return 0;
}

bool run_has_mount(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->mount_count; i++)
		if (!strcmp(spec->mounts[i].destination, path))
			return true;
	return false;
}

/* /dev/shm: our own, or with --ipc=host that of the host. */
static int set_shm(const struct run_settings *settings, struct spec *spec,
		   struct error *err)
{
	bool own = spec->namespaces[NS_IPC].wanted;
	uint64_t size = settings->shm_size ? settings->shm_size : 64U << 20;
	auto_free char *options =
		xasprintf("nosuid,noexec,nodev,mode=1777,size=%llu",
			  (unsigned long long)size);

	if (!own && settings->shm_size)
		return error_say(
			err, EINVAL,
			"--shm-size and --ipc=host contradict each other");
	if (run_has_mount(spec, "/dev/shm"))
		return 0;
	if (own) {
		(void)spec_add_mount(spec, "tmpfs", "shm", "/dev/shm", options);
		return 0;
	}
	(void)spec_add_mount(spec, "bind", "/dev/shm", "/dev/shm",
			     "rbind,nosuid,noexec,nodev,rprivate");
	for (size_t i = 0; i < spec->mount_count; i++) {
		struct spec_mount *mount = &spec->mounts[i];

		if (mount->type && !strcmp(mount->type, "mqueue"))
			mount->optional = true; /* it isn't ours to mount */
	}
	return 0;
}

/* --read-only: what programs can't do without stays writable, in memory. */
static void set_readonly(struct spec *spec)
{
	static const char *const writable[] = { "/run", "/tmp", "/var/tmp" };

	spec->root.readonly = true;
	for (size_t i = 0; i < ARRAY_COUNT(writable); i++)
		if (!run_has_mount(spec, writable[i]))
			(void)spec_add_mount(spec, "tmpfs", "tmpfs",
					     writable[i],
					     "nosuid,nodev,mode=1777");
}

/* Mounts from @given on come before those from @first on, which may be below
 * them.
 */
static void put_before(struct spec *spec, size_t first, size_t given)
{
	size_t later = given - first, earlier = spec->mount_count - given;
	auto_free struct spec_mount *copy = xcalloc(later + 1, sizeof(*copy));
	struct spec_mount *mounts = spec->mounts + first;

	memcpy(copy, mounts, later * sizeof(*copy));
	memmove(mounts, mounts + later, earlier * sizeof(*copy));
	memcpy(mounts + earlier, copy, later * sizeof(*copy));
}

/* What the image says is to be a volume. The container's own root holds it, and
 * both are thrown away together, as the anonymous volumes of "--rm" are.
 */
static void add_image_volumes(const struct run_settings *settings,
			      struct run_request *request, size_t first)
{
	const struct strv *paths = &request->image.config.volumes;
	size_t given = request->spec.mount_count;
	bool in_memory = settings->image_volume == IMAGE_VOLUME_TMPFS;

	if (!request->is_image || settings->image_volume == IMAGE_VOLUME_IGNORE)
		return;
	for (size_t i = 0; i < paths->count; i++) {
		struct spec_mount *mount;

		if (run_has_mount(&request->spec, paths->items[i]))
			continue;
		mount = spec_add_mount(
			&request->spec, in_memory ? "tmpfs" : "none", NULL,
			paths->items[i],
			in_memory ? "nosuid,nodev,mode=0755" : "nosuid,nodev");
		mount->of_root = !in_memory;
	}
	put_before(&request->spec, first, given);
}

/* They go with the root; one that stays would keep them. */
must_check static int check_anonymous(const struct run_request *request,
				      struct error *err)
{
	const struct spec *spec = &request->spec;

	if (request->is_image || spec->root.kind == SPEC_ROOT_TMPFS)
		return 0;
	for (size_t i = 0; i < spec->mount_count; i++)
		if (spec->mounts[i].of_root)
			return error_say(
				err, EOPNOTSUPP,
				"volume %s: without a name one is for images: give NAME:%s, or --tmpfs %s",
				spec->mounts[i].destination,
				spec->mounts[i].destination,
				spec->mounts[i].destination);
	return 0;
}

int run_set_mounts(const struct run_settings *settings,
		   struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	size_t first = spec->mount_count;

	if (run_for_each(&settings->mounts, "mount", run_add_mount, spec, err) <
		    0 ||
	    run_for_each(&settings->tmpfs, "tmpfs", add_tmpfs, spec, err) < 0 ||
	    run_for_each(&settings->volumes, "volume", add_volume, spec, err) <
		    0 ||
	    run_for_each(&settings->devices, "device", run_add_device, spec,
			 err) < 0)
		return -err->code;
	if (check_anonymous(request, err) < 0)
		return -err->code;
	add_image_volumes(settings, request, first);
	if (!request->is_bundle && set_shm(settings, spec, err) < 0)
		return -err->code;
	if (settings->privileged)
		run_add_all_devices(spec);
	if (settings->read_only)
		set_readonly(spec);
	return 0;
}
