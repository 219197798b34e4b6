// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "net/refuse.h"
#include "tests/unit/net_frames.h"

Test(checksum, is_that_of_rfc_1071)
{
	static const uint8_t data[] = { 0x00, 0x01, 0xf2, 0x03,
					0xf4, 0xf5, 0xf6, 0xf7 };
	uint16_t sum = checksum_finish(checksum_add(0, data, sizeof(data)));

	cr_assert_eq(packet_get16((uint8_t *)&sum), (uint16_t)~0xddf2);
}

/* The sum of RFC 1071 to the letter, which takes its time. */
static uint32_t plain_sum(const uint8_t *data, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

Test(checksum, is_the_same_at_every_size_and_place)
{
	static uint8_t data[512];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 167 + 0x5b);
	for (size_t at = 0; at < 17; at++) {
		for (size_t size = 1; size < 300; size++) {
			uint16_t sum =
				(uint16_t)checksum_add(0, data + at, size);

			cr_assert_eq(packet_get16((uint8_t *)&sum),
				     plain_sum(data + at, size), "%zu+%zu", at,
				     size);
		}
	}
}

Test(checksum, pads_an_odd_end_with_zero)
{
	static const uint8_t data[] = { 1, 2, 3, 4, 5, 0, 0, 0 };

	for (size_t size = 5; size <= sizeof(data); size++)
		cr_assert_eq(checksum_add(0, data, 5),
			     checksum_add(0, data, size));
}

Test(checksum, does_not_overflow_on_the_largest_packet)
{
	static uint8_t data[65535];

	memset(data, 0xff, sizeof(data));
	/* 32767 times 0xffff is 0xffff, and the odd byte. */
	cr_assert_eq(checksum_add(0, data, sizeof(data)), 0xff);
}

Test(checksum, replacing_a_word_is_as_good_as_a_new_sum)
{
	for (uint32_t value = 0; value <= 0xffff; value += 251) {
		uint16_t words[] = { 0x1234, (uint16_t)(value * 7), 0xfffe };
		uint16_t before = words[1], old, fresh;

		old = checksum_finish(checksum_add(0, words, sizeof(words)));
		words[1] = (uint16_t)value;
		fresh = checksum_finish(checksum_add(0, words, sizeof(words)));
		cr_assert_eq(checksum_replace(old, before, words[1]), fresh);
	}
}

Test(packet, built_frames_are_sound_and_intact)
{
	static const struct {
		uint8_t protocol;
		const char *dst;
	} kinds[] = {
		{ IPPROTO_TCP, "192.0.2.1" },
		{ IPPROTO_TCP, "2001:db8::1" },
		{ IPPROTO_UDP, "192.0.2.1" },
		{ IPPROTO_UDP, "2001:db8::1" },
		{ IPPROTO_ICMP, "192.0.2.1" },
		{ IPPROTO_ICMPV6, "2001:db8::1" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		for (size_t size = 20; size < 24; size++) {
			struct sample sample = sample_make(
				kinds[i].protocol, kinds[i].dst, 7, 9, size);
			struct frame frame;

			cr_assert(
				frame_parse(sample.data, sample.size, &frame));
			cr_assert(is_intact(&frame));
		}
}

/* Answer a frame and take the answer apart. */
static bool refuse(struct sample *sample, uint8_t *answer, struct frame *ret)
{
	struct frame frame;

	cr_assert(frame_parse(sample->data, sample->size, &frame));

	size_t size = refuse_make(&frame, REFUSE_PROHIBITED, answer);

	cr_assert_leq(size, REFUSE_SIZE_MAX);
	if (size == 0)
		return false;
	cr_assert(frame_parse(answer, size, ret));
	cr_assert(is_intact(ret));
	cr_assert(address_is(ret->dst, ret->family, LINK_GUEST));
	return true;
}

Test(refuse, a_connection_is_reset)
{
	static const char *const dsts[] = { "10.0.2.2", "fd00::2" };

	for (size_t i = 0; i < ARRAY_COUNT(dsts); i++) {
		struct sample sample =
			sample_make(IPPROTO_TCP, dsts[i], 40000, 80, 20);
		size_t l4 = packet_head_size(i ? AF_INET6 : AF_INET);
		uint8_t answer[REFUSE_SIZE_MAX];
		struct frame frame;

		packet_put32(sample.data + l4 + 4, 0xffffffff);
		sample.data[l4 + 13] = 2; /* SYN */
		cr_assert(refuse(&sample, answer, &frame));
		cr_assert_eq(frame.src_port, 80);
		cr_assert_eq(frame.dst_port, 40000);
		cr_assert_eq(frame.l4[13], 0x14, "RST and ACK");
		cr_assert_eq(packet_get32(frame.l4 + 8), 0, "wraps around");
	}
}

Test(refuse, a_reset_of_an_open_connection_takes_its_sequence)
{
	struct sample sample = sample_make(IPPROTO_TCP, "10.0.2.2", 1, 2, 30);
	uint8_t answer[REFUSE_SIZE_MAX];
	struct frame frame;

	packet_put32(sample.data + 34 + 8, 77);
	sample.data[34 + 13] = 0x10; /* ACK */
	cr_assert(refuse(&sample, answer, &frame));
	cr_assert_eq(frame.l4[13], 4);
	cr_assert_eq(packet_get32(frame.l4 + 4), 77);
}

Test(refuse, a_reset_is_never_answered)
{
	struct sample sample = sample_make(IPPROTO_TCP, "10.0.2.2", 1, 2, 20);
	uint8_t answer[REFUSE_SIZE_MAX];
	struct frame frame;

	sample.data[34 + 13] = 4;
	cr_assert_not(refuse(&sample, answer, &frame));
}

Test(refuse, a_datagram_gets_port_unreachable_with_a_quote)
{
	static const struct {
		const char *dst;
		uint8_t type, code;
	} cases[] = { { "10.0.2.2", 3, 3 }, { "fd00::2", 1, 4 } };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct sample sample =
			sample_make(IPPROTO_UDP, cases[i].dst, 5, 6, 8);
		uint8_t answer[REFUSE_SIZE_MAX];
		struct frame frame;

		cr_assert(refuse(&sample, answer, &frame));
		cr_assert_eq(frame.l4[0], cases[i].type);
		cr_assert_eq(frame.l4[1], cases[i].code);
		cr_assert_eq(frame.l4_size, 8 + sample.size - FRAME_ETHER_SIZE);
		cr_assert_arr_eq(frame.l4 + 8, sample.data + FRAME_ETHER_SIZE,
				 sample.size - FRAME_ETHER_SIZE);
	}
}

Test(refuse, an_ipv6_ping_is_prohibited)
{
	struct sample sample =
		sample_make(IPPROTO_ICMPV6, "2001:db8::1", 0x8000, 0, 16);
	uint8_t answer[REFUSE_SIZE_MAX];
	struct frame frame;

	cr_assert(refuse(&sample, answer, &frame));
	cr_assert_eq(frame.l4[0], 1);
	cr_assert_eq(frame.l4[1], 1);
}
