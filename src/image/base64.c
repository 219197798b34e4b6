// SPDX-License-Identifier: Apache-2.0
#include "image/base64.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const char *text)
{
	size_t size = strlen(text), used = 0;
	char *out = xcalloc(4 * (size / 3 + 1) + 1, 1);

	for (size_t i = 0; i < size; i += 3) {
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 |
			       (i + j < size ? (unsigned char)text[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			out[used++] = digits[bits >> (18 - 6 * j) & 63];
		/* What stands for bytes that aren't there. */
		for (size_t j = size - i; j < 3; j++)
			out[used - 3 + j] = '=';
	}
	return out;
}

int base64_decode(const char *text, char **ret)
{
	size_t length = strlen(text), size = 0;
	auto_free char *out = xcalloc(length + 1, 1);
	unsigned int count = 0;
	uint32_t bits = 0;

	while (length > 0 && text[length - 1] == '=')
		length--;
	for (size_t i = 0; i < length; i++) {
		const char *digit = strchr(digits, text[i]);

		if (!digit)
			return -EINVAL;
		bits = bits << 6 | (uint32_t)(digit - digits);
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		out[size++] = (char)(bits >> count);
		if (!out[size - 1])
			return -EINVAL;
	}
	*ret = steal_ptr(&out);
	return 0;
}
