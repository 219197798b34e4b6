// SPDX-License-Identifier: Apache-2.0
#include "idmap/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

/* The kernel adds first and count in 32 bits, so the last id, (uid_t)-1, can't
 * be part of a map.
 */
#define IDS_END UINT32_MAX

/* "4294967294 4294967294 4294967295\n" */
#define LINE_MAX_LENGTH 33

void id_map_clear(struct id_map *map)
{
	free(map->extents);
	*map = (struct id_map){ 0 };
}

void id_ranges_clear(struct id_ranges *ranges)
{
	free(ranges->items);
	*ranges = (struct id_ranges){ 0 };
}

void id_ranges_add(struct id_ranges *ranges, uint32_t first, uint32_t count)
{
	if (count == 0)
		return;
	ranges->items = xrealloc_array(ranges->items, ranges->count + 1,
				       sizeof(*ranges->items));
	ranges->items[ranges->count++] = (struct id_range){ first, count };
}

uint64_t id_ranges_total(const struct id_ranges *ranges)
{
	uint64_t total = 0;

	for (size_t i = 0; i < ranges->count; i++)
		total += ranges->items[i].count;
	return total;
}

void id_ranges_subtract(struct id_ranges *ranges, uint32_t first,
			uint32_t count)
{
	uint64_t cut = first, cut_end = cut + count;
	struct id_ranges kept = { 0 };

	for (size_t i = 0; i < ranges->count; i++) {
		uint64_t at = ranges->items[i].first;
		uint64_t end = at + ranges->items[i].count;
		uint64_t left_end = end < cut ? end : cut;
		uint64_t right = at > cut_end ? at : cut_end;

		if (left_end > at)
			id_ranges_add(&kept, (uint32_t)at,
				      (uint32_t)(left_end - at));
		if (right < end)
			id_ranges_add(&kept, (uint32_t)right,
				      (uint32_t)(end - right));
	}
	id_ranges_clear(ranges);
	*ranges = kept;
}

bool id_range_overlaps(struct id_range a, struct id_range b)
{
	return a.first < (uint64_t)b.first + b.count &&
	       b.first < (uint64_t)a.first + a.count;
}

/* A number after blanks. Return: what follows it, NULL: there is none */
static const char *next_number(const char *at, uint32_t *ret)
{
	char digits[16];
	size_t length;
	uint64_t number;

	at += strspn(at, " ");
	length = strcspn(at, " \n");
	if (length >= sizeof(digits))
		return NULL;
	memcpy(digits, at, length);
	digits[length] = '\0';
	if (parse_number(digits, UINT32_MAX, &number) < 0)
		return NULL;
	*ret = (uint32_t)number;
	return at + length;
}

void id_map_parse(const char *text, struct id_map *ret)
{
	const char *at = text;
	uint32_t inside, outside, count;

	while (at && *at) {
		at = next_number(at, &inside);
		at = at ? next_number(at, &outside) : NULL;
		at = at ? next_number(at, &count) : NULL;
		if (!at)
			break;
		id_map_add(ret, inside, outside, count);
		at += strspn(at, " \n");
	}
}

void id_ranges_parse_map(const char *map_text, uint32_t own_id,
			 struct id_ranges *ret)
{
	auto_with(id_map_clear) struct id_map map = { 0 };

	id_map_parse(map_text, &map);
	for (size_t i = 0; i < map.count; i++)
		id_ranges_add(ret, map.extents[i].inside, map.extents[i].count);
	id_ranges_subtract(ret, own_id, 1);
}

void id_map_add(struct id_map *map, uint32_t inside, uint32_t outside,
		uint32_t count)
{
	if (count == 0)
		return;
	map->extents = xrealloc_array(map->extents, map->count + 1,
				      sizeof(*map->extents));
	map->extents[map->count++] =
		(struct id_extent){ inside, outside, count };
}

/* Lay one range over the ids inside from @next up to @limit. Return: how many
 * ids of it found room
 */
static uint32_t lay(struct id_map *map, uint64_t next, uint64_t limit,
		    struct id_range range)
{
	uint64_t room = next < limit ? limit - next : 0;
	uint32_t count = range.count < room ? range.count : (uint32_t)room;

	id_map_add(map, (uint32_t)next, range.first, count);
	return count;
}

void id_map_make(struct id_map *map, uint32_t me, uint32_t inside,
		 const struct id_ranges *ranges)
{
	uint64_t next = 0;
	bool placed = false;

	for (size_t i = 0; i < ranges->count; i++) {
		struct id_range range = ranges->items[i];
		uint32_t used = placed ? 0 : lay(map, next, inside, range);

		next += used;
		range.first += used;
		range.count -= used;
		if (!placed && next == inside) {
			id_map_add(map, inside, me, 1);
			next++;
			placed = true;
		}
		next += lay(map, next, IDS_END, range);
	}
	if (!placed)
		id_map_add(map, inside, me, 1);
}

