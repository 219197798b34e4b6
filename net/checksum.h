// SPDX-License-Identifier: Apache-2.0
/* The Internet checksum (RFC 1071). Sums are kept in the byte order of the
 * packet, so that what comes out is stored as it is.
 */
#ifndef NET_CHECKSUM_H
#define NET_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "net/address.h"

/* What a transport checksum covers besides the segment itself. */
struct pseudo_header {
	int family;         /* AF_INET, AF_INET6 */
	uint8_t protocol;   /* IPPROTO_ */
	const uint8_t *src; /* borrowed; 4 or 16 bytes */
	const uint8_t *dst;
};

/** checksum_add() - @sum plus the words of @data; an odd end is padded */
uint32_t checksum_add(uint32_t sum, const void *data, size_t size);

/** checksum_finish() - To 16 bits and complemented; 0 over intact data */
uint16_t checksum_finish(uint32_t sum);

/**
 * checksum_transport() - Sum of a segment with its pseudo header
 * @data:	Segment, whose checksum field is zero to make a sum, or in place
 *		to verify one (0 then means intact)
 * @size:	Bytes, at most 65535
 */
uint16_t checksum_transport(const struct pseudo_header *head, const void *data,
			    size_t size);

/**
 * checksum_replace() - The new checksum after one word of the data changed
 * @sum:	Stored checksum
 * @before:	The word as it was, as it lies in memory
 * @after:	The word as it is now
 */
uint16_t checksum_replace(uint16_t sum, uint16_t before, uint16_t after);

#endif
