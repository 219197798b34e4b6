// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/parse.h"
#include "cli/run_settings.h"
#include "idmap/subid.h"

/* --userns, read. */
struct userns_wish {
	bool keep_id, nomap;
	uint32_t uid, gid; /* what I am inside */
};

static int read_keep_id(const char *options, struct userns_wish *ret,
			struct error *err)
{
	auto_free char *copy = xstrdup(options);
	char *rest = copy, *word;

	while ((word = strsep(&rest, ","))) {
		bool is_uid = !strncmp(word, "uid=", 4);

		if ((!is_uid && strncmp(word, "gid=", 4) != 0) ||
		    parse_id(word + 4, is_uid ? &ret->uid : &ret->gid) < 0)
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
		ret->nomap = true;
		return 0;
	}
	if (!strcmp(word, "keep-id") || !strncmp(word, "keep-id:", 8)) {
		ret->keep_id = true;
		ret->uid = caller->uid;
		ret->gid = caller->gid;
		return word[7] ? read_keep_id(word + 8, ret, err) : 0;
	}
	return error_say(
		err, EINVAL,
		"--userns: '%s' is not one of host, keep-id, keep-id:uid=N,gid=N, nomap",
		word);
}

static void make_maps(const struct userns_wish *wish,
		      const struct caller *caller, const struct subids *subids,
		      struct spec *spec)
{
	if (wish->nomap) {
		id_map_make_nomap(&spec->uids, &subids->uids);
		id_map_make_nomap(&spec->gids, &subids->gids);
		return;
	}
	id_map_make(&spec->uids, caller->uid, wish->uid, &subids->uids);
	id_map_make(&spec->gids, caller->gid, wish->gid, &subids->gids);
}

/* Can these maps be written here? */
static int check_maps(struct run_request *request, struct error *err)
{
	const struct id_map *uids = &request->spec.uids;
	const struct id_map *gids = &request->spec.gids;

	if (!idmap_needs_helpers(uids, gids))
		return 0;
	if (!caller_has_ids(uids, gids))
		return error_say(
			err, EPERM,
			"the ranges in /etc/subuid and /etc/subgid are not there in the user namespace around us; give the outer container more ids");
	return idmap_helpers_find(getenv("PATH"), &request->helpers, err);
}

/* The ranges and the helpers that map them; without either, just me. */
static int map_ranges(const struct userns_wish *wish,
		      struct run_request *request, struct error *err)
{
	static const char lost[] =
		"only your own id is mapped: chown, other users and setgroups fail in the container";
	const struct caller *caller = &request->caller;
	auto_with(subids_clear) struct subids subids = { 0 };
	struct spec *spec = &request->spec;
	struct error why = { 0 };

	subids_find(caller->name, caller->uid, caller->gid, NULL, &subids);
	make_maps(wish, caller, &subids, spec);
	if (!subids.uids.count)
		(void)error_say(&why, ENOENT, "%s", subids.message);
	else if (check_maps(request, &why) == 0 && subids.message)
		log_warning("%s", subids.message);
	if (!why.code)
		return 0;
	if (wish->nomap) {
		*err = why;
		return error_wrap(err, "--userns=nomap");
	}
	log_warning("%s: %s", lost, why.text);
	id_map_clear(&spec->uids);
	id_map_clear(&spec->gids);
	make_maps(wish, caller, &(struct subids){ 0 }, spec);
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
	if (request->caller.uid == 0 && !wish->nomap)
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
	if (!spec->namespaces[NS_USER].wanted)
		return 0;
	if (set_maps(settings, &wish, request, err) < 0)
		return -err->code;
	spec->deny_setgroups = is_single(&spec->gids);
	if (wish.keep_id && !request->is_bundle) {
		spec->process.user.uid = wish.uid;
		spec->process.user.gid = wish.gid;
	}
	return 0;
}
