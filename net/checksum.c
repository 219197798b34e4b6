// SPDX-License-Identifier: Apache-2.0
#include "net/checksum.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static uint32_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

uint32_t checksum_add(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t total = sum;

	for (; size >= 4; at += 4, size -= 4) {
		uint32_t word;

		memcpy(&word, at, sizeof(word));
		total += word;
	}
	if (size > 0) {
		uint32_t last = 0;

		memcpy(&last, at, size);
		total += last;
	}
	return fold(total);
}

uint16_t checksum_finish(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}

uint16_t checksum_transport(const struct pseudo_header *head, const void *data,
			    size_t size)
{
	uint16_t tail[] = { htons((uint16_t)size), htons(head->protocol) };
	uint8_t bytes = address_bytes(head->family);
	uint32_t sum = checksum_add(0, tail, sizeof(tail));

	/* ICMP over IPv4 alone has no pseudo header. */
	if (head->family == AF_INET && head->protocol == IPPROTO_ICMP)
		return checksum_finish(checksum_add(0, data, size));
	sum = checksum_add(sum, head->src, bytes);
	sum = checksum_add(sum, head->dst, bytes);
	return checksum_finish(checksum_add(sum, data, size));
}

uint16_t checksum_replace(uint16_t sum, uint16_t before, uint16_t after)
{
	/* RFC 1624, equation 3. */
	uint32_t total = (uint16_t)~sum;

	total += (uint16_t)~before;
	total += after;
	return checksum_finish(total);
}
