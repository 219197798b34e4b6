// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>

#include "net/flows.h"

static struct flows *table(void)
{
	return calloc(1, sizeof(struct flows));
}

static struct flow_key key_of(uint16_t port)
{
	return (struct flow_key){
		.guest = { .family = AF_INET, .bytes = { 10, 0, 2, 100 } },
		.peer = { .family = AF_INET, .bytes = { 192, 0, 2, 1 } },
		.guest_port = port,
		.peer_port = 443,
	};
}

Test(flows, what_was_added_is_found_until_it_ends)
{
	struct flows *flows = table();
	struct flow_key key = key_of(40000), other = key_of(40001);
	uint32_t number = flows_add(flows, &key);

	cr_assert_neq(number, 0);
	cr_assert_eq(flows_find(flows, &key), number);
	cr_assert_eq(flows_find(flows, &other), 0);
	flows_end(flows, number);
	cr_assert_eq(flows_find(flows, &key), 0);
	cr_assert_eq(flows->count, 0);
	free(flows);
}

Test(flows, families_are_told_apart)
{
	struct flows *flows = table();
	struct flow_key v4 = key_of(1), v6 = v4;

	v6.guest.family = v6.peer.family = AF_INET6;
	cr_assert_neq(flows_add(flows, &v4), 0);
	cr_assert_eq(flows_find(flows, &v6), 0);
	free(flows);
}

Test(flows, a_number_is_used_again_only_after_a_sweep)
{
	struct flows *flows = table();
	struct flow_key a = key_of(1), b = key_of(2), c = key_of(3);
	uint32_t number = flows_add(flows, &a);

	flows_end(flows, number);
	cr_assert_eq(flows_get(flows, number)->state, FLOW_ENDED);
	cr_assert_neq(flows_add(flows, &b), number);
	flows_sweep(flows);
	cr_assert_eq(flows_add(flows, &c), number);
	cr_assert_eq(flows_get(flows, number)->fds[SIDE_HOST], -1);
	free(flows);
}

Test(flows, any_of_a_full_table_is_found_and_can_end)
{
	struct flows *flows = table();
	struct flow_key key;

	flows->seed = 12345;
	for (uint32_t i = 0; i < FLOWS_MAX; i++) {
		key = key_of((uint16_t)i);
		cr_assert_neq(flows_add(flows, &key), 0);
	}
	key = key_of(FLOWS_MAX);
	cr_assert_eq(flows_add(flows, &key), 0);
	for (uint32_t i = 0; i < FLOWS_MAX; i += 2) {
		key = key_of((uint16_t)i);
		flows_end(flows, flows_find(flows, &key));
	}
	flows_sweep(flows);
	for (uint32_t i = 0; i < FLOWS_MAX; i++) {
		key = key_of((uint16_t)i);
		cr_assert_eq(flows_find(flows, &key) != 0, i % 2 == 1);
	}
	cr_assert_eq(flows->count, FLOWS_MAX / 2);
	key = key_of(FLOWS_MAX);
	cr_assert_neq(flows_add(flows, &key), 0);
	free(flows);
}
