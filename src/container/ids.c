// SPDX-License-Identifier: Apache-2.0
#include "container/ids.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "idmap/apply.h"
#include "idmap/subid.h"

void ids_clear(struct ids *ids)
{
	id_map_clear(&ids->uids);
	id_map_clear(&ids->gids);
	idmap_helpers_clear(&ids->helpers);
}

static void make_maps(const struct ids_wish *wish, const struct caller *caller,
		      const struct subids *subids, struct ids *ret)
{
	if (wish->nomap) {
		id_map_make_nomap(&ret->uids, &subids->uids);
		id_map_make_nomap(&ret->gids, &subids->gids);
		return;
	}
	id_map_make(&ret->uids, caller->uid, wish->uid, &subids->uids);
	id_map_make(&ret->gids, caller->gid, wish->gid, &subids->gids);
}

int ids_check(struct ids *ids, struct error *err)
{
	if (!idmap_needs_helpers(&ids->uids, &ids->gids))
		return 0;
	if (!caller_has_ids(&ids->uids, &ids->gids))
		return error_say(
			err, EPERM,
			"the ranges in /etc/subuid and /etc/subgid are not there in the user namespace around us; give the outer container more ids");
	return idmap_helpers_find(getenv("PATH"), &ids->helpers, err);
}

int ids_map_ranges(const struct caller *caller, const struct ids_wish *wish,
		   struct ids *ret, struct error *err)
{
	static const char lost[] =
		"only your own id is mapped: chown, other users and setgroups fail in the container";
	auto_with(subids_clear) struct subids subids = { 0 };
	struct error why = { 0 };

	subids_find(caller->name, caller->uid, caller->gid, NULL, &subids);
	make_maps(wish, caller, &subids, ret);
	if (!subids.uids.count)
		(void)error_say(&why, ENOENT, "%s", subids.message);
	else if (ids_check(ret, &why) == 0 && subids.message)
		log_warning("%s", subids.message);
	if (!why.code)
		return 0;
	if (wish->nomap) {
		*err = why;
		return -err->code;
	}
	log_warning("%s: %s", lost, why.text);
	id_map_clear(&ret->uids);
	id_map_clear(&ret->gids);
	make_maps(wish, caller, &(struct subids){ 0 }, ret);
	return 0;
}

int ids_map_same(bool with_ranges, struct ids *ret, struct error *err)
{
	auto_with(caller_clear) struct caller caller = { 0 };
	auto_with(subids_clear) struct subids subids = { 0 };

	caller_read(&caller);
	if (with_ranges)
		subids_find(caller.name, caller.uid, caller.gid, NULL, &subids);
	if (with_ranges && !subids.uids.count)
		return error_say(err, ENOENT, "%s", subids.message);
	id_map_make_same(&ret->uids, caller.uid, &subids.uids);
	id_map_make_same(&ret->gids, caller.gid, &subids.gids);
	return ids_check(ret, err);
}