void id_map_make_nomap(struct id_map *map, const struct id_ranges *ranges)
{
	uint64_t next = 0;

	for (size_t i = 0; i < ranges->count; i++)
		next += lay(map, next, IDS_END, ranges->items[i]);
}

int id_map_outside(const struct id_map *map, uint32_t inside,
		   uint32_t *ret_outside)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct id_extent *e = &map->extents[i];

		if (inside >= e->inside && inside - e->inside < e->count) {
			*ret_outside = e->outside + (inside - e->inside);
			return 0;
		}
	}
	return -ERANGE;
}

void id_map_make_same(struct id_map *map, uint32_t me,
		      const struct id_ranges *ranges)
{
	id_map_add(map, me, me, 1);
	for (size_t i = 0; i < ranges->count; i++)
		id_map_add(map, ranges->items[i].first, ranges->items[i].first,
			   ranges->items[i].count);
}

bool id_map_is_same_for(const struct id_map *map, const struct id_map *other)
{
	auto_with(id_ranges_clear) struct id_ranges left = { 0 };

	for (size_t i = 0; i < other->count; i++)
		id_ranges_add(&left, other->extents[i].outside,
			      other->extents[i].count);
	for (size_t i = 0; i < map->count; i++)
		if (map->extents[i].inside == map->extents[i].outside)
			id_ranges_subtract(&left, map->extents[i].inside,
					   map->extents[i].count);
	return id_ranges_total(&left) == 0;
}

bool id_map_has(const struct id_map *map, uint32_t inside)
{
	uint32_t outside;

	return id_map_outside(map, inside, &outside) == 0;
}

static int validate_extent(const struct id_extent *e, const char *what,
			   struct error *err)
{
	if (e->count == 0)
		return error_say(err, EINVAL,
				 "the %s map has an empty line for id %u", what,
				 e->inside);
	if ((uint64_t)e->inside + e->count > IDS_END ||
	    (uint64_t)e->outside + e->count > IDS_END)
		return error_say(
			err, EINVAL,
			"the %s map's line '%u %u %u' goes beyond the last id, 4294967294",
			what, e->inside, e->outside, e->count);
	return 0;
}

static int validate_pair(const struct id_extent *a, const struct id_extent *b,
			 const char *what, struct error *err)
{
	struct id_range in[] = { { a->inside, a->count },
				 { b->inside, b->count } };
	struct id_range out[] = { { a->outside, a->count },
				  { b->outside, b->count } };
	bool inside = id_range_overlaps(in[0], in[1]);

	if (!inside && !id_range_overlaps(out[0], out[1]))
		return 0;
	return error_say(
		err, EINVAL,
		"the %s map's lines '%u %u %u' and '%u %u %u' overlap %s the container",
		what, a->inside, a->outside, a->count, b->inside, b->outside,
		b->count, inside ? "inside" : "outside");
}

/* What a map costs in /proc/PID/uid_map, which takes less than one page. */
static int validate_size(const struct id_map *map, const char *what,
			 struct error *err)
{
	long page = sysconf(_SC_PAGESIZE);
	int size = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct id_extent *e = &map->extents[i];

		size += snprintf(NULL, 0, "%u %u %u\n", e->inside, e->outside,
				 e->count);
	}
	if (size >= page)
		return error_say(
			err, EINVAL,
			"the %s map is %d bytes long, and the kernel takes less than %ld",
			what, size, page);
	return 0;
}

int id_map_validate(const struct id_map *map, const char *what,
		    struct error *err)
{
	if (map->count == 0)
		return error_say(err, EINVAL, "the %s map is empty", what);
	if (map->count > IDMAP_EXTENTS_MAX)
		return error_say(
			err, EINVAL,
			"the %s map has %zu lines, and the kernel takes at most %d",
			what, map->count, IDMAP_EXTENTS_MAX);
	for (size_t i = 0; i < map->count; i++) {
		const struct id_extent *e = &map->extents[i];

		if (validate_extent(e, what, err) < 0)
			return -EINVAL;
		for (size_t j = 0; j < i; j++)
			if (validate_pair(&map->extents[j], e, what, err) < 0)
				return -EINVAL;
	}
	return validate_size(map, what, err);
}

char *id_map_print(const struct id_map *map)
{
	size_t room = map->count * LINE_MAX_LENGTH + 1, at = 0;
	char *text = xcalloc(room, 1);

	for (size_t i = 0; i < map->count; i++) {
		const struct id_extent *e = &map->extents[i];
		int n = snprintf(text + at, room - at, "%u %u %u\n", e->inside,
				 e->outside, e->count);

		at += (size_t)n;
	}
	return text;
}
