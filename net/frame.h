// SPDX-License-Identifier: Apache-2.0
/* What the container sent, before anything else looks at it.
 *
 * frame_parse() lets only such Ethernet frames through whose headers agree
 * with each other and with the frame's size, so that nothing behind it has to
 * doubt a length. It knows IPv4 and IPv6 with TCP, UDP and ICMP on top; all
 * else is no frame. Not accepted on purpose:
 * - fragments: what they make comes here when it is whole (reassembly.h);
 * - IP options and IPv6 extension headers: nothing here needs them;
 * - ARP: there is no link, and who is where has been said (stack_start()).
 * frame_is_genuine() is the protection against forged senders.
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_ETHER_SIZE 14
#define FRAME_SIZE_MAX   (65535 + FRAME_ETHER_SIZE)

/* A frame taken apart; all pointers are into the caller's bytes. */
struct frame {
	uint8_t *data;      /* the Ethernet header */
	size_t size;        /* without padding behind the packet */
	int family;         /* AF_INET, AF_INET6 */
	uint8_t protocol;   /* IPPROTO_TCP, _UDP, _ICMP, _ICMPV6 */
	const uint8_t *src; /* IP addresses */
	const uint8_t *dst;
	uint8_t *l4;       /* segment, datagram or message */
	size_t l4_size;    /* bytes; at least the protocol's header */
	uint16_t src_port; /* host order; 0 where there are none */
	uint16_t dst_port;
};

/**
 * frame_parse() - Take a frame apart, if it is sound
 * @data:	Of @size bytes; TCP's urgent flag and pointer are cleared in
 *		place (and its checksum adjusted): they can't be forwarded, and
 *		stacks got them wrong
 * @ret:	Points into @data; untouched if the frame is no good
 *
 * Return: is it sound?
 */
bool frame_parse(uint8_t *data, size_t size, struct frame *ret);

/** frame_is_genuine() - Does it come from where the container is? */
bool frame_is_genuine(const struct frame *frame);

#endif
