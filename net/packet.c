// SPDX-License-Identifier: Apache-2.0
#include "net/packet.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

/* 255: neighbour discovery insists on it, and nobody else minds. */
enum { HOPS = 255, ETHER = 14, IPV4 = 20, IPV6 = 40 };

size_t packet_head_size(int family)
{
	return ETHER + (family == AF_INET ? IPV4 : IPV6);
}

static size_t checksum_offset(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
		return 6;
	default: /* ICMP and ICMPv6 */
		return 2;
	}
}

static void put_v4(uint8_t *ip, const struct pseudo_header *ends,
		   size_t l4_size, uint16_t l4_sum)
{
	memset(ip, 0, IPV4);
	ip[0] = 0x45;
	packet_put16(ip + 2, (uint16_t)(IPV4 + l4_size));
	/* It may be larger than fits, and then its parts have to be told from
	 * others': its checksum does that. TCP's fit.
	 */
	if (ends->protocol != IPPROTO_TCP)
		memcpy(ip + 4, &l4_sum, sizeof(l4_sum));
	else
		ip[6] = 0x40; /* don't fragment */
	ip[8] = HOPS;
	ip[9] = ends->protocol;
	memcpy(ip + 12, ends->src, 4);
	memcpy(ip + 16, ends->dst, 4);

	uint16_t sum = checksum_finish(checksum_add(0, ip, IPV4));

	memcpy(ip + 10, &sum, sizeof(sum));
}

static void put_v6(uint8_t *ip, const struct pseudo_header *ends,
		   size_t l4_size)
{
	memset(ip, 0, IPV6);
	ip[0] = 0x60;
	packet_put16(ip + 4, (uint16_t)l4_size);
	ip[6] = ends->protocol;
	ip[7] = HOPS;
	memcpy(ip + 8, ends->src, 16);
	memcpy(ip + 24, ends->dst, 16);
}

size_t packet_finish(uint8_t *frame, const struct pseudo_header *ends,
		     size_t l4_size)
{
	size_t head = packet_head_size(ends->family);
	uint8_t *l4 = frame + head,
		*field = l4 + checksum_offset(ends->protocol);
	bool is_v4 = ends->family == AF_INET;

	memcpy(frame, ether_guest, ETHER_SIZE);
	memcpy(frame + ETHER_SIZE, ether_gateway, ETHER_SIZE);
	packet_put16(frame + 12, is_v4 ? ETH_P_IP : ETH_P_IPV6);
	memset(field, 0, 2);

	uint16_t sum = checksum_transport(ends, l4, l4_size);

	/* Zero would mean "no checksum" to UDP. */
	if (sum == 0 && ends->protocol == IPPROTO_UDP)
		sum = 0xffff;
	memcpy(field, &sum, sizeof(sum));
	if (is_v4)
		put_v4(frame + ETHER, ends, l4_size, sum);
	else
		put_v6(frame + ETHER, ends, l4_size);
	return head + l4_size;
}
