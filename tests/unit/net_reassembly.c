// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "net/packet.h"
#include "net/reassembly.h"

enum { ETHER = 14, V4 = 20, V6 = 40 };

static uint8_t payload[65536];
static uint8_t out[FRAME_SIZE_MAX];

/* A piece of the payload, which is a datagram with all that belongs to it. */
struct piece {
	int family;
	uint8_t protocol;
	uint32_t id;
	size_t offset, size;
	bool more;
};

static size_t make(const struct piece *piece, uint8_t *frame)
{
	uint8_t *ip = frame + ETHER;

	memset(frame, 0, ETHER + V6 + 8);
	if (piece->family == AF_INET) {
		packet_put16(frame + 12, ETH_P_IP);
		ip[0] = 0x45;
		packet_put16(ip + 2, (uint16_t)(V4 + piece->size));
		packet_put16(ip + 4, (uint16_t)piece->id);
		packet_put16(ip + 6, (uint16_t)(piece->offset / 8 |
						(piece->more ? 0x2000 : 0)));
		ip[9] = piece->protocol;
		memcpy(ip + V4, payload + piece->offset, piece->size);
		return ETHER + V4 + piece->size;
	}
	packet_put16(frame + 12, ETH_P_IPV6);
	ip[0] = 0x60;
	packet_put16(ip + 4, (uint16_t)(8 + piece->size));
	ip[6] = 44;
	ip[V6] = piece->protocol;
	packet_put16(ip + V6 + 2, (uint16_t)(piece->offset | piece->more));
	packet_put32(ip + V6 + 4, piece->id);
	memcpy(ip + V6 + 8, payload + piece->offset, piece->size);
	return ETHER + V6 + 8 + piece->size;
}

static size_t put_at(struct reassembly *all, const struct piece *piece,
		     int64_t now_ms)
{
	static uint8_t frame[FRAME_SIZE_MAX + 64];
	size_t size = make(piece, frame);

	cr_assert(reassembly_wants(frame, size));
	return reassembly_input(all, frame, size, now_ms, out);
}

static size_t put(struct reassembly *all, uint32_t id, size_t offset,
		  size_t size, bool more)
{
	return put_at(
		all,
		&(struct piece){ AF_INET, IPPROTO_UDP, id, offset, size, more },
		1000);
}

static struct reassembly *begin(void)
{
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 7 + i / 256);
	return calloc(1, sizeof(struct reassembly));
}

static void expect_whole(size_t size, size_t wanted)
{
	cr_assert_eq(size, ETHER + V4 + wanted);
	cr_assert_eq(memcmp(out + ETHER + V4, payload, wanted), 0);
	cr_assert_eq(packet_get16(out + ETHER + 2), V4 + wanted);
	cr_assert_eq(packet_get16(out + ETHER + 6), 0);
	cr_assert_not(reassembly_wants(out, size));
}

Test(reassembly, in_any_order)
{
	struct reassembly *all = begin();

	cr_assert_eq(put(all, 1, 0, 1480, true), 0);
	cr_assert_eq(put(all, 1, 1480, 1480, true), 0);
	expect_whole(put(all, 1, 2960, 21, false), 2981);
	cr_assert_eq(put(all, 1, 2960, 21, false), 0);
	cr_assert_eq(put(all, 1, 1480, 1480, true), 0);
	expect_whole(put(all, 1, 0, 1480, true), 2981);
	free(all);
}

Test(reassembly, the_largest_there_is)
{
	struct reassembly *all = begin();

	cr_assert_eq(put(all, 1, 0, 65504, true), 0);
	expect_whole(put(all, 1, 65504, 11, false), 65515);
	/* And what would be larger. */
	cr_assert_eq(put(all, 2, 0, 65504, true), 0);
	cr_assert_eq(put(all, 2, 65504, 12, false), 0);
	free(all);
}

Test(reassembly, what_overlaps_is_dropped_with_the_rest)
{
	struct reassembly *all = begin();

	cr_assert_eq(put(all, 1, 0, 1480, true), 0);
	cr_assert_eq(put(all, 1, 1472, 1480, true), 0);
	cr_assert_eq(put(all, 1, 1480, 100, false), 0);
	/* The same piece twice too. */
	cr_assert_eq(put(all, 2, 0, 1480, true), 0);
	cr_assert_eq(put(all, 2, 0, 1480, true), 0);
	cr_assert_eq(put(all, 2, 1480, 100, false), 0);
	free(all);
}

