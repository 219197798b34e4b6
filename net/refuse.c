// SPDX-License-Identifier: Apache-2.0
#include "net/refuse.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <string.h>

#include "net/packet.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16, TCP_SIZE = 20 };

/* RFC 9293, 3.10.7.1: a segment for a connection that doesn't exist. */
static size_t make_reset(const struct frame *frame, uint8_t *out)
{
	const uint8_t *tcp = frame->l4;
	uint8_t *reset = out + packet_head_size(frame->family);
	uint8_t flags = tcp[13];
	struct pseudo_header ends = {
		.family = frame->family,
		.protocol = IPPROTO_TCP,
		.src = frame->dst,
		.dst = frame->src,
	};

	if (flags & TCP_RST)
		return 0;
	memset(reset, 0, TCP_SIZE);
	packet_put16(reset, frame->dst_port);
	packet_put16(reset + 2, frame->src_port);
	reset[12] = (TCP_SIZE / 4) << 4;
	if (flags & TCP_ACK) {
		memcpy(reset + 4, tcp + 8, 4);
		reset[13] = TCP_RST;
		return packet_finish(out, &ends, TCP_SIZE);
	}

	size_t data = frame->l4_size - (size_t)(tcp[12] >> 4) * 4;
	uint32_t next = packet_get32(tcp + 4) + (uint32_t)data +
			!!(flags & TCP_SYN) + !!(flags & TCP_FIN);

	packet_put32(reset + 8, next);
	reset[13] = TCP_RST | TCP_ACK;
	return packet_finish(out, &ends, TCP_SIZE);
}

struct codes {
	uint8_t v4;
	uint8_t v6;
};

static const struct codes codes[REFUSE_COUNT] = {
	[REFUSE_PORT] = { ICMP_PORT_UNREACH, ICMPV6_PORT_UNREACH },
	[REFUSE_PROHIBITED] = { ICMP_PKT_FILTERED, ICMPV6_ADM_PROHIBITED },
	[REFUSE_HOST] = { ICMP_HOST_UNREACH, ICMPV6_ADDR_UNREACH },
	[REFUSE_NET] = { ICMP_NET_UNREACH, ICMPV6_NOROUTE },
};

size_t refuse_pass(const struct frame *frame, const struct refuse_error *error,
		   uint8_t *out)
{
	bool is_v4 = frame->family == AF_INET;
	uint8_t *icmp = out + packet_head_size(frame->family);
	size_t quote = (is_v4 ? 20 : 40) + 8; /* the header and 8 bytes */
	struct pseudo_header ends = {
		.family = frame->family,
		.protocol = is_v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
		.src = error->from,
		.dst = frame->src,
	};

	icmp[0] = error->type;
	icmp[1] = error->code;
	packet_put32(icmp + 4, error->info);
	memcpy(icmp + 8, frame->data + FRAME_ETHER_SIZE, quote);
	return packet_finish(out, &ends, 8 + quote);
}

static size_t make_unreachable(const struct frame *frame,
			       enum refuse_reason reason, uint8_t *out)
{
	bool is_v4 = frame->family == AF_INET;
	const struct refuse_error error = {
		.from = frame->dst,
		.type = is_v4 ? ICMP_DEST_UNREACH : ICMPV6_DEST_UNREACH,
		.code = is_v4 ? codes[reason].v4 : codes[reason].v6,
	};

	return refuse_pass(frame, &error, out);
}

size_t refuse_make(const struct frame *frame, enum refuse_reason reason,
		   uint8_t *out)
{
	bool is_tcp = frame->protocol == IPPROTO_TCP;

	/* Both are read as "refused"; an echo has no port. */
	if (reason == REFUSE_PROHIBITED &&
	    (is_tcp || frame->protocol == IPPROTO_UDP))
		reason = REFUSE_PORT;
	if (is_tcp && reason == REFUSE_PORT)
		return make_reset(frame, out);
	return make_unreachable(frame, reason, out);
}
