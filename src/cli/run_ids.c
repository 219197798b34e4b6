// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "cli/run_settings.h"
#include "container/ids.h"

/* --userns, read. */
struct userns_wish {
	bool keep_id;
	struct ids_wish ids;
};

static int read_keep_id(const char *options, struct userns_wish *ret,
			struct error *err)
{
	auto_free char *copy = xstrdup(options);
	char *rest = copy, *word;

	while ((word = strsep(&rest, ","))) {
		bool is_uid = !strncmp(word, "uid=", 4);

		if ((!is_uid && strncmp(word, "gid=", 4) != 0) ||
		    parse_id(word + 4, is_uid ? &ret->ids.uid : &ret->ids.gid) <
			    0)
			return error_say(
				err, EINVAL,
				"--userns=keep-id: '%s' is not uid=N or gid=N",
				word);
	}
	return 0;
}

static int read_wish(const char *word, const struct caller *caller,
		     struct userns_wish *ret, struct error *err)
{
	*ret = (struct userns_wish){ 0 };
	if (!word || !*word || !strcmp(word, "host"))
		return 0;
	if (!strcmp(word, "nomap")) {
		ret->ids.nomap = true;
		return 0;
	}
	if (!strcmp(word, "keep-id") || !strncmp(word, "keep-id:", 8)) {
		ret->keep_id = true;
		ret->ids.uid = caller->uid;
		ret->ids.gid = caller->gid;
		return word[7] ? read_keep_id(word + 8, ret, err) : 0;
	}
	return error_say(
		err, EINVAL,
		"--userns: '%s' is not one of host, keep-id, keep-id:uid=N,gid=N, nomap",
		word);
}

/* Hand over what was found to whom it is for. */
static void take(struct ids *ids, struct run_request *request)
{
	request->spec.uids = ids->uids;
	request->spec.gids = ids->gids;
	request->helpers = ids->helpers;
	*ids = (struct ids){ 0 };
}

/* Can the bundle's own maps be written here? */
static int check_maps(struct run_request *request, struct error *err)
{
	struct ids ids = { request->spec.uids, request->spec.gids, { 0 } };
	int result = ids_check(&ids, err);

	request->helpers = ids.helpers;
	return result;
}

/* The ranges and the helpers that map them; without either, just me. */
static int map_ranges(const struct userns_wish *wish,
		      struct run_request *request, struct error *err)
{
	auto_with(ids_clear) struct ids ids = { 0 };

	if (ids_map_ranges(&request->caller, &wish->ids, &ids, err) < 0)
		return error_wrap(err, "--userns=nomap");
	take(&ids, request);
	return 0;
}

static bool is_single(const struct id_map *map)
{
	return map->count == 1 && map->extents[0].count == 1;
}

static int set_maps(const struct run_settings *settings,
		    const struct userns_wish *wish, struct run_request *request,
		    struct error *err)
{
	struct spec *spec = &request->spec;

	if (spec->uids.count || spec->gids.count) {
		if (settings->userns)
			return error_say(
				err, EINVAL,
				"--userns: the bundle has id mappings of its own");
		return check_maps(request, err);
	}
	if (request->caller.uid == 0 && !wish->ids.nomap)
		return caller_map_all(&spec->uids, &spec->gids, err);
	return map_ranges(wish, request, err);
}

int run_set_ids(const struct run_settings *settings,
		struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	struct userns_wish wish;

	if (read_wish(settings->userns, &request->caller, &wish, err) < 0)
		return -err->code;
	if (!spec->namespaces[NS_USER].wanted || spec->namespaces[NS_USER].path)
		return 0;
	if (set_maps(settings, &wish, request, err) < 0)
		return -err->code;
	spec->deny_setgroups = is_single(&spec->gids);
	if (wish.keep_id && !request->is_bundle) {
		spec->process.user.uid = wish.ids.uid;
		spec->process.user.gid = wish.ids.gid;
	}
	return 0;
}
