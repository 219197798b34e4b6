// SPDX-License-Identifier: Apache-2.0
/* Volumes that have a name: taken from the store when the container is about to
 * start, and held for as long as it runs.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/run_settings.h"
#include "image/volume.h"

struct run_volumes {
	struct volume_use *items;
	size_t count;
};

void run_volumes_end(struct run_request *request)
{
	struct run_volumes *volumes = request->volumes;

	if (!volumes)
		return;
	for (size_t i = 0; i < volumes->count; i++)
		volume_use_end(&volumes->items[i]);
	free(volumes->items);
	free(volumes);
	request->volumes = NULL;
}

must_check static int begin(const struct store *store,
			    struct run_volumes *volumes,
			    struct spec_mount *mount, struct error *err)
{
	struct volume_use *use = &volumes->items[volumes->count];

	if (volume_use_begin(store, mount->volume, mount->copy_up, use, err) <
	    0)
		return -err->code;
	volumes->count++;
	mount->source = xstrdup(use->path);
	mount->copy_up = use->fresh >= 0;
	return 0;
}

/* Twice in one container it is the same volume, and begins the same way. */
static const struct spec_mount *find_earlier(const struct spec *spec,
					     const struct spec_mount *mount)
{
	for (const struct spec_mount *one = spec->mounts; one < mount; one++)
		if (one->volume && !strcmp(one->volume, mount->volume))
			return one;
	return NULL;
}

int run_volumes_begin(struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	auto_with(store_close) struct store store = { 0 };

	for (size_t i = 0; i < spec->mount_count; i++) {
		struct spec_mount *mount = &spec->mounts[i];
		const struct spec_mount *earlier;

		if (!mount->volume)
			continue;
		earlier = find_earlier(spec, mount);
		if (earlier) {
			mount->source = xstrdup(earlier->source);
			mount->copy_up = false;
			continue;
		}
		if (!store.path && store_open(STORE_SHARED, &store, err) < 0)
			return -err->code;
		if (!request->volumes) {
			request->volumes =
				xcalloc(1, sizeof(*request->volumes));
			request->volumes->items =
				xcalloc(spec->mount_count,
					sizeof(*request->volumes->items));
		}
		if (begin(&store, request->volumes, mount, err) < 0)
			return error_wrap(err, "volume %s", mount->volume);
	}
	return 0;
}

bool run_volumes_are_fresh(const struct run_request *request)
{
	const struct run_volumes *volumes = request->volumes;

	for (size_t i = 0; volumes && i < volumes->count; i++)
		if (volumes->items[i].fresh >= 0)
			return true;
	return false;
}

void run_volumes_copied(const struct run_request *request)
{
	struct run_volumes *volumes = request->volumes;

	for (size_t i = 0; volumes && i < volumes->count; i++)
		volume_use_copied(&volumes->items[i]);
}
