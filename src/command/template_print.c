// SPDX-License-Identifier: Apache-2.0
/* Values as Go's fmt prints them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/template_parts.h"

/* What Go calls the type, for "%!d(string=x)". */
static const char *type_name(const struct value *value)
{
	switch ((int)json_object_get_type(value->json)) {
	case json_type_boolean:
		return "bool";
	case json_type_int:
		return "int";
	case json_type_double:
		return "float64";
	case json_type_string:
		return "string";
	case json_type_array:
		return "[]interface {}";
	case json_type_object:
		return "map[string]interface {}";
	default:
		return "<nil>";
	}
}

static size_t count_runes(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

/* Filled up to the width; zeros come behind a sign. */
static void pad(FILE *out, const struct verb *verb, const char *text)
{
	size_t length = count_runes(text);
	size_t width = (size_t)verb->width;
	size_t fill = width > length ? width - length : 0;
	bool zero = verb->zero && !verb->minus;

	if (zero && fill && (*text == '-' || *text == '+'))
		(void)fputc(*text++, out);
	if (!verb->minus)
		for (size_t i = 0; i < fill; i++)
			(void)fputc(zero ? '0' : ' ', out);
	(void)fputs(text, out);
	if (verb->minus)
		for (size_t i = 0; i < fill; i++)
			(void)fputc(' ', out);
}

/* The shortest digits that read as the same number. */
static int shortest(double number)
{
	char text[40];

	for (int digits = 1; digits < 17; digits++) {
		(void)snprintf(text, sizeof(text), "%.*e", digits - 1, number);
		if (strtod(text, NULL) == number)
			return digits;
	}
	return 17;
}

static int exponent_of(double number, int digits)
{
	char text[40];
	const char *sign;

	(void)snprintf(text, sizeof(text), "%.*e", digits - 1, number);
	sign = strchr(text, 'e');
	return sign ? (int)strtol(sign + 1, NULL, 10) : 0;
}

/* %v and %g: the shortest text, with an exponent only for what is far off. C
 * and Go write at least two digits of an exponent.
 */
static char *general_text(const struct verb *verb, const char *sign,
			  double number)
{
	int digits = shortest(number);
	int exponent = exponent_of(number, digits);
	int behind = digits - 1 > exponent ? digits - 1 - exponent : 0;

	if (verb->has_precision)
		return xasprintf("%s%.*g", sign,
				 verb->precision ? verb->precision : 1, number);
	if (exponent < -4 || exponent >= 21)
		return xasprintf("%s%.*e", sign, digits - 1, number);
	return xasprintf("%s%.*f", sign, behind, number);
}

static char *real_text(const struct verb *verb, double number)
{
	const char *sign = verb->plus && number >= 0 ? "+" : "";
	int precision = verb->has_precision ? verb->precision : 6;

	if (verb->letter == 'e')
		return xasprintf("%s%.*e", sign, precision, number);
	if (verb->letter == 'f' || verb->letter == 'F')
		return xasprintf("%s%.*f", sign, precision, number);
	return general_text(verb, sign, number);
}

static void print_bad(FILE *out, const struct verb *verb,
		      const struct value *value)
{
	static const struct verb plain = { .letter = 'v' };

	if (!value->json) {
		(void)fprintf(out, "%%!%c(<nil>)", verb->letter);
		return;
	}
	(void)fprintf(out, "%%!%c(%s=", verb->letter, type_name(value));
	template_print(out, &plain, value);
	(void)fputc(')', out);
}

static const char hex_digits[] = "0123456789abcdef";

/* A string in Go's quotes; what isn't ASCII stays as it is. */
static char *quote(const char *text)
{
	static const char bytes[] = "\a\b\f\n\r\t\v\\\"",
			  letters[] = "abfnrtv\\\"";
	char *quoted = xcalloc(strlen(text) * 4 + 3, 1);
	char *to = quoted;

	*to++ = '"';
	for (; *text; text++) {
		const char *special = strchr(bytes, *text);

		if (special) {
			*to++ = '\\';
			*to++ = letters[special - bytes];
		} else if (iscntrl((unsigned char)*text)) {
			*to++ = '\\';
			*to++ = 'x';
			*to++ = hex_digits[(unsigned char)*text >> 4];
			*to++ = hex_digits[*text & 15];
		} else {
			*to++ = *text;
		}
	}
	*to = '"';
	return quoted;
}

static char *hex(const struct verb *verb, const char *text)
{
	const char *known =
		verb->letter == 'x' ? hex_digits : "0123456789ABCDEF";
	size_t length = strlen(text);
	char *digits = xcalloc(length * 2 + 1, 1);

	for (size_t i = 0; i < length; i++) {
		digits[i * 2] = known[(unsigned char)text[i] >> 4];
		digits[i * 2 + 1] = known[text[i] & 15];
	}
	return digits;
}

/* At most so many characters. */
static char *cut(const char *text, int precision)
{
	const char *end = text;

	while (*end && (precision > 0 || (*end & 0xc0) == 0x80)) {
		precision -= (end[1] & 0xc0) != 0x80;
		end++;
	}
	return xstrndup(text, (size_t)(end - text));
}

static void print_string(FILE *out, const struct verb *verb,
			 const struct value *value)
{
	const char *text = json_object_get_string(value->json);
	auto_free char *whole = verb->has_precision ? cut(text, verb->precision)
						    : xstrdup(text);
	auto_free char *shown = NULL;

	switch (verb->letter) {
	case 'v':
	case 's':
		shown = verb->sharp && verb->letter == 'v' ? quote(whole)
							   : steal_ptr(&whole);
		break;
	case 'q':
		shown = quote(whole);
		break;
	case 'x':
	case 'X':
		shown = hex(verb, whole);
		break;
	default:
		print_bad(out, verb, value);
		return;
	}
	pad(out, verb, shown);
}

static char *binary(uint64_t number)
{
	char digits[65];
	char *at = digits + 64;

	*at = '\0';
	do {
		*--at = (char)('0' + (number & 1));
		number >>= 1;
	} while (number);
	return xstrdup(at);
}

static char *digits_of(const struct verb *verb, uint64_t number)
{
	switch (verb->letter) {
	case 'v':
	case 'd':
		return xasprintf("%lu", number);
	case 'x':
		return xasprintf("%s%lx", verb->sharp ? "0x" : "", number);
	case 'X':
		return xasprintf("%s%lX", verb->sharp ? "0X" : "", number);
	case 'o':
		return xasprintf("%lo", number);
	case 'b':
		return binary(number);
	case 'c':
		return number && number < 0x80 ? xasprintf("%c", (int)number)
					       : xstrdup("\xef\xbf\xbd");
	case 'q':
		return number >= ' ' && number < 0x7f
			       ? xasprintf("'%c'", (int)number)
			       : xasprintf("'\\x%02lx'", number);
	case 'U':
		return xasprintf("U+%04lX", number);
	default:
		return NULL;
	}
}

static void print_whole(FILE *out, const struct verb *verb,
			const struct value *value)
{
	int64_t number = json_object_get_int64(value->json);
	bool minus = number < 0;
	auto_free char *digits =
		digits_of(verb, minus ? -(uint64_t)number
				      : json_object_get_uint64(value->json));
	auto_free char *text = NULL;

	if (!digits) {
		print_bad(out, verb, value);
		return;
	}
	text = xasprintf("%s%s",
			 minus         ? "-"
			 : verb->plus  ? "+"
			 : verb->blank ? " "
				       : "",
			 digits);
	pad(out, verb, text);
}

static void print_real(FILE *out, const struct verb *verb,
		       const struct value *value)
{
	if (!strchr("veEfFgG", verb->letter)) {
		print_bad(out, verb, value);
		return;
	}

	auto_free char *text =
		real_text(verb, json_object_get_double(value->json));

	pad(out, verb, text);
}

static void print_array(FILE *out, const struct verb *verb,
			const struct value *value)
{
	size_t count = json_object_array_length(value->json);

	(void)fputc('[', out);
	for (size_t i = 0; i < count; i++) {
		const struct value element = {
			.json = json_object_array_get_idx(value->json, i)
		};

		if (i)
			(void)fputc(' ', out);
		template_print(out, verb, &element);
	}
	(void)fputc(']', out);
}

static void print_object(FILE *out, const struct verb *verb,
			 const struct value *value)
{
	auto_with(strv_clear) struct strv keys = template_keys(value->json);

	(void)fputs("map[", out);
	for (size_t i = 0; i < keys.count; i++) {
		struct value element = { .json = json_object_new_string(
						 keys.items[i]) };

		if (i)
			(void)fputc(' ', out);
		template_print(out, verb, &element);
		json_object_put(element.json);
		(void)fputc(':', out);
		element.json =
			json_object_object_get(value->json, keys.items[i]);
		template_print(out, verb, &element);
	}
	(void)fputc(']', out);
}

void template_print(FILE *out, const struct verb *verb,
		    const struct value *value)
{
	enum json_type type = json_object_get_type(value->json);

	if (verb->letter == 'T') {
		pad(out, verb, type_name(value));
	} else if (type == json_type_string) {
		print_string(out, verb, value);
	} else if (type == json_type_int) {
		print_whole(out, verb, value);
	} else if (type == json_type_double) {
		print_real(out, verb, value);
	} else if (type == json_type_array) {
		print_array(out, verb, value);
	} else if (type == json_type_object) {
		print_object(out, verb, value);
	} else if (type == json_type_boolean && strchr("vt", verb->letter)) {
		pad(out, verb,
		    json_object_get_boolean(value->json) ? "true" : "false");
	} else if (type == json_type_null && verb->letter == 'v') {
		pad(out, verb, "<nil>");
	} else {
		print_bad(out, verb, value);
	}
}
