// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "net/dnsnat.h"
#include "tests/unit/net_frames.h"

enum { SYN = 2, RST = 4, ACK = 16, SYN_ACK = 18 };

static struct dnsnat nat;
static uint8_t out[FRAME_SIZE_MAX];

static struct servers servers_of(const char *first, const char *second)
{
	struct servers servers = { 0 };

	cr_assert_eq(address_parse(first, &servers.list[servers.count++]), 0);
	if (second)
		cr_assert_eq(
			address_parse(second, &servers.list[servers.count++]),
			0);
	return servers;
}

/* Send a segment out. Return: what became of it is in @ret */
static bool send_out(const struct servers *servers, const char *dst,
		     uint8_t flags, struct frame *ret)
{
	struct sample sample = sample_make(IPPROTO_TCP, dst, 40000, 53, 25);
	struct frame frame;

	sample.data[sample.size - 25 + 13] = flags;
	cr_assert(frame_parse(sample.data, sample.size, &frame));

	size_t size = dnsnat_out(&nat, servers, &frame, 1, out);

	if (size == 0)
		return false;
	cr_assert(frame_parse(out, size, ret));
	cr_assert(is_intact(ret));
	return true;
}

/* Answer a frame that went out, from its server. */
static bool send_back(const struct servers *servers, const struct frame *sent,
		      uint8_t flags, struct frame *ret)
{
	struct sample sample = { 0 };
	struct frame frame;
	struct pseudo_header ends = {
		.family = sent->family,
		.protocol = IPPROTO_TCP,
		.src = sent->dst,
		.dst = sent->src,
	};
	uint8_t *l4 = sample.data + packet_head_size(sent->family);

	packet_put16(l4, 53);
	packet_put16(l4 + 2, sent->src_port);
	l4[12] = 5 << 4;
	l4[13] = flags;
	sample.size = packet_finish(sample.data, &ends, 20);
	cr_assert(dnsnat_is_ours(sample.data, sample.size));
	cr_assert(frame_parse(sample.data, sample.size, &frame));

	size_t size = dnsnat_back(&nat, servers, &frame, out);

	if (size == 0)
		return false;
	cr_assert(frame_parse(out, size, ret));
	cr_assert(is_intact(ret));
	return true;
}

Test(dnsnat, goes_to_the_server_and_back_over_every_pair_of_families)
{
	static const char *const clients[] = { "10.0.2.3", "fd00::3" };
	static const char *const servers_text[] = { "127.0.0.53", "::1" };

	for (size_t i = 0; i < 4; i++) {
		struct servers servers = servers_of(servers_text[i / 2], NULL);
		struct frame sent, back;
		struct sample kept;

		nat = (struct dnsnat){ 0 };
		cr_assert(send_out(&servers, clients[i % 2], SYN, &sent));
		cr_assert_eq(sent.family, servers.list[0].family);
		cr_assert_arr_eq(sent.dst, servers.list[0].bytes,
				 address_bytes(sent.family));
		cr_assert_not(address_is(sent.src, sent.family, LINK_GUEST));
		cr_assert_eq(sent.dst_port, 53);
		cr_assert_eq(sent.l4_size, 25);
		memcpy(kept.data, out, sent.size);
		cr_assert(frame_parse(kept.data, sent.size, &sent));
		cr_assert(send_back(&servers, &sent, SYN_ACK, &back));
		cr_assert(address_is(back.src, back.family, LINK_NAMESERVER));
		cr_assert(address_is(back.dst, back.family, LINK_GUEST));
		cr_assert_eq(back.family, i % 2 ? AF_INET6 : AF_INET);
		cr_assert_eq(back.dst_port, 40000);
	}
}

Test(dnsnat, without_a_server_or_a_connection_there_is_nothing)
{
	struct servers none = { 0 }, one = servers_of("192.0.2.1", NULL);
	struct frame frame;

	nat = (struct dnsnat){ 0 };
	cr_assert_not(send_out(&none, "10.0.2.3", SYN, &frame));
	cr_assert_not(send_out(&one, "10.0.2.3", ACK, &frame));
}

