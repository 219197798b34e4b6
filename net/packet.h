// SPDX-License-Identifier: Apache-2.0
/* Building the frames that we send ourselves: answers of the DNS forwarder,
 * refusals, rewritten segments.
 */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "net/checksum.h"

#define PACKET_HEAD_MAX (14 + 40)

/** packet_head_size() - Ethernet and IP header; the segment begins there */
size_t packet_head_size(int family);

/**
 * packet_finish() - Put headers before a segment and its checksum into it
 * @frame:	The segment lies at packet_head_size(); its checksum field may
 *		hold anything
 * @ends:	Who sends what to whom
 * @l4_size:	Bytes of the segment, at least the header of its protocol
 *
 * Return: size of the whole frame
 */
size_t packet_finish(uint8_t *frame, const struct pseudo_header *ends,
		     size_t l4_size);

/** packet_put16() - Store in network order */
static inline void packet_put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/** packet_get16() - Load from network order */
static inline uint16_t packet_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline void packet_put32(uint8_t *at, uint32_t value)
{
	packet_put16(at, (uint16_t)(value >> 16));
	packet_put16(at + 2, (uint16_t)value);
}

static inline uint32_t packet_get32(const uint8_t *at)
{
	return (uint32_t)packet_get16(at) << 16 | packet_get16(at + 2);
}

#endif
