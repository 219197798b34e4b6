// SPDX-License-Identifier: Apache-2.0
#include "network/subnet.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

static unsigned int bits_of(int family)
{
	return family == AF_INET ? 32 : 128;
}

static void clear_behind(struct subnet *subnet)
{
	for (unsigned int bit = subnet->prefix; bit < 128; bit++)
		subnet->bytes[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
}

int subnet_parse(const char *text, struct subnet *ret)
{
	const char *slash = strchr(text, '/');
	struct subnet subnet = { .family = AF_INET };
	char address[SUBNET_TEXT_MAX];
	uint64_t prefix;

	if (!slash || (size_t)(slash - text) >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (inet_pton(AF_INET, address, subnet.bytes) != 1) {
		subnet.family = AF_INET6;
		if (inet_pton(AF_INET6, address, subnet.bytes) != 1)
			return -EINVAL;
	}
	if (parse_number(slash + 1, bits_of(subnet.family), &prefix) < 0)
		return -EINVAL;
	subnet.prefix = (uint8_t)prefix;
	clear_behind(&subnet);
	*ret = subnet;
	return 0;
}

void subnet_format(const struct subnet *subnet, char *text)
{
	size_t length;

	(void)inet_ntop(subnet->family, subnet->bytes, text, SUBNET_TEXT_MAX);
	length = strlen(text);
	(void)snprintf(text + length, SUBNET_TEXT_MAX - length, "/%u",
		       subnet->prefix);
}

bool subnet_overlaps(const struct subnet *a, const struct subnet *b)
{
	const struct subnet *wide = a->prefix <= b->prefix ? a : b;
	struct subnet narrow = wide == a ? *b : *a;

	if (a->family != b->family || !a->family)
		return false;
	narrow.prefix = wide->prefix;
	clear_behind(&narrow);
	return memcmp(narrow.bytes, wide->bytes, sizeof(narrow.bytes)) == 0;
}

uint32_t subnet_last(const struct subnet *subnet)
{
	unsigned int bits = bits_of(subnet->family) - subnet->prefix;
	uint64_t count = bits > 16 ? UINT64_C(1) << 16 : UINT64_C(1) << bits;

	/* The network's own address, and that for all. */
	return count > 2 ? (uint32_t)count - 2 : 0;
}

void subnet_address(const struct subnet *subnet, uint32_t number, char *text)
{
	uint8_t bytes[16];
	unsigned int at = bits_of(subnet->family) / 8;

	memcpy(bytes, subnet->bytes, sizeof(bytes));
	for (; number > 0; number >>= 8)
		bytes[--at] |= (uint8_t)number;
	(void)inet_ntop(subnet->family, bytes, text, SUBNET_TEXT_MAX);
}

uint32_t subnet_number(const struct subnet *subnet, const char *address)
{
	unsigned int end = bits_of(subnet->family) / 8;
	struct subnet found = *subnet;
	uint32_t number;

	if (!subnet->family ||
	    inet_pton(subnet->family, address, found.bytes) != 1)
		return 0;
	number = (uint32_t)found.bytes[end - 2] << 8 | found.bytes[end - 1];
	number -=
		(uint32_t)subnet->bytes[end - 2] << 8 | subnet->bytes[end - 1];
	if (number < 1 || number > subnet_last(subnet))
		return 0;
	/* All but the last two bytes has to be the network's. */
	found.bytes[end - 2] = subnet->bytes[end - 2];
	found.bytes[end - 1] = subnet->bytes[end - 1];
	return memcmp(found.bytes, subnet->bytes, end) == 0 ? number : 0;
}
