// SPDX-License-Identifier: Apache-2.0
#include "container/device_nodes.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/fd.h"

enum { UEVENT_MAX = 65536 };

static bool is_node(const char *path, const struct spec_device *device)
{
	mode_t type = device->type == 'b' ? S_IFBLK : S_IFCHR;
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == type &&
	       st.st_rdev == makedev(device->major, device->minor);
}

/* "/dev/NAME" by the line "DEVNAME=NAME" of the kernel's; NULL: none */
static char *name_of(const struct spec_device *device)
{
	static const char key[] = "\nDEVNAME=";
	auto_free char *path = xasprintf("/sys/dev/%s/%u:%u/uevent",
					 device->type == 'b' ? "block" : "char",
					 device->major, device->minor);
	auto_free char *text = NULL;
	struct error ignored;
	const char *found;

	if (file_read_text(path, UEVENT_MAX, &text, NULL, &ignored) < 0)
		return NULL;
	found = strstr(text, key);
	if (!found)
		return NULL;
	found += strlen(key);
	return xasprintf("/dev/%.*s", (int)strcspn(found, "\n"), found);
}

void device_nodes_find(struct spec *spec)
{
	for (size_t i = 0; i < spec->device_count; i++) {
		struct spec_device *device = &spec->devices[i];

		if (device->type == 'p' || device->source ||
		    is_node(device->path, device))
			continue;

		auto_free char *path = name_of(device);

		if (path && is_node(path, device))
			device->source = steal_ptr(&path);
	}
}
