// SPDX-License-Identifier: Apache-2.0
#include "net/reverse.h"

#include <string.h>

/* One byte of IPv4 in decimal, as it is printed. Return: the text behind it,
 * and the dot; NULL: it isn't one
 */
static const char *read_decimal(const char *text, uint8_t *ret)
{
	unsigned int value = 0;
	size_t digits = 0;

	for (; *text >= '0' && *text <= '9' && digits < 3; digits++)
		value = value * 10 + (unsigned int)(*text++ - '0');
	if (!digits || *text != '.' || value > UINT8_MAX ||
	    (digits > 1 && value < (digits == 2 ? 10U : 100U)))
		return NULL;
	*ret = (uint8_t)value;
	return text + 1;
}

/* Half a byte of IPv6. Return: as above */
static const char *read_nibble(const char *text, uint8_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit = *text ? strchr(digits, *text) : NULL;

	if (!digit || text[1] != '.')
		return NULL;
	*ret = (uint8_t)(digit - digits);
	return text + 2;
}

static const char *read_v4(const char *text, uint8_t *bytes)
{
	for (size_t i = address_bytes(AF_INET); text && i > 0; i--)
		text = read_decimal(text, &bytes[i - 1]);
	return text;
}

static const char *read_v6(const char *text, uint8_t *bytes)
{
	uint8_t low = 0, high = 0;

	for (size_t i = address_bytes(AF_INET6); text && i > 0; i--) {
		text = read_nibble(text, &low);
		text = text ? read_nibble(text, &high) : NULL;
		bytes[i - 1] = (uint8_t)(high << 4 | low);
	}
	return text;
}

int reverse_parse(const char *name, struct address *ret)
{
	struct address v4 = { .family = AF_INET }, v6 = { .family = AF_INET6 };
	const char *rest = read_v4(name, v4.bytes);

	if (rest && !strcmp(rest, "in-addr.arpa")) {
		*ret = v4;
		return 0;
	}
	rest = read_v6(name, v6.bytes);
	if (rest && !strcmp(rest, "ip6.arpa")) {
		*ret = v6;
		return 0;
	}
	return -EINVAL;
}
