// SPDX-License-Identifier: Apache-2.0
#include "image/toml_scan.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int toml_fail(const struct toml_scan *scan, struct error *err, const char *fmt,
	      ...)
{
	char text[400];
	size_t line = 1;
	va_list args;

	for (const char *at = scan->text; at < scan->at; at++)
		line += *at == '\n';
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return error_say(err, EINVAL, "line %zu: %s", line, text);
}

void toml_skip_blanks(struct toml_scan *scan)
{
	scan->at += strspn(scan->at, " \t");
}

void toml_skip_lines(struct toml_scan *scan)
{
	for (;;) {
		scan->at += strspn(scan->at, " \t\r\n");
		if (*scan->at != '#')
			return;
		scan->at += strcspn(scan->at, "\n");
	}
}

bool toml_at_line_end(struct toml_scan *scan)
{
	toml_skip_blanks(scan);
	return !*scan->at || strchr("\r\n#", *scan->at);
}

/* Four or eight hexadecimal digits as UTF-8. Return: bytes; 0: bad */
static size_t put_unicode(const char *digits, size_t count, char *out)
{
	auto_free char *copy = xstrndup(digits, count);
	unsigned long code;

	if (strspn(copy, "0123456789abcdefABCDEF") != count)
		return 0;
	code = strtoul(copy, NULL, 16);
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | (code >> 6));
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | (code >> 12));
		out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (code >> 18));
	out[1] = (char)(0x80 | ((code >> 12) & 0x3f));
	out[2] = (char)(0x80 | ((code >> 6) & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* What stands behind a backslash. Return: bytes put; 0: bad */
static size_t put_escape(struct toml_scan *scan, char *out)
{
	static const char names[] = "btnfre\"\\";
	static const char bytes[] = "\b\t\n\f\r\033\"\\";
	char kind = *scan->at;
	const char *found = kind ? strchr(names, kind) : NULL;
	size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
	size_t size;

	if (found) {
		scan->at++;
		out[0] = bytes[found - names];
		return 1;
	}
	if (!digits)
		return 0;
	size = put_unicode(scan->at + 1, digits, out);
	if (size)
		scan->at += 1 + digits;
	return size;
}

int toml_string(struct toml_scan *scan, char **ret, struct error *err)
{
	char quote = *scan->at;
	/* An escape is never shorter than what it means. */
	auto_free char *text = xcalloc(strcspn(scan->at, "\n") + 1, 1);
	size_t size = 0;

	if (scan->at[1] == quote && scan->at[2] == quote)
		return toml_fail(scan, err,
				 "strings of several lines aren't supported");
	scan->at++;
	while (*scan->at != quote) {
		size_t more = 1;

		if (!*scan->at || *scan->at == '\n')
			return toml_fail(scan, err, "a string doesn't end");
		if (*scan->at == '\\' && quote == '"') {
			scan->at++;
			more = put_escape(scan, text + size);
		} else {
			text[size] = *scan->at++;
		}
		if (!more)
			return toml_fail(scan, err, "a bad escape");
		size += more;
	}
	scan->at++;
	*ret = steal_ptr(&text);
	return 0;
}

int toml_scalar(struct toml_scan *scan, struct json_object **ret,
		struct error *err)
{
	size_t length = strcspn(scan->at, " \t\r\n,]}#");
	auto_free char *word = xstrndup(scan->at, length);
	size_t sign = word[0] == '-' || word[0] == '+';

	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
		*ret = json_object_new_boolean(word[0] == 't');
	} else if (word[sign] && strlen(word) < 19 &&
		   !word[sign + strspn(word + sign, "0123456789")]) {
		*ret = json_object_new_int64(strtoll(word, NULL, 10));
	} else {
		return toml_fail(scan, err,
				 "'%.50s' is no value that is supported", word);
	}
	scan->at += length;
	return 0;
}
