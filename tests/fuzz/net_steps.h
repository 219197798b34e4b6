// SPDX-License-Identifier: Apache-2.0
/* Inputs of the fuzz targets of net/: a row of steps, each a byte of flags, a
 * size (two bytes, low one first) and as many bytes, or as there are.
 *
 * A checksum keeps a fuzzer out of everything behind it. So the flags say what
 * is to be made right in a step's packet before it is used; without flags the
 * bytes are the frame.
 */
#ifndef FUZZ_NET_STEPS_H
#define FUZZ_NET_STEPS_H

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "net/address.h"
#include "net/checksum.h"
#include "net/frame.h"
#include "net/packet.h"

enum step_flag {
	STEP_ETHER = 1,    /* the Ethernet header */
	STEP_SENDER = 2,   /* the IP source address */
	STEP_LENGTHS = 4,  /* of IP and UDP */
	STEP_SUMS = 8,     /* of all layers */
	STEP_ACTION = 128, /* no frame: see the target */
};

struct steps {
	const uint8_t *at;
	size_t left;
};

struct step {
	uint8_t flags;
	const uint8_t *data;
	size_t size;
};

static inline bool steps_next(struct steps *steps, struct step *ret)
{
	if (steps->left < 3)
		return false;
	ret->flags = steps->at[0];
	ret->size = (size_t)steps->at[1] | (size_t)steps->at[2] << 8;
	ret->data = steps->at + 3;
	steps->left -= 3;
	if (ret->size > steps->left)
		ret->size = steps->left;
	steps->at = ret->data + ret->size;
	steps->left -= ret->size;
	return true;
}

static inline void step_fix_sums(uint8_t *ip, size_t size, size_t head,
				 struct pseudo_header *ends)
{
	static const struct {
		uint8_t protocol;
		size_t at;
	} fields[] = {
		{ IPPROTO_TCP, 16 },
		{ IPPROTO_UDP, 6 },
		{ IPPROTO_ICMP, 2 },
		{ IPPROTO_ICMPV6, 2 },
	};
	uint16_t sum;

	if (ends->family == AF_INET) {
		memset(ip + 10, 0, 2);
		sum = checksum_finish(checksum_add(0, ip, head));
		memcpy(ip + 10, &sum, 2);
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].protocol != ends->protocol ||
		    size < head + fields[i].at + 2)
			continue;
		memset(ip + head + fields[i].at, 0, 2);
		sum = checksum_transport(ends, ip + head, size - head);
		memcpy(ip + head + fields[i].at, &sum, 2);
	}
}

static inline void step_fix_ip(uint8_t *ip, size_t size, unsigned int flags)
{
	bool is_v4 = ip[0] >> 4 != 6;
	size_t head = is_v4 ? 20 : 40;
	struct pseudo_header ends = {
		.family = is_v4 ? AF_INET : AF_INET6,
		.src = ip + (is_v4 ? 12 : 8),
		.dst = ip + (is_v4 ? 16 : 24),
	};

	if (size < head)
		return;
	ends.protocol = ip[is_v4 ? 9 : 6];
	if (flags & STEP_SENDER)
		memcpy(ip + (is_v4 ? 12 : 8),
		       address_of(LINK_GUEST, ends.family)->bytes,
		       address_bytes(ends.family));
	if (flags & STEP_LENGTHS) {
		packet_put16(ip + (is_v4 ? 2 : 4),
			     (uint16_t)(is_v4 ? size : size - head));
		if (ends.protocol == IPPROTO_UDP && size >= head + 8)
			packet_put16(ip + head + 4, (uint16_t)(size - head));
	}
	if (flags & STEP_SUMS)
		step_fix_sums(ip, size, head, &ends);
}

/* The frame that a step stands for, exactly as large as said; to be freed. */
static inline uint8_t *step_frame(const struct step *step, size_t *ret_size)
{
	size_t head = step->flags & STEP_ETHER ? FRAME_ETHER_SIZE : 0;
	size_t size = head + step->size;
	uint8_t *frame;

	if (size > FRAME_SIZE_MAX)
		size = FRAME_SIZE_MAX;
	frame = malloc(size ? size : 1);
	memcpy(frame + head, step->data, size - head);
	if (head) {
		memcpy(frame, ether_gateway, ETHER_SIZE);
		memcpy(frame + ETHER_SIZE, ether_guest, ETHER_SIZE);
		packet_put16(frame + 12, size > head && frame[head] >> 4 == 6
						 ? 0x86dd
						 : 0x0800);
	}
	if (size > FRAME_ETHER_SIZE)
		step_fix_ip(frame + FRAME_ETHER_SIZE, size - FRAME_ETHER_SIZE,
			    step->flags);
	*ret_size = size;
	return frame;
}

#endif
