// SPDX-License-Identifier: Apache-2.0
/* Frames as the container's kernel would send them, for the tests of net/. */
#ifndef UNIT_NET_FRAMES_H
#define UNIT_NET_FRAMES_H

#include <netinet/in.h>
#include <string.h>

#include "net/address.h"
#include "net/egress.h"
#include "net/frame.h"
#include "net/packet.h"

struct sample {
	uint8_t data[2048];
	size_t size;
};

/* From the container to the address @dst in text; @l4_size bytes with the
 * ports (or type and code, as one number) in front.
 */
static inline struct sample sample_make(uint8_t protocol, const char *dst,
					uint16_t first, uint16_t second,
					size_t l4_size)
{
	struct sample sample = { 0 };
	struct address to = { 0 };

	if (address_parse(dst, &to) < 0)
		return sample;

	uint8_t *l4 = sample.data + packet_head_size(to.family);
	struct pseudo_header ends = {
		.family = to.family,
		.protocol = protocol,
		.src = address_of(LINK_GUEST, to.family)->bytes,
		.dst = to.bytes,
	};

	packet_put16(l4, first);
	packet_put16(l4 + 2, second);
	if (protocol == IPPROTO_TCP)
		l4[12] = 5 << 4;
	if (protocol == IPPROTO_UDP)
		packet_put16(l4 + 4, (uint16_t)l4_size);
	sample.size = packet_finish(sample.data, &ends, l4_size);
	memcpy(sample.data + ETHER_SIZE, ether_guest, ETHER_SIZE);
	return sample;
}

/* Make the sums right again after something was changed. */
static inline void sample_fix(struct sample *sample)
{
	uint8_t *ip = sample->data + FRAME_ETHER_SIZE;
	bool is_v4 = ip[0] >> 4 == 4;

	if (!is_v4)
		return;
	memset(ip + 10, 0, 2);

	uint16_t sum = checksum_finish(checksum_add(0, ip, 20));

	memcpy(ip + 10, &sum, sizeof(sum));
}

/* The segment's checksum is intact? */
static inline bool is_intact(const struct frame *frame)
{
	struct pseudo_header ends = { frame->family, frame->protocol,
				      frame->src, frame->dst };

	return checksum_transport(&ends, frame->l4, frame->l4_size) == 0;
}

#endif
