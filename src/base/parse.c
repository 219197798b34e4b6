// SPDX-License-Identifier: Apache-2.0
#include "base/parse.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

int parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	uint64_t number = 0;

	if (!*text)
		return -EINVAL;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9')
			return -EINVAL;

		uint64_t digit = (uint64_t)(*c - '0');

		if (number > (max - digit) / 10 || digit > max)
			return -ERANGE;
		number = number * 10 + digit;
	}
	*ret = number;
	return 0;
}

int parse_id(const char *text, uint32_t *ret)
{
	uint64_t number;
	int result = parse_number(text, UINT32_MAX - 1, &number);

	if (result == 0)
		*ret = (uint32_t)number;
	return result;
}

int parse_size(const char *text, uint64_t *ret)
{
	static const char units[] = "bkmgt";
	char digits[24];
	size_t length = strspn(text, "0123456789");
	unsigned int shift = 0;
	uint64_t number;

	if (length >= sizeof(digits))
		return -ERANGE;
	if (text[length]) {
		const char *unit = strchr(units, text[length] | 0x20);

		if (!unit || text[length + 1])
			return -EINVAL;
		shift = 10 * (unsigned int)(unit - units);
	}
	memcpy(digits, text, length);
	digits[length] = '\0';

	int result = parse_number(digits, UINT64_MAX >> shift, &number);

	if (result == 0)
		*ret = number << shift;
	return result;
}

int parse_bool(const char *text, bool *ret)
{
	static const char *const words[][2] = {
		{ "true", "false" },
		{ "1", "0" },
		{ "yes", "no" },
		{ "on", "off" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		for (int j = 0; j < 2; j++)
			if (!strcasecmp(text, words[i][j])) {
				*ret = j == 0;
				return 0;
			}
	return -EINVAL;
}

/* RTMIN+n and RTMAX-n. Return: the signal, -EINVAL */
static int parse_realtime(const char *name)
{
	bool from_max = !strncasecmp(name, "RTMAX", 5);
	char sign = from_max ? '-' : '+';
	uint64_t offset = 0;

	if (!from_max && strncasecmp(name, "RTMIN", 5) != 0)
		return -EINVAL;
	if (name[5] &&
	    (name[5] != sign ||
	     parse_number(name + 6, (uint64_t)(SIGRTMAX - SIGRTMIN), &offset)))
		return -EINVAL;
	return from_max ? SIGRTMAX - (int)offset : SIGRTMIN + (int)offset;
}

int parse_signal(const char *text)
{
	uint64_t number;

	if (parse_number(text, (uint64_t)SIGRTMAX, &number) == 0)
		return number ? (int)number : -EINVAL;
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	for (int signal = 1; signal < SIGRTMIN; signal++) {
		const char *name = sigabbrev_np(signal);

		if (name && !strcasecmp(name, text))
			return signal;
	}
	return parse_realtime(text);
}
