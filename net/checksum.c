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

/* Two words at once: what most of a large segment is summed with. */
typedef uint64_t pair __attribute__((vector_size(16)));

/* Both halves of every word, each into sums that don't overflow: a packet has
 * far fewer than 2^32 words.
 */
static uint64_t add_pairs(const uint8_t *data, size_t count)
{
	static const pair half = { UINT32_MAX, UINT32_MAX };
	pair low = { 0 }, high = { 0 };

	for (; count > 0; count--, data += sizeof(pair)) {
		pair words;

		memcpy(&words, data, sizeof(words));
		low += words & half;
		high += words >> 32;
	}
	low += high;
	return fold(low[0]) + fold(low[1]);
}

uint32_t checksum_add(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t total = sum + add_pairs(data, size / sizeof(pair));

	at += size / sizeof(pair) * sizeof(pair);
	size %= sizeof(pair);
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
