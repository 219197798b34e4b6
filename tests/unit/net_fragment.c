// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "net/fragment.h"
#include "net/reassembly.h"
#include "tests/unit/net_frames.h"

enum { HEADS = FRAME_ETHER_SIZE + 40, L4_MAX = 65535 - 40 };

static uint8_t frame[FRAME_SIZE_MAX], whole[FRAME_SIZE_MAX];

static size_t make(uint8_t protocol, size_t l4_size)
{
	const struct pseudo_header ends = {
		.family = AF_INET6,
		.protocol = protocol,
		.src = address_of(LINK_GATEWAY, AF_INET6)->bytes,
		.dst = address_of(LINK_GUEST, AF_INET6)->bytes,
	};

	for (size_t i = 0; i < l4_size; i++)
		frame[HEADS + i] = (uint8_t)(i * 7 ^ i >> 8);
	if (protocol == IPPROTO_UDP)
		packet_put16(frame + HEADS + 4, (uint16_t)l4_size);
	return packet_finish(frame, &ends, l4_size);
}

/* All its fragments, put together again. Return: how many there were */
static size_t cut_and_join(size_t size, size_t mtu)
{
	static struct reassembly reassembly;
	uint8_t out[FRAME_SIZE_MAX];
	size_t done = 0, count = 0, joined = 0, part, part_size;

	while ((part = fragment_next(frame, size, mtu, done, out, &part_size)) >
	       0) {
		cr_assert_leq(part_size, FRAME_ETHER_SIZE + mtu);
		cr_assert(reassembly_wants(out, part_size));
		cr_assert_eq(joined, 0, "whole before the last");
		joined =
			reassembly_input(&reassembly, out, part_size, 1, whole);
		done += part;
		count++;
	}
	cr_assert_eq(joined, size);
	cr_assert_eq(memcmp(frame, whole, size), 0);
	return count;
}

Test(fragment, what_was_cut_is_put_together_again)
{
	static const uint8_t protocols[] = { IPPROTO_UDP, IPPROTO_ICMPV6 };
	static const struct {
		size_t l4_size, mtu, count;
	} cases[] = {
		{ 1233, 1280, 2 },    { 2464, 1280, 2 },   { 2465, 1280, 3 },
		{ 30000, 1500, 21 },  { 22000, 21885, 2 }, { L4_MAX, 1280, 54 },
		{ L4_MAX, 65520, 2 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		for (size_t j = 0; j < ARRAY_COUNT(protocols); j++)
			cr_expect_eq(cut_and_join(make(protocols[j],
						       cases[i].l4_size),
						  cases[i].mtu),
				     cases[i].count, "%zu at %zu",
				     cases[i].l4_size, cases[i].mtu);
}
