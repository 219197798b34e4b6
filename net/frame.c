// SPDX-License-Identifier: Apache-2.0
#include "net/frame.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "net/address.h"
#include "net/checksum.h"

enum {
	IPV4_SIZE = 20,
	IPV6_SIZE = 40,
	TCP_SIZE = 20,
	UDP_SIZE = 8,
	ICMP_SIZE = 8,
	TCP_FLAGS = 13,
	TCP_SUM = 16,
	TCP_URGENT = 18,
	TCP_FLAG_URG = 0x20,
};

static uint16_t word_at(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* Replace the 16-bit word of a segment that begins at an even offset. */
static void replace_word(uint8_t *at, uint8_t *sum, const uint8_t *with)
{
	uint16_t before, after, stored;

	memcpy(&before, at, 2);
	memcpy(&after, with, 2);
	memcpy(&stored, sum, 2);
	stored = checksum_replace(stored, before, after);
	memcpy(sum, &stored, 2);
	memcpy(at, with, 2);
}

static bool check_tcp(struct frame *frame)
{
	uint8_t *tcp = frame->l4;
	uint8_t flags[] = { tcp[12], tcp[TCP_FLAGS] };
	const uint8_t none[2] = { 0 };
	size_t offset = (size_t)(tcp[12] >> 4) * 4;

	if (offset < TCP_SIZE || offset > frame->l4_size)
		return false;
	if (flags[1] & TCP_FLAG_URG) {
		flags[1] &= (uint8_t)~TCP_FLAG_URG;
		replace_word(tcp + 12, tcp + TCP_SUM, flags);
	}
	if (word_at(tcp + TCP_URGENT))
		replace_word(tcp + TCP_URGENT, tcp + TCP_SUM, none);
	return true;
}

static bool parse_transport(struct frame *frame)
{
	static const struct {
		uint8_t protocol;
		uint8_t header; /* smallest size in bytes */
		int family;     /* the only one it occurs on; 0: both */
	} kinds[] = {
		{ IPPROTO_TCP, TCP_SIZE, 0 },
		{ IPPROTO_UDP, UDP_SIZE, 0 },
		{ IPPROTO_ICMP, ICMP_SIZE, AF_INET },
		{ IPPROTO_ICMPV6, ICMP_SIZE, AF_INET6 },
	};
	bool known = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (frame->protocol == kinds[i].protocol)
			known = frame->l4_size >= kinds[i].header &&
				(!kinds[i].family ||
				 kinds[i].family == frame->family);
	if (!known)
		return false;
	if (frame->protocol != IPPROTO_TCP && frame->protocol != IPPROTO_UDP)
		return true;
	frame->src_port = word_at(frame->l4);
	frame->dst_port = word_at(frame->l4 + 2);
	if (frame->protocol == IPPROTO_TCP)
		return check_tcp(frame);
	return word_at(frame->l4 + 4) == frame->l4_size;
}

static bool parse_v4(struct frame *frame)
{
	uint8_t *ip = frame->data + FRAME_ETHER_SIZE;
	size_t room = frame->size - FRAME_ETHER_SIZE;

	if (room < IPV4_SIZE || ip[0] != 0x45)
		return false;

	size_t total = word_at(ip + 2);

	if (total < IPV4_SIZE || total > room || ip[8] == 0)
		return false;
	/* All but "don't fragment": a fragment, or the reserved bit. */
	if (word_at(ip + 6) & 0xbfff)
		return false;
	if (checksum_finish(checksum_add(0, ip, IPV4_SIZE)) != 0)
		return false;
	frame->size = FRAME_ETHER_SIZE + total;
	frame->family = AF_INET;
	frame->protocol = ip[9];
	frame->src = ip + 12;
	frame->dst = ip + 16;
	frame->l4 = ip + IPV4_SIZE;
	frame->l4_size = total - IPV4_SIZE;
	return parse_transport(frame);
}

static bool parse_v6(struct frame *frame)
{
	uint8_t *ip = frame->data + FRAME_ETHER_SIZE;
	size_t room = frame->size - FRAME_ETHER_SIZE;

	if (room < IPV6_SIZE || ip[0] >> 4 != 6)
		return false;

	size_t payload = word_at(ip + 4);

	if (payload > room - IPV6_SIZE || ip[7] == 0)
		return false;
	frame->size = FRAME_ETHER_SIZE + IPV6_SIZE + payload;
	frame->family = AF_INET6;
	frame->protocol = ip[6];
	frame->src = ip + 8;
	frame->dst = ip + 24;
	frame->l4 = ip + IPV6_SIZE;
	frame->l4_size = payload;
	return parse_transport(frame);
}

bool frame_parse(uint8_t *data, size_t size, struct frame *ret)
{
	struct frame frame = { .data = data, .size = size };
	bool sound = false;

	if (size < FRAME_ETHER_SIZE || size > FRAME_SIZE_MAX)
		return false;
	switch (word_at(data + 12)) {
	case ETH_P_IP:
		sound = parse_v4(&frame);
		break;
	case ETH_P_IPV6:
		sound = parse_v6(&frame);
		break;
	default:
		break;
	}
	if (sound)
		*ret = frame;
	return sound;
}

bool frame_is_genuine(const struct frame *frame)
{
	return memcmp(frame->data + ETHER_SIZE, ether_guest, ETHER_SIZE) == 0 &&
	       address_is(frame->src, frame->family, LINK_GUEST);
}
