// SPDX-License-Identifier: Apache-2.0
/* Which ids of the container are which of ours: user_namespaces(7). Pure. */
#ifndef IDMAP_MAP_H
#define IDMAP_MAP_H

#include <stdint.h>

#include "base/error.h"

/* The kernel takes at most 340 lines (UID_GID_MAP_MAX_EXTENTS). */
#define IDMAP_EXTENTS_MAX 340

/* One line of a uid_map. */
struct id_extent {
	uint32_t inside;  /* first id in the container's user namespace */
	uint32_t outside; /* first id in the caller's user namespace */
	uint32_t count;
};

/* One map, of uids or of gids. Zero is the empty map. */
struct id_map {
	struct id_extent *extents; /* owned, in order of .inside */
	size_t count;
};

/* First id and count, in the caller's user namespace. */
struct id_range {
	uint32_t first;
	uint32_t count;
};

struct id_ranges {
	struct id_range *items; /* owned */
	size_t count;
};

void id_map_clear(struct id_map *map);
void id_ranges_clear(struct id_ranges *ranges);

/** id_ranges_add() - Append a range; @count 0 adds nothing. */
void id_ranges_add(struct id_ranges *ranges, uint32_t first, uint32_t count);

/** id_ranges_total() - How many ids they are together. */
uint64_t id_ranges_total(const struct id_ranges *ranges);

/**
 * id_ranges_subtract() - Take ids out, splitting a range that has them within
 *
 * The order of what remains is kept.
 */
void id_ranges_subtract(struct id_ranges *ranges, uint32_t first,
			uint32_t count);

/**
 * id_ranges_parse_map() - The ids that a user namespace has
 * @map_text:	Of its /proc/PID/uid_map or gid_map
 * @own_id:	Left out
 *
 * For callers with CAP_SETUID there, who need no subordinate ids.
 */
void id_ranges_parse_map(const char *map_text, uint32_t own_id,
			 struct id_ranges *ret);

/** id_range_overlaps() - Have they an id in common? */
bool id_range_overlaps(struct id_range a, struct id_range b);

/** id_map_add() - Append an extent; @count 0 adds nothing. */
void id_map_add(struct id_map *map, uint32_t inside, uint32_t outside,
		uint32_t count);

/**
 * id_map_make() - The usual map: one id is me, the others come from my ranges
 * @map:	Empty; gets the result
 * @me:		My own id outside
 * @inside:	What I am inside: 0 by default, my own id for keep-id
 * @ranges:	Subordinate ids without @me, laid end to end over the ids inside
 *		that are not @inside, from 0 upwards
 *
 * With no ranges: the single extent @inside ← @me.
 */
void id_map_make(struct id_map *map, uint32_t me, uint32_t inside,
		 const struct id_ranges *ranges);

/** id_map_make_nomap() - As id_map_make(), but I myself am not in it. */
void id_map_make_nomap(struct id_map *map, const struct id_ranges *ranges);

/**
 * id_map_make_same() - I and my ranges, each id mapped to itself
 * @map:	Empty; gets the result
 * @ranges:	As above
 */
void id_map_make_same(struct id_map *map, uint32_t me,
		      const struct id_ranges *ranges);

/** id_map_is_same_for() - Are all ids outside of @other themselves in @map? */
bool id_map_is_same_for(const struct id_map *map, const struct id_map *other);

/**
 * id_map_parse() - Read /proc/PID/uid_map or gid_map
 * @ret:	Gets the lines up to the first that isn't one
 */
void id_map_parse(const char *text, struct id_map *ret);

/** id_map_has() - Is @inside mapped? */
bool id_map_has(const struct id_map *map, uint32_t inside);

/**
 * id_map_outside() - Translate outwards
 *
 * Return: 0, -ERANGE when @inside isn't mapped
 */
must_check int id_map_outside(const struct id_map *map, uint32_t inside,
			      uint32_t *ret_outside);

/**
 * id_map_validate() - Would the kernel take it?
 * @what:	"uid" or "gid", for the message
 * @err:	EINVAL: empty, more than IDMAP_EXTENTS_MAX lines, an extent of
 *		size 0 or beyond the last id, two that overlap on either side,
 *		or a text of a page or more
 *
 * Return: 0, -EINVAL
 */
must_check int id_map_validate(const struct id_map *map, const char *what,
			       struct error *err);

/** id_map_print() - The text for /proc/PID/uid_map; owned by the caller. */
char *id_map_print(const struct id_map *map);

#endif
