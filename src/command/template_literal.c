// SPDX-License-Identifier: Apache-2.0
/* Strings, characters and numbers as Go writes them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/template_parts.h"

enum { RUNE_MAX = 0x10ffff };

static size_t put_rune(char *to, unsigned long rune)
{
	if (rune < 0x80) {
		to[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		to[0] = (char)(0xc0 | rune >> 6);
		to[1] = (char)(0x80 | (rune & 0x3f));
		return 2;
	}
	if (rune < 0x10000) {
		to[0] = (char)(0xe0 | rune >> 12);
		to[1] = (char)(0x80 | (rune >> 6 & 0x3f));
		to[2] = (char)(0x80 | (rune & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | rune >> 18);
	to[1] = (char)(0x80 | (rune >> 12 & 0x3f));
	to[2] = (char)(0x80 | (rune >> 6 & 0x3f));
	to[3] = (char)(0x80 | (rune & 0x3f));
	return 4;
}

/* @digits of @base, all there. Return: the value, RUNE_MAX + 1: no such */
static unsigned long read_digits(const char *at, size_t digits, int base)
{
	char text[9] = { 0 };
	char *end;
	unsigned long value;

	memcpy(text, at, strnlen(at, digits));
	if (!isxdigit((unsigned char)text[0]))
		return RUNE_MAX + 1;
	value = strtoul(text, &end, base);
	return (size_t)(end - text) == digits ? value : RUNE_MAX + 1;
}

/* \x41, \u00e4, \101: what is behind the backslash. Return: bytes read */
static size_t numbered_escape(const char *at, unsigned long *ret, bool *is_byte)
{
	size_t digits = *at == 'x' ? 2 : *at == 'u' ? 4 : *at == 'U' ? 8 : 0;

	*is_byte = *at == 'x' || !digits;
	if (digits) {
		*ret = read_digits(at + 1, digits, 16);
		return 1 + digits;
	}
	*ret = read_digits(at, 3, 8);
	return 3;
}

/* @at: behind the backslash. Return: bytes read, 0: no such escape */
static size_t escape(const char *at, char *to, size_t *written)
{
	static const char letters[] = "abfnrtv\\'\"",
			  bytes[] = "\a\b\f\n\r\t\v\\'\"";
	const char *letter = *at ? strchr(letters, *at) : NULL;
	unsigned long rune;
	bool is_byte;
	size_t used;

	if (letter) {
		*to = bytes[letter - letters];
		*written = 1;
		return 1;
	}
	if (!*at || !strchr("xuU01234567", *at))
		return 0;
	used = numbered_escape(at, &rune, &is_byte);
	/* A NUL would end the string early for whoever reads it. */
	if (!rune || rune > (is_byte ? 0xff : RUNE_MAX))
		return 0;
	if (is_byte)
		*to = (char)rune;
	*written = is_byte ? 1 : put_rune(to, rune);
	return used;
}

/* "..." or '...'; scan->at is at the quote. Return: owned; NULL: error */
static char *quoted(struct scan *scan)
{
	char quote = *scan->at;
	const char *at = scan->at + 1;
	auto_free char *text = xcalloc(strlen(at) + 5, 1);
	size_t length = 0;

	while (*at && *at != quote && *at != '\n') {
		size_t used, written = 1;

		if (*at != '\\') {
			text[length++] = *at++;
			continue;
		}
		used = escape(at + 1, text + length, &written);
		if (!used) {
			(void)error_say(scan->err, EINVAL,
					"'\\%.*s' is no escape of a string",
					at[1] ? 1 : 0, at + 1);
			return NULL;
		}
		at += 1 + used;
		length += written;
	}
	if (*at != quote) {
		(void)error_say(scan->err, EINVAL,
				"a string has no end: %c%.20s", quote,
				scan->at + 1);
		return NULL;
	}
	scan->at = at + 1;
	return steal_ptr(&text);
}

must_check static int raw(struct scan *scan, struct json_object **ret)
{
	const char *end = strchr(scan->at + 1, '`');

	if (!end)
		return error_say(scan->err, EINVAL,
				 "a string has no end: %.20s", scan->at);
	*ret = json_object_new_string_len(scan->at + 1,
					  (int)(end - scan->at - 1));
	scan->at = end + 1;
	return 0;
}

/* The number that a character is. Return: bytes of it, 0: none */
static size_t get_rune(const char *text, unsigned long *ret)
{
	unsigned char first = (unsigned char)*text;
	size_t length = first < 0x80   ? 1
			: first < 0xe0 ? 2
			: first < 0xf0 ? 3
				       : 4;

	*ret = first & (length == 1 ? 0x7fU : 0x3fU >> (length - 1));
	if (!first || strlen(text) < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		*ret = *ret << 6 | ((unsigned char)text[i] & 0x3f);
	return length;
}

must_check static int character(struct scan *scan, struct json_object **ret)
{
	auto_free char *text = quoted(scan);
	unsigned long rune;
	size_t length;

	if (!text)
		return -EINVAL;
	length = get_rune(text, &rune);
	if (!length || text[length])
		return error_say(scan->err, EINVAL, "'%s' is not one character",
				 text);
	*ret = json_object_new_int64((int64_t)rune);
	return 0;
}

/* How far a number may go: digits, letters, and signs of an exponent. */
static size_t number_length(const char *at)
{
	static const char bytes[] = "0123456789abcdefABCDEFxXopP._";
	size_t length = 1 + strspn(at + 1, bytes);

	while (strchr("eEpP", at[length - 1]) && at[length] &&
	       strchr("+-", at[length]))
		length += 1 + strspn(at + length + 1, "0123456789");
	return length;
}

/* 0x1f, 0b1, 0o17, 017: the base, and where the digits begin. */
static int number_base(const char **digits)
{
	const char *at = *digits;

	if (*at != '0' || !at[1] || strchr(".eE", at[1]))
		return 10;
	if (strchr("xX", at[1]))
		return 16; /* strtoll() knows */
	*digits += isdigit((unsigned char)at[1]) ? 0 : 2;
	return strchr("bB", at[1]) ? 2 : 8;
}

must_check static int number(struct scan *scan, struct json_object **ret)
{
	char text[64] = { 0 }, *end;
	size_t length = number_length(scan->at), used = 0;
	const char *digits = text;
	long long whole;
	double real;
	int base;

	if (length >= sizeof(text))
		return error_say(scan->err, EINVAL, "bad number: %.*s",
				 (int)length, scan->at);
	for (size_t i = 0; i < length; i++)
		if (scan->at[i] != '_')
			text[used++] = scan->at[i];
	digits += strspn(digits, "+-");
	base = number_base(&digits);
	errno = 0;
	whole = strtoll(digits, &end, base);
	scan->at += length;
	if (errno == 0 && !*end && end != digits) {
		*ret = json_object_new_int64(*text == '-' ? -whole : whole);
		return 0;
	}
	real = strtod(text, &end);
	if (*end || end == text)
		return error_say(scan->err, EINVAL, "bad number: %s", text);
	*ret = json_object_new_double(real);
	return 0;
}

int template_literal(struct scan *scan, struct json_object **ret)
{
	if (*scan->at == '`')
		return raw(scan, ret);
	if (*scan->at == '\'')
		return character(scan, ret);
	if (*scan->at != '"')
		return number(scan, ret);

	auto_free char *text = quoted(scan);

	if (!text)
		return -EINVAL;
	*ret = json_object_new_string(text);
	return 0;
}
