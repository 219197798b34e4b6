// SPDX-License-Identifier: Apache-2.0
/* The first two rungs: namespaces, and the ids in them. */
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/caller.h"
#include "container/probe_cell.h"
#include "idmap/subid.h"

static int make_full(const struct caller *caller, struct cell_maps *ret,
		     struct error *err)
{
	auto_with(subids_clear) struct subids subids = { 0 };

	if (caller->uid == 0)
		return caller_map_all(&ret->uids, &ret->gids, err);
	subids_find(caller->name, caller->uid, caller->gid, NULL, &subids);
	if (!subids.uids.count)
		return error_say(err, ENOENT, "%s", subids.message);
	id_map_make(&ret->uids, caller->uid, 0, &subids.uids);
	id_map_make(&ret->gids, caller->gid, 0, &subids.gids);
	if (!idmap_needs_helpers(&ret->uids, &ret->gids))
		return 0;
	return idmap_helpers_find(getenv("PATH"), &ret->helpers, err);
}

int cell_maps_make(enum probe_ids ids, struct cell_maps *ret, struct error *err)
{
	auto_with(caller_clear) struct caller caller = { 0 };

	caller_read(&caller);

	switch (ids) {
	case PROBE_IDS_NONE:
		return 0;
	case PROBE_IDS_SINGLE:
		id_map_add(&ret->uids, 0, caller.uid, 1);
		id_map_add(&ret->gids, 0, caller.gid, 1);
		return 0;
	case PROBE_IDS_FULL:
		break;
	}
	return make_full(&caller, ret, err);
}

static void say_namespaces(struct probe_state *state, struct finding *ret)
{
	(void)state;
	finding_say(ret, PROBE_OK,
		    "user, mnt, pid, net, ipc, uts and cgroup namespaces made");
}

void probe_namespaces(struct probe_state *state, struct finding *ret)
{
	struct error err = { 0 };

	if (cell_run(NULL, say_namespaces, state, ret, &err) == 0)
		return;
	finding_say(ret, PROBE_FAIL, "the namespaces can't be made");
	finding_error(ret, &err);
}

/* In the cell: are the ids there? */
static void check_ids(struct probe_state *state, struct finding *ret)
{
	(void)state;
	if (geteuid() != 0 || getegid() != 0)
		finding_say(ret, PROBE_FAIL,
			    "mapped, but id 0 is not there: uid %u, gid %u",
			    geteuid(), getegid());
	else
		finding_say(ret, PROBE_OK, "mapped");
}

static int try_ids(enum probe_ids ids, struct probe_state *state,
		   struct finding *ret, uint64_t *ret_count, struct error *err)
{
	auto_with(cell_maps_clear) struct cell_maps maps = { 0 };
	uint64_t count = 0;

	if (cell_maps_make(ids, &maps, err) < 0 ||
	    id_map_validate(&maps.uids, "uid", err) < 0 ||
	    id_map_validate(&maps.gids, "gid", err) < 0 ||
	    cell_run(&maps, check_ids, state, ret, err) < 0)
		return -err->code;
	for (size_t i = 0; i < maps.uids.count; i++)
		count += maps.uids.extents[i].count;
	if (ret->status == PROBE_OK)
		state->ids = ids;
	*ret_count = count;
	return 0;
}

/* The ids work; is there anything to be said about where they come from? */
static void judge_ranges(const struct caller *caller, uint64_t count,
			 struct finding *ret)
{
	static const struct subid_sources sources = { .thorough = true };
	auto_with(subids_clear) struct subids subids = { 0 };

	if (caller->uid == 0) {
		finding_say(ret, PROBE_OK, "%ju ids, each mapped to itself",
			    (uintmax_t)count);
		return;
	}
	subids_find(caller->name, caller->uid, caller->gid, &sources, &subids);
	finding_say(ret, PROBE_OK, "%ju uids mapped: 0 is %s, 1 and up from %u",
		    (uintmax_t)count, caller->name ? caller->name : "you",
		    subids.uids.count ? subids.uids.items[0].first : 0);
	if (subids.message) {
		ret->status = PROBE_WARN;
		finding_explain(ret, subids.message);
	}
}

void probe_maps(struct probe_state *state, struct finding *ret)
{
	auto_with(caller_clear) struct caller caller = { 0 };

	caller_read(&caller);
	struct error full = { 0 }, single = { 0 };
	uint64_t count = 0;

	if (try_ids(PROBE_IDS_FULL, state, ret, &count, &full) == 0) {
		if (ret->status == PROBE_OK)
			judge_ranges(&caller, count, ret);
		return;
	}
	if (try_ids(PROBE_IDS_SINGLE, state, ret, &count, &single) < 0) {
		finding_say(ret, PROBE_FAIL,
			    "not even your own id can be mapped");
		finding_error(ret, &single);
		return;
	}
	if (ret->status != PROBE_OK)
		return;
	finding_say(ret, PROBE_WARN,
		    "only your own id: chown and other users fail inside");
	finding_error(ret, &full);
}