Test(reassembly, nothing_is_behind_the_end)
{
	struct reassembly *all = begin();

	cr_assert_eq(put(all, 1, 800, 80, true), 0);
	cr_assert_eq(put(all, 1, 400, 80, false), 0);
	cr_assert_eq(put(all, 2, 400, 80, false), 0);
	cr_assert_eq(put(all, 2, 480, 80, true), 0);
	cr_assert_eq(put(all, 3, 400, 80, false), 0);
	cr_assert_eq(put(all, 3, 480, 80, false), 0);
	cr_assert_eq(put(all, 3, 0, 400, true), 0);
	free(all);
}

Test(reassembly, datagrams_are_told_apart)
{
	struct reassembly *all = begin();

	for (uint32_t id = 1; id <= REASSEMBLY_SLOTS; id++)
		cr_assert_eq(put(all, id, 0, 80, true), 0);
	for (uint32_t id = 1; id <= REASSEMBLY_SLOTS; id++)
		expect_whole(put(all, id, 80, 8, false), 88);
	/* One more than there is room for: the first is gone. */
	for (uint32_t id = 1; id <= REASSEMBLY_SLOTS + 1; id++)
		cr_assert_eq(put_at(all,
				    &(struct piece){ AF_INET, IPPROTO_UDP, id,
						     0, 80, true },
				    1000 + id),
			     0);
	cr_assert_eq(put(all, 1, 80, 8, false), 0);
	free(all);
}

Test(reassembly, what_comes_too_late_comes_to_nothing)
{
	struct reassembly *all = begin();
	struct piece piece = { AF_INET, IPPROTO_UDP, 1, 0, 80, true };

	cr_assert_eq(put_at(all, &piece, 1000), 0);
	piece.offset = 80;
	piece.more = false;
	cr_assert_eq(put_at(all, &piece, 1001 + REASSEMBLY_TIMEOUT_MS), 0);
	free(all);
}

Test(reassembly, of_ipv6_too)
{
	struct reassembly *all = begin();
	struct piece piece = { AF_INET6, IPPROTO_ICMPV6, 0x12345678,
			       0,        1232,           true };
	size_t size;

	cr_assert_eq(put_at(all, &piece, 1000), 0);
	piece.offset = 1232;
	piece.size = 33;
	piece.more = false;
	size = put_at(all, &piece, 1000);
	cr_assert_eq(size, ETHER + V6 + 1265);
	cr_assert_eq(memcmp(out + ETHER + V6, payload, 1265), 0);
	cr_assert_eq(packet_get16(out + ETHER + 4), 1265);
	cr_assert_eq(out[ETHER + 6], IPPROTO_ICMPV6);
	free(all);
}

Test(reassembly, what_is_unsound_is_dropped)
{
	struct reassembly *all = begin();
	uint8_t frame[2000];
	size_t size;

	/* TCP is never fragmented here; sizes are of whole blocks. */
	cr_assert_eq(
		put_at(all,
		       &(struct piece){ AF_INET, IPPROTO_TCP, 1, 0, 80, true },
		       1000),
		0);
	cr_assert_eq(put(all, 1, 80, 8, false), 0);
	cr_assert_eq(put(all, 2, 0, 81, true), 0);
	cr_assert_eq(put(all, 2, 80, 8, false), 0);
	/* Shorter than it says, and of any length at all. */
	size = make(&(struct piece){ AF_INET, IPPROTO_UDP, 3, 0, 80, true },
		    frame);
	for (size_t i = 0; i < size; i++)
		if (reassembly_wants(frame, i))
			cr_assert_eq(reassembly_input(all, frame, i, 1000, out),
				     0);
	size = make(&(struct piece){ AF_INET6, IPPROTO_UDP, 3, 0, 80, true },
		    frame);
	for (size_t i = 0; i < size; i++)
		if (reassembly_wants(frame, i))
			cr_assert_eq(reassembly_input(all, frame, i, 1000, out),
				     0);
	free(all);
}
