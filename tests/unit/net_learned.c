// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "net/learned.h"

static struct learned table;

static struct address address(uint32_t number)
{
	struct address result = { .family = AF_INET };

	memcpy(result.bytes, &number, sizeof(number));
	return result;
}

static bool add(uint32_t number, uint16_t rule, int64_t until_ms)
{
	struct address at = address(number);

	return learned_add(&table, &at, rule, "example.org", until_ms);
}

/* Return: how many entries there are */
static int count(uint32_t number, int64_t now_ms)
{
	struct address at = address(number);
	uint16_t entry = 0;
	int found = 0;

	while ((entry = learned_find(&table, &at, entry, now_ms)))
		found++;
	return found;
}

Test(learned, is_known_until_its_time)
{
	struct address six = { .family = AF_INET6 };
	uint16_t entry;

	cr_assert(add(7, 3, 1000));
	cr_assert_eq(count(7, 999), 1);
	cr_assert_eq(count(7, 1000), 0);
	cr_assert_eq(count(8, 0), 0);
	memcpy(six.bytes, address(7).bytes, 4);
	cr_assert_eq(learned_find(&table, &six, 0, 0), 0);
	six = address(7);
	entry = learned_find(&table, &six, 0, 0);
	cr_assert_eq(table.entries[entry].rule, 3);
	cr_assert_str_eq(table.entries[entry].name, "example.org");
}

Test(learned, an_address_can_be_of_several_rules)
{
	cr_assert(add(7, 3, 1000));
	cr_assert(add(7, 4, 2000));
	cr_assert_eq(count(7, 0), 2);
	cr_assert_eq(count(7, 1500), 1);
}

Test(learned, the_longer_time_counts)
{
	cr_assert(add(7, 3, 1000));
	cr_assert(add(7, 3, 5000));
	cr_assert(add(7, 3, 2000));
	cr_assert_eq(count(7, 4999), 1);
	cr_assert_eq(table.used, 1);
}

Test(learned, what_ends_first_makes_room)
{
	for (uint32_t i = 1; i <= LEARNED_MAX; i++)
		cr_assert(add(i, 0, i == 77 ? 10 : 1000 + i));
	cr_assert_eq(count(77, 0), 1);
	cr_assert(add(100000, 0, 5000));
	cr_assert_eq(count(77, 0), 0);
	cr_assert_eq(count(1, 0), 1);
	cr_assert_eq(count(100000, 0), 1);
	/* All chains are whole. */
	for (uint32_t i = 1; i <= LEARNED_MAX; i++)
		cr_assert_eq(count(i, 0), i != 77, "%u", i);
}

Test(learned, what_is_for_ever_makes_no_room)
{
	for (uint32_t i = 1; i <= LEARNED_MAX; i++)
		cr_assert(add(i, 0, LEARNED_FOREVER));
	cr_assert_not(add(100000, 0, 5000));
	cr_assert_not(add(100000, 0, LEARNED_FOREVER));
	cr_assert(add(1, 0, 5), "known already");
	cr_assert_eq(count(1, 1000000), 1);
}

Test(learned, another_table_is_taken_over_as_far_as_it_makes_sense)
{
	static struct learned taken;
	struct address at = address(1);
	uint16_t entry;

	cr_assert(add(1, 0, 5000));
	cr_assert(add(1, 1, LEARNED_FOREVER));
	cr_assert(add(2, 2, 5000)); /* there is no such rule */
	cr_assert(add(3, 0, 5000));
	table.entries[4].address.family = 99;
	cr_assert(add(5, 0, 5000));
	memset(table.entries[5].name, 'x', sizeof(table.entries[5].name));
	/* Whoever follows these goes round in circles, or out of the table. */
	memset(table.chains, 0xff, sizeof(table.chains));
	table.entries[1].next = 1;
	table.used = 0xffff;
	learned_take_over(&taken, &table, 2);
	cr_assert_eq(taken.used, 2);
	entry = learned_find(&taken, &at, 0, 0);
	cr_assert_neq(entry, 0);
	cr_assert_str_eq(taken.entries[entry].name, "example.org");
	cr_assert_neq(learned_find(&taken, &at, entry, 0), 0);
	cr_assert_eq(taken.entries[learned_find(&taken, &at, 0, 5000)].until_ms,
		     LEARNED_FOREVER);
}

Test(learned, a_copy_can_be_added_to)
{
	static struct learned copy;
	struct address at = address(9);

	for (uint32_t i = 1; i <= 5; i++)
		cr_assert(add(i, 0, 5000));
	learned_copy(&copy, &table);
	cr_assert(learned_add(&copy, &at, 0, "example.org", 5000));
	cr_assert_eq(copy.used, 6);
	for (uint32_t i = 1; i <= 5; i++) {
		at = address(i);
		cr_assert_neq(learned_find(&copy, &at, 0, 0), 0);
	}
}
