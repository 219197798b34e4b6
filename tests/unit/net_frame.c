// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/cleanup.h"
#include "tests/unit/net_frames.h"

enum { IP = FRAME_ETHER_SIZE };

/* One byte of a sound frame is replaced. */
struct change_case {
	char what[32];
	char dst[40];
	uint8_t protocol;
	size_t at;
	uint8_t value;
	bool sound;
};

#define V4  "192.0.2.1"
#define V6  "2001:db8::1"
#define TCP IPPROTO_TCP
#define UDP IPPROTO_UDP
#define L4  (IP + 20)
#define L6  (IP + 40)

ParameterizedTestParameters(frame, changes)
{
	static struct change_case cases[] = {
		{ "nothing, TCP", V4, TCP, 0, 0x52, true },
		{ "nothing, UDP", V4, UDP, 0, 0x52, true },
		{ "nothing, TCP over v6", V6, TCP, 0, 0x52, true },
		{ "nothing, UDP over v6", V6, UDP, 0, 0x52, true },
		{ "nothing, ICMP", V4, IPPROTO_ICMP, 0, 0x52, true },
		{ "nothing, ICMPv6", V6, IPPROTO_ICMPV6, 0, 0x52, true },
		{ "NCSI", V4, TCP, 12, 0x88, false },
		{ "VLAN", V4, TCP, 12, 0x81, false },
		{ "ARP", V4, TCP, 13, 0x06, false },
		{ "version 6 in an IPv4 frame", V4, TCP, IP, 0x65, false },
		{ "version 4 in an IPv6 frame", V6, TCP, IP, 0x45, false },
		{ "header of 16 bytes", V4, TCP, IP, 0x44, false },
		{ "IP options", V4, TCP, IP, 0x46, false },
		{ "total above the frame", V4, TCP, IP + 2, 0x40, false },
		{ "total below the header", V4, TCP, IP + 3, 19, false },
		{ "no room for TCP", V4, TCP, IP + 3, 39, false },
		{ "no room for UDP", V4, UDP, IP + 3, 27, false },
		{ "no room for ICMP", V4, IPPROTO_ICMP, IP + 3, 27, false },
		{ "may be fragmented", V4, TCP, IP + 6, 0, true },
		{ "more fragments", V4, TCP, IP + 6, 0x20, false },
		{ "a later fragment", V4, TCP, IP + 7, 1, false },
		{ "the reserved bit", V4, TCP, IP + 6, 0x80, false },
		{ "no hops left", V4, TCP, IP + 8, 0, false },
		{ "IGMP", V4, TCP, IP + 9, 2, false },
		{ "GRE", V4, TCP, IP + 9, 47, false },
		{ "ICMPv6 over IPv4", V4, IPPROTO_ICMP, IP + 9, 58, false },
		{ "no room for TCP over v6", V6, TCP, IP + 5, 19, false },
		{ "payload above the frame", V6, TCP, IP + 4, 0x10, false },
		{ "no hops left over v6", V6, TCP, IP + 7, 0, false },
		{ "hop-by-hop options", V6, TCP, IP + 6, 0, false },
		{ "routing header", V6, TCP, IP + 6, 43, false },
		{ "fragment header", V6, TCP, IP + 6, 44, false },
		{ "ICMP over IPv6", V6, TCP, IP + 6, 1, false },
		{ "TCP header of 16 bytes", V4, TCP, L4 + 12, 0x40, false },
		{ "TCP options to the end", V4, TCP, L4 + 12, 0xa0, true },
		{ "TCP options behind it", V4, TCP, L4 + 12, 0xb0, false },
		{ "UDP longer than IP says", V4, UDP, L4 + 5, 41, false },
		{ "UDP shorter than IP says", V4, UDP, L4 + 5, 39, false },
		{ "UDP below its header", V4, UDP, L4 + 5, 7, false },
		{ "UDP over v6 too long", V6, UDP, L6 + 5, 41, false },
	};

	return cr_make_param_array(struct change_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct change_case *c, frame, changes)
{
	struct sample sample = sample_make(c->protocol, c->dst, 40000, 80, 40);
	struct frame frame = { .size = 1 };

	sample.data[c->at] = c->value;
	sample_fix(&sample);
	cr_assert_eq(frame_parse(sample.data, sample.size, &frame), c->sound,
		     "%s", c->what);
	if (!c->sound)
		cr_assert_eq(frame.size, 1, "%s: touched", c->what);
}

Test(frame, no_shorter_frame_is_sound)
{
	static const struct {
		uint8_t protocol;
		const char *dst;
	} kinds[] = {
		{ TCP, V4 }, { UDP, V4 },          { TCP, V6 },
		{ UDP, V6 }, { IPPROTO_ICMP, V4 }, { IPPROTO_ICMPV6, V6 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct sample sample =
			sample_make(kinds[i].protocol, kinds[i].dst, 1, 2, 40);

		for (size_t size = 0; size < sample.size; size++) {
			struct frame frame;
			/* Exactly as large as said, for AddressSanitizer. */
			auto_free uint8_t *copy = malloc(size ? size : 1);

			memcpy(copy, sample.data, size);
			cr_assert_not(frame_parse(copy, size, &frame),
				      "%s cut to %zu", kinds[i].dst, size);
		}
	}
}

Test(frame, a_damaged_ip_header_is_not_sound)
{
	struct sample sample = sample_make(TCP, V4, 1, 2, 20);
	struct frame frame;

	sample.data[IP + 10] ^= 1;
	cr_assert_not(frame_parse(sample.data, sample.size, &frame));
}

Test(frame, padding_is_cut_off)
{
	struct sample sample = sample_make(UDP, V4, 1, 2, 10);
	struct frame frame;

	cr_assert(frame_parse(sample.data, 60, &frame));
	cr_assert_eq(frame.size, 14 + 20 + 10);
	cr_assert_eq(frame.l4_size, 10);
	cr_assert_eq(frame.src_port, 1);
	cr_assert_eq(frame.dst_port, 2);
}

Test(frame, urgent_data_becomes_ordinary_data_with_a_right_checksum)
{
	static const char *const dsts[] = { V4, V6 };

	for (size_t i = 0; i < ARRAY_COUNT(dsts); i++) {
		struct sample sample = sample_make(TCP, dsts[i], 40000, 80, 33);
		struct frame frame;
		struct pseudo_header ends;

		cr_assert(frame_parse(sample.data, sample.size, &frame));
		frame.l4[13] = 0x38; /* URG, ACK, PSH */
		packet_put16(frame.l4 + 18, 0xbeef);
		ends = (struct pseudo_header){ frame.family, TCP, frame.src,
					       frame.dst };
		memset(frame.l4 + 16, 0, 2);

		uint16_t sum = checksum_transport(&ends, frame.l4, 33);

		memcpy(frame.l4 + 16, &sum, 2);
		cr_assert(frame_parse(sample.data, sample.size, &frame));
		cr_assert_eq(frame.l4[13], 0x18);
		cr_assert_eq(packet_get16(frame.l4 + 18), 0);
		cr_assert(is_intact(&frame));
	}
}

Test(frame, another_sender_is_forged)
{
	struct sample sample = sample_make(TCP, V4, 1, 2, 20);
	struct frame frame;

	cr_assert(frame_parse(sample.data, sample.size, &frame));
	cr_assert(frame_is_genuine(&frame));
	sample.data[IP + 15] = 101;
	sample_fix(&sample);
	cr_assert(frame_parse(sample.data, sample.size, &frame));
	cr_assert_not(frame_is_genuine(&frame));

	sample = sample_make(TCP, V4, 1, 2, 20);
	sample.data[ETHER_SIZE + 5] ^= 1;
	cr_assert(frame_parse(sample.data, sample.size, &frame));
	cr_assert_not(frame_is_genuine(&frame));
}

Test(frame, link_local_and_no_address_are_forged)
{
	struct frame frame;
	struct sample sample =
		sample_make(IPPROTO_ICMPV6, "ff02::1:ff00:2", 135 << 8, 0, 24);

	memset(sample.data + IP + 8, 0, 16);
	cr_assert(frame_parse(sample.data, sample.size, &frame));
	cr_assert_not(frame_is_genuine(&frame));
	sample.data[IP + 8] = 0xfe;
	sample.data[IP + 9] = 0x80;
	cr_assert_not(frame_is_genuine(&frame));
}
