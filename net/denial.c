// SPDX-License-Identifier: Apache-2.0
#include "net/denial.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	MS_A_DAY = 24 * 60 * 60 * 1000,
	DAYS_OF_ERA = 146097, /* of 400 years */
	/* From the first of March of the year 0, where leap days come last. */
	DAYS_BEFORE_1970 = 719468,
};

/* What doesn't fit is cut, which no line needs. */
__attribute__((format(printf, 2, 3))) static void put(struct denial_line *line,
						      const char *format, ...)
{
	size_t room = DENIAL_LINE_MAX - line->size;
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(line->text + line->size, room, format, arguments);
	va_end(arguments);
	if (size > 0)
		line->size += (size_t)size < room ? (size_t)size : room - 1;
}

/* Names in messages can have anything; here it is ASCII (dnsmsg.h). */
static void put_text(struct denial_line *line, const char *key,
		     const char *text)
{
	if (!text || !*text)
		return;
	put(line, ",\"%s\":\"", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			put(line, "\\%c", *text);
		else if (*text < ' ' || *text > '~')
			put(line, "\\u%04x", (unsigned char)*text);
		else
			put(line, "%c", *text);
	}
	put(line, "\"");
}

static void put_end(struct denial_line *line, const char *who, int family,
		    const uint8_t *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	(void)inet_ntop(family, address, text, sizeof(text));
	put_text(line, who, text);
}

static void put_port(struct denial_line *line, const char *key, uint16_t port)
{
	if (port)
		put(line, ",\"%s\":%u", key, port);
}

/* RFC 3339, in UTC. Not by the C library, which looks for files then. */
static void put_time(struct denial_line *line, int64_t time_ms)
{
	int64_t days = time_ms / MS_A_DAY + DAYS_BEFORE_1970;
	int ms = (int)(time_ms % MS_A_DAY);
	int era = (int)(days / DAYS_OF_ERA), day = (int)(days % DAYS_OF_ERA);
	int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int month; /* 0 is March */

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	year += era * 400 + (month >= 10);
	put(line, "{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", year,
	    month < 10 ? month + 3 : month - 9, day + 1, ms / 3600000,
	    ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

static void begin(struct denial_line *line, int64_t time_ms, const char *action)
{
	line->size = 0;
	put_time(line, time_ms);
	put_text(line, "action", action);
}

void denial_write(const struct denial *denial, int64_t time_ms,
		  struct denial_line *ret)
{
	begin(ret, time_ms, "deny");
	put_text(ret, "protocol", denial->protocol);
	put_end(ret, "source", denial->family, denial->src);
	put_port(ret, "source_port", denial->src_port);
	put_end(ret, "destination", denial->family, denial->dst);
	put_port(ret, "port", denial->dst_port);
	put_text(ret, "name", denial->name);
	put_text(ret, "rule", denial->rule);
	put(ret, "}\n");
}

void denial_write_count(uint64_t count, int64_t time_ms,
			struct denial_line *ret)
{
	begin(ret, time_ms, "suppressed");
	put(ret, ",\"count\":%llu}\n", (unsigned long long)count);
}

void denial_write_full(int64_t time_ms, struct denial_line *ret)
{
	begin(ret, time_ms, "full");
	put(ret, "}\n");
}