Test(dnsnat, a_repeated_attempt_goes_to_the_next_server)
{
	struct servers two = servers_of("192.0.2.1", "192.0.2.2");
	struct frame frame;

	nat = (struct dnsnat){ 0 };
	cr_assert(send_out(&two, "10.0.2.3", SYN, &frame));
	cr_assert_eq(frame.dst[3], 1);
	cr_assert(send_out(&two, "10.0.2.3", SYN, &frame));
	cr_assert_eq(frame.dst[3], 2);
	cr_assert(send_out(&two, "10.0.2.3", SYN, &frame));
	cr_assert_eq(frame.dst[3], 1);
}

Test(dnsnat, a_refusal_is_passed_on_by_the_last_server_only)
{
	struct servers two = servers_of("192.0.2.1", "192.0.2.2");
	struct sample kept;
	struct frame sent, back;

	nat = (struct dnsnat){ 0 };
	for (int i = 0; i < 2; i++) {
		cr_assert(send_out(&two, "10.0.2.3", SYN, &sent));
		memcpy(kept.data, out, sent.size);
		cr_assert(frame_parse(kept.data, sent.size, &sent));
		cr_assert_eq(send_back(&two, &sent, RST | ACK, &back), i == 1);
	}
}

Test(dnsnat, a_server_given_up_on_is_not_heard)
{
	struct servers two = servers_of("192.0.2.1", "192.0.2.2");
	struct sample kept;
	struct frame first, second, back;

	nat = (struct dnsnat){ 0 };
	cr_assert(send_out(&two, "10.0.2.3", SYN, &first));
	memcpy(kept.data, out, first.size);
	cr_assert(frame_parse(kept.data, first.size, &first));
	cr_assert(send_out(&two, "10.0.2.3", SYN, &second));
	cr_assert_not(send_back(&two, &first, SYN_ACK, &back));
}

Test(dnsnat, an_open_connection_keeps_its_server)
{
	struct servers two = servers_of("192.0.2.1", "192.0.2.2");
	struct servers other = servers_of("192.0.2.9", NULL);
	struct sample kept;
	struct frame sent, back;

	nat = (struct dnsnat){ 0 };
	cr_assert(send_out(&two, "10.0.2.3", SYN, &sent));
	memcpy(kept.data, out, sent.size);
	cr_assert(frame_parse(kept.data, sent.size, &sent));
	cr_assert(send_back(&two, &sent, SYN_ACK, &back));
	cr_assert(send_out(&other, "10.0.2.3", ACK, &sent));
	cr_assert_eq(sent.dst[3], 1);
	/* A new one from the same port begins anew. */
	cr_assert(send_out(&other, "10.0.2.3", SYN, &sent));
	cr_assert_eq(sent.dst[3], 9);
}

Test(dnsnat, a_full_table_gives_up_its_oldest)
{
	struct servers one = servers_of("192.0.2.1", NULL);
	struct sample sample = sample_make(IPPROTO_TCP, "10.0.2.3", 1, 53, 20);
	struct frame frame;

	nat = (struct dnsnat){ 0 };
	sample.data[34 + 13] = SYN;
	cr_assert(frame_parse(sample.data, sample.size, &frame));
	for (uint16_t i = 0; i <= DNSNAT_FLOWS_MAX; i++) {
		frame.src_port = (uint16_t)(1000 + i);
		cr_assert_gt(dnsnat_out(&nat, &one, &frame, i, out), 0);
	}
	sample.data[34 + 13] = ACK;
	frame.src_port = 1000;
	cr_assert_eq(dnsnat_out(&nat, &one, &frame, 99, out), 0);
	frame.src_port = 1001;
	cr_assert_gt(dnsnat_out(&nat, &one, &frame, 99, out), 0);
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
