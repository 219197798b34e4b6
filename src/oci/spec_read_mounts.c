// SPDX-License-Identifier: Apache-2.0
/* "mounts" and "linux.devices": what stands below the root. */
#include <string.h>

#include "oci/spec_read_parts.h"

enum { MODE_BITS = 07777, MODE_DEFAULT = 0666 };

/* A relative one begins at the root, by a custom that is on its way out. */
static void anchor_destination(const struct json_node *node,
			       struct spec_mount *mount,
			       struct strv *deviations)
{
	auto_free char *place = json_place(node);
	auto_free char *path = mount->destination;

	mount->destination = xasprintf("/%s", path);
	strv_addf(deviations, "%s/destination: \"%s\" is taken as \"/%s\"",
		  place, path, path);
}

int spec_read_mount(const struct json_node *node, void *target,
		    struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "destination",
		  .kind = JSON_READ,
		  .read = spec_read_path,
		  .offset = offsetof(struct spec_mount, destination),
		  .required = true },
		{ .key = "type", JSON_MEMBER(struct spec_mount, type) },
		{ .key = "source", JSON_MEMBER(struct spec_mount, source) },
		{ .key = "options", JSON_MEMBER(struct spec_mount, options) },
		{ .key = "uidMappings",
		  .kind = JSON_READ,
		  .read = spec_read_uid_mappings,
		  .offset = offsetof(struct spec_mount, uids) },
		{ .key = "gidMappings",
		  .kind = JSON_READ,
		  .read = spec_read_gid_mappings,
		  .offset = offsetof(struct spec_mount, gids) },
		{ 0 },
	};

	struct spec *spec = target;
	struct spec_mount *mount = spec_add_mount(spec, NULL, NULL, NULL, NULL);

	if (json_read_object(node, rows, mount, err) < 0)
		return -err->code;
	if (*mount->destination != '/')
		anchor_destination(node, mount, &spec->deviations);
	if (!mount->uids.count != !mount->gids.count)
		return json_fail(err, node, EINVAL,
				 "uidMappings and gidMappings go together");
	return 0;
}

static int read_type(const struct json_node *node, void *target,
		     struct error *err)
{
	char *ret = target;
	const char *type;

	if (json_get_string(node, &type, err) < 0)
		return -err->code;
	if (strlen(type) != 1 || !strchr("cbup", *type))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is none of c, b, u, p", type);
	*ret = *type;
	return 0;
}

/* Some writers leave the file's type in. */
static int read_mode(const struct json_node *node, void *target,
		     struct error *err)
{
	mode_t *ret = target;
	uint64_t mode;

	if (json_get_u64(node, UINT32_MAX, &mode, err) < 0)
		return -err->code;
	*ret = (mode_t)mode & MODE_BITS;
	return 0;
}

must_check static int read_numbers(const struct json_node *node,
				   struct spec_device *device,
				   struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "major",
		  JSON_MEMBER(struct spec_device, major),
		  .required = true },
		{ .key = "minor",
		  JSON_MEMBER(struct spec_device, minor),
		  .required = true },
		{ 0 },
	};

	return json_read_object(node, rows, device, err);
}

int spec_read_device(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "type",
		  .kind = JSON_READ,
		  .read = read_type,
		  .offset = offsetof(struct spec_device, type),
		  .required = true },
		{ .key = "path",
		  .kind = JSON_READ,
		  .read = spec_read_absolute,
		  .offset = offsetof(struct spec_device, path),
		  .required = true },
		{ .key = "fileMode",
		  .kind = JSON_READ,
		  .read = read_mode,
		  .offset = offsetof(struct spec_device, mode) },
		{ .key = "uid", JSON_MEMBER(struct spec_device, uid) },
		{ .key = "gid", JSON_MEMBER(struct spec_device, gid) },
		{ 0 },
	};
	struct spec_device *device = spec_add_device(target, NULL);

	device->mode = MODE_DEFAULT;
	if (json_read_object(node, rows, device, err) < 0)
		return -err->code;
	/* A FIFO has no numbers; podman writes zeros for it. */
	return device->type == 'p' ? 0 : read_numbers(node, device, err);
}
