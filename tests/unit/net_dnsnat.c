// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "net/dnsnat.h"
#include "tests/unit/net_frames.h"

static const struct dnsnat nat = { .ports = { 5301, 5302 } };
static uint8_t out[FRAME_SIZE_MAX];

/* Send a segment to the nameserver at @dst. What became of it is in @ret */
static void send_out(const char *dst, struct frame *ret)
{
	struct sample sample = sample_make(IPPROTO_TCP, dst, 40000, 53, 25);
	struct frame frame;

	cr_assert(frame_parse(sample.data, sample.size, &frame));

	size_t size = dnsnat_out(&nat, &frame, out);

	cr_assert_gt(size, 0);
	cr_assert(frame_parse(out, size, ret));
	cr_assert(is_intact(ret));
}

/* Answer from @src and @port to who sent a frame. Return: does it go back? */
static bool send_back(const uint8_t *src, uint16_t port,
		      const struct frame *sent, struct frame *ret)
{
	struct sample sample = { 0 };
	struct frame frame;
	struct pseudo_header ends = {
		.family = AF_INET,
		.protocol = IPPROTO_TCP,
		.src = src,
		.dst = sent->src,
	};
	uint8_t *l4 = sample.data + packet_head_size(AF_INET);

	packet_put16(l4, port);
	packet_put16(l4 + 2, sent->src_port);
	l4[12] = 5 << 4;
	sample.size = packet_finish(sample.data, &ends, 20);
	cr_assert(dnsnat_is_ours(sample.data, sample.size));
	cr_assert(frame_parse(sample.data, sample.size, &frame));

	size_t size = dnsnat_back(&nat, &frame, out);

	if (size == 0)
		return false;
	cr_assert(frame_parse(out, size, ret));
	cr_assert(is_intact(ret));
	return true;
}

static const struct {
	const char *address;
	int family;
	uint16_t port;
} servers[] = {
	{ "10.0.2.3", AF_INET, 5301 },
	{ "fd00::3", AF_INET6, 5302 },
};

static const uint8_t loopback[] = { 127, 0, 0, 1 };

Test(dnsnat, goes_to_the_loopback_and_back_in_the_family_that_it_came_in)
{
	for (size_t i = 0; i < ARRAY_COUNT(servers); i++) {
		struct frame sent, back;
		struct sample kept;

		send_out(servers[i].address, &sent);
		cr_assert_eq(sent.family, AF_INET);
		cr_assert_arr_eq(sent.dst, loopback, sizeof(loopback));
		cr_assert_not(address_is(sent.src, AF_INET, LINK_GUEST));
		cr_assert_eq(sent.src_port, 40000);
		cr_assert_eq(sent.dst_port, servers[i].port);
		cr_assert_eq(sent.l4_size, 25);
		memcpy(kept.data, out, sent.size);
		cr_assert(frame_parse(kept.data, sent.size, &sent));
		cr_assert(send_back(loopback, servers[i].port, &sent, &back));
		cr_assert_eq(back.family, servers[i].family);
		cr_assert(address_is(back.src, back.family, LINK_NAMESERVER));
		cr_assert(address_is(back.dst, back.family, LINK_GUEST));
		cr_assert_eq(back.src_port, 53);
		cr_assert_eq(back.dst_port, 40000);
	}
}

Test(dnsnat, what_comes_from_elsewhere_does_not_go_back)
{
	static const uint8_t other[] = { 127, 0, 0, 2 };
	struct frame sent, back;
	struct sample kept;

	send_out("10.0.2.3", &sent);
	memcpy(kept.data, out, sent.size);
	cr_assert(frame_parse(kept.data, sent.size, &sent));
	cr_assert_not(send_back(other, 5301, &sent, &back));
	cr_assert_not(send_back(loopback, 53, &sent, &back));
	cr_assert_not(send_back(loopback, 5302, &sent, &back));
}

Test(dnsnat, where_nobody_listens_nothing_goes_out)
{
	static const struct dnsnat none;

	for (size_t i = 0; i < ARRAY_COUNT(servers); i++) {
		struct sample sample = sample_make(
			IPPROTO_TCP, servers[i].address, 40000, 53, 25);
		struct frame frame;

		cr_assert(frame_parse(sample.data, sample.size, &frame));
		cr_assert_eq(dnsnat_out(&none, &frame, out), 0);
	}
}

Test(dnsnat, other_frames_are_not_ours)
{
	struct sample sample =
		sample_make(IPPROTO_TCP, "10.0.2.100", 53, 1, 20);

	cr_assert_not(dnsnat_is_ours(sample.data, sample.size));
	cr_assert_not(dnsnat_is_ours(sample.data, 14));
	sample = sample_make(IPPROTO_TCP, "10.0.2.103", 53, 1, 20);
	cr_assert(dnsnat_is_ours(sample.data, sample.size));
	sample.data[12] = 0x86;
	cr_assert_not(dnsnat_is_ours(sample.data, sample.size));
}
