// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/cleanup.h"
#include "idmap/map.h"

static struct id_ranges ranges_of(const struct id_range *items, size_t count)
{
	struct id_ranges ranges = { 0 };

	for (size_t i = 0; i < count; i++)
		id_ranges_add(&ranges, items[i].first, items[i].count);
	return ranges;
}

struct make_case {
	uint32_t inside;
	struct id_range ranges[3];
	char text[128];
};

ParameterizedTestParameters(map, makes)
{
	static struct make_case cases[] = {
		{ 0, { { 0, 0 } }, "0 1000 1\n" },
		{ 1000, { { 0, 0 } }, "1000 1000 1\n" },
		{ 0, { { 100000, 65536 } }, "0 1000 1\n1 100000 65536\n" },
		{ 0,
		  { { 100000, 10 }, { 200000, 5 } },
		  "0 1000 1\n1 100000 10\n11 200000 5\n" },
		{ 1000,
		  { { 100000, 65536 } },
		  "0 100000 1000\n1000 1000 1\n1001 101000 64536\n" },
		{ 1000,
		  { { 100000, 400 }, { 200000, 600 }, { 300000, 7 } },
		  "0 100000 400\n400 200000 600\n1000 1000 1\n1001 300000 7\n" },
		{ 1000, { { 100000, 3 } }, "0 100000 3\n1000 1000 1\n" },
	};

	return cr_make_param_array(struct make_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct make_case *c, map, makes)
{
	auto_with(id_ranges_clear) struct id_ranges ranges =
		ranges_of(c->ranges, ARRAY_COUNT(c->ranges));
	auto_with(id_map_clear) struct id_map map = { 0 };
	struct error err = { 0 };

	id_map_make(&map, 1000, c->inside, &ranges);

	auto_free char *text = id_map_print(&map);

	cr_assert_str_eq(text, c->text);
	cr_assert_eq(id_map_validate(&map, "uid", &err), 0, "%s", err.text);
}

Test(map, without_me_begins_at_zero)
{
	auto_with(id_ranges_clear) struct id_ranges ranges = ranges_of(
		(struct id_range[]){ { 100000, 5 }, { 200000, 5 } }, 2);
	auto_with(id_map_clear) struct id_map map = { 0 };

	id_map_make_nomap(&map, &ranges);

	auto_free char *text = id_map_print(&map);

	cr_assert_str_eq(text, "0 100000 5\n5 200000 5\n");
}

Test(map, translates_what_is_mapped_and_nothing_else)
{
	auto_with(id_map_clear) struct id_map map = { 0 };
	uint32_t outside = 77;

	id_map_add(&map, 0, 1000, 1);
	id_map_add(&map, 1, 100000, 10);
	cr_assert(id_map_has(&map, 10));
	cr_assert_not(id_map_has(&map, 11));
	cr_assert_eq(id_map_outside(&map, 11, &outside), -ERANGE);
	cr_assert_eq(outside, 77);
	cr_assert_eq(id_map_outside(&map, 10, &outside), 0);
	cr_assert_eq(outside, 100009);
}

struct bad_case {
	struct id_extent extents[2];
	char words[48];
};

ParameterizedTestParameters(map, bad)
{
	static struct bad_case cases[] = {
		{ { { 0, 0, UINT32_MAX }, { 0, 0, 0 } }, "" },
		{ { { 0, 1, UINT32_MAX }, { 0, 0, 0 } }, "beyond the last" },
		{ { { 9, 0, UINT32_MAX }, { 0, 0, 0 } }, "beyond the last" },
		{ { { 0, 5, 10 }, { 9, 100, 1 } }, "overlap inside" },
		{ { { 0, 5, 10 }, { 10, 14, 1 } }, "overlap outside" },
		{ { { 0, 5, 10 }, { 10, 15, 1 } }, "" },
	};

	return cr_make_param_array(struct bad_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct bad_case *c, map, bad)
{
	auto_with(id_map_clear) struct id_map map = { 0 };
	struct error err = { 0 };

	for (int i = 0; i < 2; i++)
		id_map_add(&map, c->extents[i].inside, c->extents[i].outside,
			   c->extents[i].count);
	cr_assert_eq(id_map_validate(&map, "gid", &err),
		     *c->words ? -EINVAL : 0);
	cr_assert(strstr(err.text, c->words), "%s", err.text);
}

Test(map, of_no_lines_is_refused)
{
	struct id_map map = { 0 };
	struct error err;

	cr_assert_eq(id_map_validate(&map, "uid", &err), -EINVAL);
	cr_assert_str_eq(err.text, "the uid map is empty");
}

Test(map, of_an_empty_line_is_refused)
{
	struct id_extent extent = { 3, 4, 0 };
	struct id_map map = { &extent, 1 };
	struct error err;

	cr_assert_eq(id_map_validate(&map, "uid", &err), -EINVAL);
	cr_assert_str_eq(err.text, "the uid map has an empty line for id 3");
}

Test(map, is_limited_in_lines_and_in_bytes)
{
	auto_with(id_map_clear) struct id_map map = { 0 };
	struct error err;

	for (uint32_t i = 0; i < IDMAP_EXTENTS_MAX; i++)
		id_map_add(&map, 4000000000 + 2 * i, 3000000000 + 2 * i, 1);
	cr_assert_eq(id_map_validate(&map, "uid", &err), -EINVAL);
	cr_assert(strstr(err.text, "bytes long"), "%s", err.text);
	id_map_add(&map, 1, 1, 1);
	cr_assert_eq(id_map_validate(&map, "uid", &err), -EINVAL);
	cr_assert(strstr(err.text, "at most 340"), "%s", err.text);
}

Test(ranges, lose_what_is_subtracted)
{
	auto_with(id_ranges_clear) struct id_ranges ranges =
		ranges_of((struct id_range[]){ { 10, 10 }, { 30, 10 } }, 2);

	id_ranges_subtract(&ranges, 12, 1);
	id_ranges_subtract(&ranges, 38, 100);
	cr_assert_eq(ranges.count, 3);
	cr_assert_eq(ranges.items[0].first, 10);
	cr_assert_eq(ranges.items[0].count, 2);
	cr_assert_eq(ranges.items[1].first, 13);
	cr_assert_eq(ranges.items[1].count, 7);
	cr_assert_eq(ranges.items[2].count, 8);
	cr_assert_eq(id_ranges_total(&ranges), 17);
}

Test(ranges, are_those_of_a_namespace_without_oneself)
{
	auto_with(id_ranges_clear) struct id_ranges ranges = { 0 };

	id_ranges_parse_map("         0     100000       1000\n"
			    "      1000       1001          1\n",
			    0, &ranges);
	cr_assert_eq(ranges.count, 2);
	cr_assert_eq(ranges.items[0].first, 1);
	cr_assert_eq(ranges.items[0].count, 999);
	cr_assert_eq(ranges.items[1].first, 1000);
	cr_assert_eq(ranges.items[1].count, 1);
}

Test(map, same_is_me_and_my_ranges)
{
	const struct id_range given[] = { { 100000, 10 }, { 200000, 5 } };
	auto_with(id_ranges_clear) struct id_ranges ranges =
		ranges_of(given, ARRAY_COUNT(given));
	auto_with(id_map_clear) struct id_map map = { 0 };

	id_map_make_same(&map, 1000, &ranges);

	auto_free char *text = id_map_print(&map);

	cr_assert_str_eq(text, "1000 1000 1\n100000 100000 10\n"
			       "200000 200000 5\n");
}

struct same_case {
	char map[96], other[96];
	bool is_same;
};

ParameterizedTestParameters(map, same_for)
{
	static struct same_case cases[] = {
		{ "1000 1000 1\n100000 100000 10\n", "0 1000 1\n1 100000 10\n",
		  true },
		{ "         0          0 4294967295\n",
		  "0 1000 1\n1 100000 10\n", true },
		{ "100000 100000 5\n100005 100005 5\n", "0 100002 6\n", true },
		{ "1000 1000 1\n100000 100000 10\n", "0 1000 1\n1 100000 11\n",
		  false },
		{ "1000 1000 1\n", "0 1000 1\n1 100000 10\n", false },
		{ "0 1000 1\n1 100000 10\n", "0 1000 1\n1 100000 10\n", false },
		{ "0 1000 1\n", "0 1000 1\n", false },
		{ "", "0 1000 1\n", false },
		{ "no map\n", "0 1000 1\n", false },
	};

	return cr_make_param_array(struct same_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct same_case *c, map, same_for)
{
	auto_with(id_map_clear) struct id_map map = { 0 };
	auto_with(id_map_clear) struct id_map other = { 0 };

	id_map_parse(c->map, &map);
	id_map_parse(c->other, &other);
	cr_assert_eq(id_map_is_same_for(&map, &other), c->is_same);
}
