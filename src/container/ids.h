// SPDX-License-Identifier: Apache-2.0
/* The id maps of a container that doesn't say which: the caller, and the
 * caller's subordinate ids.
 */
#ifndef CONTAINER_IDS_H
#define CONTAINER_IDS_H

#include "container/caller.h"
#include "idmap/helpers.h"

/* Where the caller is to be found inside. Zero: as root. */
struct ids_wish {
	bool nomap;        /* nowhere */
	uint32_t uid, gid; /* else there */
};

/* What a user namespace needs to be mapped. */
struct ids {
	struct id_map uids, gids;
	struct idmap_helpers helpers; /* empty where none are needed */
};

void ids_clear(struct ids *ids);

/**
 * ids_check() - Can these maps be written here? Find what writes them
 * @ids:	.uids and .gids are given, .helpers is filled
 * @err:	Says what is missing, and the remedy
 *
 * Return: 0, negative errno
 */
must_check int ids_check(struct ids *ids, struct error *err);

/**
 * ids_map_ranges() - Map the caller and the caller's ranges
 * @ret:	Empty. Without ranges, or without the helpers that map them, the
 *		caller's own id alone, and a warning that says the remedy
 * @err:	For a @wish that can't do without ranges
 *
 * Return: 0, negative errno
 */
must_check int ids_map_ranges(const struct caller *caller,
			      const struct ids_wish *wish, struct ids *ret,
			      struct error *err);

/**
 * ids_map_same() - Map the caller, each id to itself
 * @with_ranges: And the caller's ranges
 * @ret:	Empty; for ids_clear(), also after a failure
 * @err:	There are no ranges, or no helpers that map them
 *
 * Return: 0, negative errno
 */
must_check int ids_map_same(bool with_ranges, struct ids *ret,
			    struct error *err);

#endif
