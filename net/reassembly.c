// SPDX-License-Identifier: Apache-2.0
#include "net/reassembly.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "net/checksum.h"
#include "net/packet.h"

enum {
	ETHER = FRAME_ETHER_SIZE,
	IPV4 = 20,
	IPV6 = 40,
	FRAGMENT = 8, /* IPv6's header of that name */
	IPPROTO_V6_FRAGMENT = 44,
	BLOCK = 8,
};

/* A frame taken apart. */
struct fragment {
	int family;
	uint32_t id;
	uint8_t protocol;
	bool is_last;
	const uint8_t *ends;
	size_t head; /* before the payload, with headers */
	size_t offset, size;
	const uint8_t *payload;
};

bool reassembly_wants(const uint8_t *frame, size_t size)
{
	const uint8_t *ip = frame + ETHER;

	if (size < ETHER + IPV4)
		return false;
	if (packet_get16(frame + 12) == ETH_P_IP)
		return packet_get16(ip + 6) & 0x3fff;
	return packet_get16(frame + 12) == ETH_P_IPV6 && size >= ETHER + IPV6 &&
	       ip[6] == IPPROTO_V6_FRAGMENT;
}

static bool parse_v4(const uint8_t *ip, size_t size, struct fragment *ret)
{
	size_t total = packet_get16(ip + 2);
	uint16_t field = packet_get16(ip + 6);

	/* Options aren't taken, here as elsewhere. */
	if (ip[0] != 0x45 || total <= IPV4 || total > size)
		return false;
	*ret = (struct fragment){
		.family = AF_INET,
		.id = packet_get16(ip + 4),
		.protocol = ip[9],
		.is_last = !(field & 0x2000),
		.ends = ip + 12,
		.head = ETHER + IPV4,
		.offset = (size_t)(field & 0x1fff) * BLOCK,
		.size = total - IPV4,
		.payload = ip + IPV4,
	};
	return true;
}

static bool parse_v6(const uint8_t *ip, size_t size, struct fragment *ret)
{
	const uint8_t *own = ip + IPV6;
	size_t length = packet_get16(ip + 4);

	if (ip[0] >> 4 != 6 || length <= FRAGMENT || IPV6 + length > size)
		return false;
	*ret = (struct fragment){
		.family = AF_INET6,
		.id = packet_get32(own + 4),
		.protocol = own[0],
		.is_last = !(own[3] & 1),
		.ends = ip + 8,
		.head = ETHER + IPV6,
		.offset = packet_get16(own + 2) & 0xfff8,
		.size = length - FRAGMENT,
		.payload = own + FRAGMENT,
	};
	return true;
}

