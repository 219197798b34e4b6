// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { SECOND = 1000000000 };

char *timestamp(void)
{
	struct timespec now = { 0 };
	struct tm tm = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	return xasprintf("%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			 tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec);
}

int duration_parse(const char *text, int64_t *ret_ns)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {
		{ "ns", 1 },  { "us", 1e3 }, { "ms", 1e6 },
		{ "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 },
	};
	double sum = 0;

	if (!*text)
		return -EINVAL;
	while (*text) {
		char *end;
		double number = strtod(text, &end);
		size_t length = strspn(end, "nsumh"), i = 0;

		if (end == text ||
		    strspn(text, "0123456789.") != (size_t)(end - text))
			return -EINVAL;
		while (i < ARRAY_COUNT(units) &&
		       (strlen(units[i].unit) != length ||
			strncmp(units[i].unit, end, length) != 0))
			i++;
		if (i == ARRAY_COUNT(units))
			return -EINVAL;
		sum += number * units[i].ns;
		text = end + length;
	}
	if (sum > 9e18)
		return -EINVAL;
	*ret_ns = (int64_t)sum;
	return 0;
}

static int64_t now_ns(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

/* "Z", or how far east of it: "+01:30" */
static int parse_zone(const char *text, int64_t *ret_seconds)
{
	char *colon, *end;
	long hours, minutes;

	*ret_seconds = 0;
	if (!strcmp(text, "Z"))
		return 0;
	if (*text != '+' && *text != '-')
		return -EINVAL;
	hours = strtol(text + 1, &colon, 10);
	if (*colon != ':')
		return -EINVAL;
	minutes = strtol(colon + 1, &end, 10);
	if (*end || colon != text + 3 || end != text + 6)
		return -EINVAL;
	*ret_seconds = (hours * 60 + minutes) * 60 * (*text == '-' ? -1 : 1);
	return 0;
}

/* "2026-11-24T14:00:00[.5](Z|+01:00)" */
static int parse_date(const char *text, int64_t *ret_ns)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	double fraction = 0;
	int64_t offset;

	if (!end)
		return -EINVAL;
	if (*end == '.') {
		char *behind;

		fraction = strtod(end, &behind);
		end = behind;
	}
	if (parse_zone(end, &offset) < 0)
		return -EINVAL;
	*ret_ns = ((int64_t)timegm(&tm) - offset) * SECOND +
		  (int64_t)(fraction * SECOND);
	return 0;
}

int timestamp_parse(const char *text, int64_t *ret_ns)
{
	int64_t ago;

	if (text[strspn(text, "0123456789")] == '\0' && *text) {
		*ret_ns = strtoll(text, NULL, 10) * SECOND;
		return 0;
	}
	if (duration_parse(text, &ago) == 0) {
		*ret_ns = now_ns() - ago;
		return 0;
	}
	return parse_date(text, ret_ns);
}
