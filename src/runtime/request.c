// SPDX-License-Identifier: Apache-2.0
#include "runtime/request.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "container/device_nodes.h"
#include "oci/spec_read.h"

#define CONFIG_MAX (16U << 20)

void request_clear(struct request *request)
{
	free(request->bundle);
	free(request->config);
	spec_clear(&request->spec);
	caller_clear(&request->caller);
	idmap_helpers_clear(&request->ids.helpers);
}

/* The bundle's directory; where a file was named, it is the configuration. */
static int find_bundle(const char *bundle, const char *config,
		       struct request *ret, char **ret_config,
		       struct error *err)
{
	auto_free char *path = realpath(bundle, NULL);
	struct stat st;

	if (!path || stat(path, &st) < 0)
		return error_set(err, errno, "bundle %s", bundle);
	if (!S_ISDIR(st.st_mode)) {
		if (config)
			return error_say(err, ENOTDIR,
					 "bundle %s: it is not a directory",
					 bundle);
		*ret_config = xstrdup(path);
		*strrchr(path, '/') = '\0';
		ret->bundle = xstrdup(*path ? path : "/");
		return 0;
	}
	ret->bundle = steal_ptr(&path);
	*ret_config = config ? xstrdup(config)
			     : xasprintf("%s/config.json", ret->bundle);
	return 0;
}

/* Read once: what is kept of it for later is what was read now. */
static int read_config(const char *path, struct request *ret, struct error *err)
{
	if (file_read_text(path, CONFIG_MAX, &ret->config, &ret->config_size,
			   err) < 0)
		return -err->code;
	if (strlen(ret->config) != ret->config_size)
		return error_say(err, EINVAL, "%s: a NUL character", path);
	if (spec_read_text(ret->config, ret->bundle, &ret->spec, err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}

static bool is_single(const struct id_map *map)
{
	return map->count == 1 && map->extents[0].count == 1;
}

static int fill_maps(struct request *request, struct error *err)
{
	static const struct ids_wish as_root = { 0 };
	struct spec *spec = &request->spec;
	struct ids *ids = &request->ids;
	int result;

	if (spec->uids.count) {
		struct ids given = { spec->uids, spec->gids, { 0 } };

		result = ids_check(&given, err);
		ids->helpers = given.helpers;
		return result;
	}
	caller_read(&request->caller);
	if (request->caller.uid == 0)
		return caller_map_all(&spec->uids, &spec->gids, err);
	result = ids_map_ranges(&request->caller, &as_root, ids, err);
	spec->uids = ids->uids;
	spec->gids = ids->gids;
	ids->uids = ids->gids = (struct id_map){ 0 };
	return result;
}

static int tell_deviations(const struct strv *deviations, bool strict,
			   struct error *err)
{
	for (size_t i = 0; i < deviations->count; i++) {
		if (strict)
			return error_say(err, EINVAL, "%s (--strict)",
					 deviations->items[i]);
		log_warning("%s", deviations->items[i]);
	}
	return 0;
}

int request_read(const char *bundle, const char *config, bool strict,
		 struct request *ret, struct error *err)
{
	struct spec_namespace *user = &ret->spec.namespaces[NS_USER];
	auto_free char *path = NULL;

	if (find_bundle(bundle, config, ret, &path, err) < 0 ||
	    read_config(path, ret, err) < 0 ||
	    tell_deviations(&ret->spec.deviations, strict, err) < 0)
		return -err->code;
	ret->spec.own_proc = strict;
	device_nodes_find(&ret->spec);
	if (geteuid() != 0)
		user->wanted = true;
	if (!user->wanted || user->path)
		return 0;
	if (fill_maps(ret, err) < 0)
		return -err->code;
	ret->spec.deny_setgroups = is_single(&ret->spec.gids) &&
				   (geteuid() != 0 || !caller_may_set_groups());
	return 0;
}