static bool parse(const uint8_t *frame, size_t size, struct fragment *ret)
{
	const uint8_t *ip = frame + ETHER;
	bool is_v4 = packet_get16(frame + 12) == ETH_P_IP;

	if (!(is_v4 ? parse_v4(ip, size - ETHER, ret)
		    : parse_v6(ip, size - ETHER, ret)))
		return false;
	if (ret->protocol != IPPROTO_UDP &&
	    ret->protocol != (is_v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return false;
	/* All but the last are of whole blocks; and what is put together has
	 * to fit into a packet.
	 */
	return (ret->is_last || ret->size % BLOCK == 0) &&
	       ret->head - ETHER + ret->offset + ret->size <= UINT16_MAX;
}

static size_t ends_size(int family)
{
	return 2 * (size_t)address_bytes(family);
}

static bool is_of(const struct reassembly_slot *slot,
		  const struct fragment *fragment)
{
	return slot->begun_ms && slot->family == fragment->family &&
	       slot->id == fragment->id &&
	       slot->protocol == fragment->protocol &&
	       memcmp(slot->ends, fragment->ends, ends_size(slot->family)) == 0;
}

static void begin(struct reassembly_slot *slot, const struct fragment *fragment,
		  int64_t now_ms)
{
	slot->begun_ms = now_ms;
	slot->family = fragment->family;
	slot->id = fragment->id;
	slot->protocol = fragment->protocol;
	memcpy(slot->ends, fragment->ends, ends_size(fragment->family));
	slot->head = slot->total = slot->received = 0;
	memset(slot->blocks, 0, sizeof(slot->blocks));
}

/* The datagram's, or one to begin it in. */
static struct reassembly_slot *slot_for(struct reassembly *reassembly,
					const struct fragment *fragment,
					int64_t now_ms)
{
	struct reassembly_slot *oldest = reassembly->slots;

	for (size_t i = 0; i < REASSEMBLY_SLOTS; i++) {
		struct reassembly_slot *slot = &reassembly->slots[i];

		if (now_ms - slot->begun_ms > REASSEMBLY_TIMEOUT_MS)
			slot->begun_ms = 0;
		if (is_of(slot, fragment))
			return slot;
		if (slot->begun_ms < oldest->begun_ms)
			oldest = slot;
	}
	begin(oldest, fragment, now_ms);
	return oldest;
}

/* Return: was none of these blocks there? */
static bool take_blocks(struct reassembly_slot *slot, size_t offset,
			size_t size)
{
	for (size_t i = offset / BLOCK; i <= (offset + size - 1) / BLOCK; i++) {
		uint64_t bit = UINT64_C(1) << i % 64;

		if (slot->blocks[i / 64] & bit)
			return false;
		slot->blocks[i / 64] |= bit;
	}
	return true;
}

/* Return: does it go with what is there? */
static bool add(struct reassembly_slot *slot, const uint8_t *frame,
		const struct fragment *fragment)
{
	size_t end = fragment->offset + fragment->size;
	size_t room = ETHER + (slot->family == AF_INET ? IPV4 : IPV6);

	if ((slot->total && (fragment->is_last || end > slot->total)) ||
	    !take_blocks(slot, fragment->offset, fragment->size))
		return false;
	if (fragment->is_last) {
		slot->total = end;
		/* Was there something behind the end already? */
		for (size_t i = (end + BLOCK - 1) / BLOCK;
		     i < REASSEMBLY_BLOCKS; i++)
			if (slot->blocks[i / 64] & UINT64_C(1) << i % 64)
				return false;
	}
	if (fragment->offset == 0) {
		memcpy(slot->frame, frame, fragment->head);
		slot->head = fragment->head;
	}
	memcpy(slot->frame + room + fragment->offset, fragment->payload,
	       fragment->size);
	slot->received += fragment->size;
	return true;
}

/* Make one packet of it. Return: its size */
static size_t finish(const struct reassembly_slot *slot, uint8_t *out)
{
	uint8_t *ip = out + ETHER;

	memcpy(out, slot->frame, slot->head + slot->total);
	if (slot->family == AF_INET6) {
		packet_put16(ip + 4, (uint16_t)slot->total);
		ip[6] = slot->protocol;
		return slot->head + slot->total;
	}
	packet_put16(ip + 2, (uint16_t)(IPV4 + slot->total));
	packet_put16(ip + 6, 0);
	packet_put16(ip + 10, 0);

	uint16_t sum = checksum_finish(checksum_add(0, ip, IPV4));

	memcpy(ip + 10, &sum, sizeof(sum));
	return slot->head + slot->total;
}

size_t reassembly_input(struct reassembly *reassembly, const uint8_t *frame,
			size_t size, int64_t now_ms, uint8_t *out)
{
	struct reassembly_slot *slot;
	struct fragment fragment;

	if (!parse(frame, size, &fragment))
		return 0;
	slot = slot_for(reassembly, &fragment, now_ms);
	if (!add(slot, frame, &fragment)) {
		slot->begun_ms = 0;
		return 0;
	}
	if (!slot->head || !slot->total || slot->received != slot->total)
		return 0;
	slot->begun_ms = 0;
	return finish(slot, out);
}
