// SPDX-License-Identifier: Apache-2.0
#include "net/fragment.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "net/frame.h"
#include "net/packet.h"
#include "net/tun.h"

enum {
	ETHER = FRAME_ETHER_SIZE,
	IPV6 = 40,
	HEADS = ETHER + IPV6,
	FRAGMENT = 8, /* IPv6's header of that name */
	BLOCK = 8,
};

size_t fragment_next(const uint8_t *frame, size_t size, size_t mtu, size_t done,
		     uint8_t *out, size_t *ret_size)
{
	const uint8_t *ip = frame + ETHER;
	size_t room = (mtu - IPV6 - FRAGMENT) / BLOCK * BLOCK;
	size_t left = size - HEADS - done;
	size_t part = left > room ? room : left;
	uint8_t *own = out + HEADS;

	memcpy(out, frame, HEADS);
	packet_put16(out + ETHER + 4, (uint16_t)(FRAGMENT + part));
	out[ETHER + 6] = IPPROTO_FRAGMENT;
	own[0] = ip[6];
	own[1] = 0;
	packet_put16(own + 2, (uint16_t)(done | (left > room)));
	/* Its checksum and size tell a packet's parts from others'. */
	memcpy(own + 4, ip + IPV6 + (ip[6] == IPPROTO_UDP ? 6 : 2), 2);
	packet_put16(own + 6, (uint16_t)size);
	memcpy(own + FRAGMENT, ip + IPV6 + done, part);
	*ret_size = HEADS + FRAGMENT + part;
	return part;
}

/* Apart, for what it needs is zeroed at each call. */
__attribute__((noinline)) static void write_parts(int tun, const uint8_t *frame,
						  size_t size, size_t mtu)
{
	uint8_t out[FRAME_SIZE_MAX];
	size_t done = 0, part, part_size;

	while ((part = fragment_next(frame, size, mtu, done, out, &part_size)) >
	       0) {
		tun_write(tun, out, part_size);
		done += part;
	}
}

void fragment_write(int tun, const uint8_t *frame, size_t size, size_t mtu)
{
	if (size > ETHER + mtu && packet_get16(frame + 12) == ETH_P_IPV6 &&
	    (frame[ETHER + 6] == IPPROTO_UDP ||
	     frame[ETHER + 6] == IPPROTO_ICMPV6))
		write_parts(tun, frame, size, mtu);
	else
		tun_write(tun, frame, size);
}
