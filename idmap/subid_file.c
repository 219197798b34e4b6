// SPDX-License-Identifier: Apache-2.0
#include "idmap/subid_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"

#define FIRST_FREE 100000 /* SUB_UID_MIN of login.defs(5) */

/* Decimal digits up to @end. Return: 0, -EINVAL, -ERANGE */
static int read_number(const char *start, const char *end, uint32_t *ret)
{
	char digits[16];
	uint64_t number;
	size_t length = (size_t)(end - start);

	if (length >= sizeof(digits))
		return -ERANGE;
	memcpy(digits, start, length);
	digits[length] = '\0';

	int result = parse_number(digits, UINT32_MAX, &number);

	if (result == 0)
		*ret = (uint32_t)number;
	return result;
}

/* FIRST:COUNT between @start and @end. Return: 0, -EINVAL, -ERANGE */
static int read_range(const char *start, const char *end, struct id_range *ret)
{
	const char *colon = memchr(start, ':', (size_t)(end - start));
	struct id_range range = { 0 };

	if (!colon || read_number(start, colon, &range.first) < 0 ||
	    read_number(colon + 1, end, &range.count) < 0)
		return -EINVAL;
	if (range.count == 0 || range.count > UINT32_MAX - range.first)
		return -ERANGE;
	*ret = range;
	return 0;
}

bool subid_line_next(const char **at, struct subid_line *line)
{
	const char *start = *at;

	if (!*start)
		return false;

	size_t length = strcspn(start, "\n");
	size_t owner = strcspn(start, ":\n");
	struct id_range range = { 0 };
	bool bad = owner == length ||
		   read_range(start + owner + 1, start + length, &range) < 0;

	*line = (struct subid_line){
		.start = start,
		.length = length,
		.owner_length = owner,
		.number = line->number + 1,
		.range = range,
		.bad = bad,
	};
	*at = start + length + (start[length] == '\n');
	return true;
}

bool subid_line_is_of(const struct subid_line *line, const char *name,
		      uid_t uid)
{
	const char *end = line->start + line->owner_length;
	uint32_t number;

	if (name && strlen(name) == line->owner_length &&
	    !memcmp(name, line->start, line->owner_length))
		return true;
	return read_number(line->start, end, &number) == 0 && number == uid;
}

static int by_first(const void *a, const void *b)
{
	const struct id_range *one = a, *other = b;

	return (one->first > other->first) - (one->first < other->first);
}

static void collect(const char *text, struct id_ranges *all)
{
	struct subid_line line = { 0 };

	while (subid_line_next(&text, &line))
		id_ranges_add(all, line.range.first, line.range.count);
}

int subid_file_free_range(const char *const texts[2], uint32_t count,
			  struct id_range *ret)
{
	auto_with(id_ranges_clear) struct id_ranges all = { 0 };
	uint64_t first = FIRST_FREE;

	collect(texts[0], &all);
	collect(texts[1], &all);
	if (all.count)
		qsort(all.items, all.count, sizeof(*all.items), by_first);
	for (size_t i = 0; i < all.count; i++) {
		uint64_t end =
			(uint64_t)all.items[i].first + all.items[i].count;

		if (all.items[i].first >= first + count)
			break;
		if (end > first)
			first = end;
	}
	if (first + count > UINT32_MAX)
		return -ENOSPC;
	*ret = (struct id_range){ (uint32_t)first, count };
	return 0;
}

/* The third field of the line of passwd(5) at @at. Return: 0, negative errno */
static int read_passwd_uid(const char *at, uint32_t *ret)
{
	const char *field = at;

	for (int i = 0; i < 2; i++) {
		field += strcspn(field, ":\n");
		if (*field++ != ':')
			return -EINVAL;
	}
	return read_number(field, field + strcspn(field, ":\n"), ret);
}

bool subid_covers_user(const struct id_ranges *ranges, const char *passwd,
		       uid_t *ret_uid)
{
	while (*passwd) {
		struct id_range user = { 0, 1 };
		bool known = read_passwd_uid(passwd, &user.first) == 0;

		for (size_t i = 0; known && i < ranges->count; i++)
			if (id_range_overlaps(ranges->items[i], user)) {
				*ret_uid = user.first;
				return true;
			}
		passwd += strcspn(passwd, "\n");
		passwd += *passwd == '\n';
	}
	return false;
}
