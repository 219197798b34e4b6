// SPDX-License-Identifier: Apache-2.0
/* Go's fmt.Fprintf: flags, width, precision and a verb, each with its value. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "command/template_parts.h"

static const char *read_flags(const char *at, struct verb *verb)
{
	for (;; at++) {
		switch (*at) {
		case '-':
			verb->minus = true;
			break;
		case '+':
			verb->plus = true;
			break;
		case '0':
			verb->zero = true;
			break;
		case '#':
			verb->sharp = true;
			break;
		case ' ':
			verb->blank = true;
			break;
		default:
			return at;
		}
	}
}

/* The values that are left for a format. */
struct arguments {
	const struct value *next;
	size_t left;
};

/* Digits, or "*" for a value. */
static const char *read_count(const char *at, struct arguments *args, int *ret)
{
	int64_t count = 0;

	if (*at == '*') {
		if (args->left) {
			count = json_object_get_int64(args->next++->json);
			args->left--;
		}
		at++;
	}
	for (; isdigit((unsigned char)*at); at++)
		if (count < TEMPLATE_WIDTH_MAX)
			count = count * 10 + (*at - '0');
	if (count < -TEMPLATE_WIDTH_MAX)
		count = -TEMPLATE_WIDTH_MAX;
	*ret = (int)(count < TEMPLATE_WIDTH_MAX ? count : TEMPLATE_WIDTH_MAX);
	return at;
}

/* @at: behind the '%'. Return: behind the verb */
static const char *read_verb(const char *at, struct arguments *args,
			     struct verb *verb)
{
	at = read_flags(at, verb);
	at = read_count(at, args, &verb->width);
	if (verb->width < 0) {
		verb->minus = true;
		verb->width = -verb->width;
	}
	if (*at == '.') {
		verb->has_precision = true;
		at = read_count(at + 1, args, &verb->precision);
		if (verb->precision < 0)
			verb->has_precision = false;
	}
	verb->letter = *at;
	return *at ? at + 1 : at;
}

static void print_surplus(FILE *out, const struct arguments *args)
{
	static const struct verb plain = { .letter = 'v' },
				 type = { .letter = 'T' };

	if (!args->left)
		return;
	(void)fputs("%!(EXTRA ", out);
	for (size_t i = 0; i < args->left; i++) {
		if (i)
			(void)fputs(", ", out);
		template_print(out, &type, &args->next[i]);
		if (!args->next[i].json)
			continue;
		(void)fputc('=', out);
		template_print(out, &plain, &args->next[i]);
	}
	(void)fputc(')', out);
}

void template_printf(FILE *out, const char *format, const struct value *args,
		     size_t count)
{
	struct arguments left = { args, count };

	while (*format) {
		struct verb verb = { 0 };

		if (*format != '%') {
			(void)fputc(*format++, out);
			continue;
		}
		format = read_verb(format + 1, &left, &verb);
		if (!verb.letter) {
			(void)fputs("%!(NOVERB)", out);
		} else if (verb.letter == '%') {
			(void)fputc('%', out);
		} else if (!left.left) {
			(void)fprintf(out, "%%!%c(MISSING)", verb.letter);
		} else {
			template_print(out, &verb, left.next++);
			left.left--;
		}
	}
	print_surplus(out, &left);
}
