// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/variant.h"

static char text[1024];
static struct error err;

static void add(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text + used, sizeof(text) - used, fmt, args);
	va_end(args);
}

static void add_basic(const struct variant_part *part)
{
	switch (part->type) {
	case 'b':
		add(" %s", part->value.boolean ? "true" : "false");
		break;
	case 'y':
		add(" y%u", part->value.byte);
		break;
	case 'n':
		add(" n%d", part->value.int16);
		break;
	case 'q':
		add(" q%u", part->value.uint16);
		break;
	case 'i':
		add(" i%" PRId32, part->value.int32);
		break;
	case 'u':
		add(" u%" PRIu32, part->value.uint32);
		break;
	case 'x':
		add(" x%" PRId64, part->value.int64);
		break;
	case 't':
		add(" t%" PRIu64, part->value.uint64);
		break;
	case 'd':
		add(" d%g", part->value.real);
		break;
	default:
		add(" %c<%s>", part->type, part->text);
		break;
	}
}

/* "SIGNATURE: STEPS", or the error. */
static const char *parse_as(const char *value, bool seconds)
{
	struct variant variant = { 0 };

	text[0] = '\0';
	if (variant_parse(value, &variant, &err) < 0 ||
	    (seconds && variant_to_microseconds(&variant, &err) < 0)) {
		add("error: %s", err.text);
		variant_clear(&variant);
		return text;
	}
	add("%s:", variant.signature);
	for (size_t i = 0; i < variant.count; i++) {
		const struct variant_part *part = &variant.parts[i];

		if (part->step == VARIANT_OPEN)
			add(" %c(%s", part->type, part->text);
		else if (part->step == VARIANT_CLOSE)
			add(" )");
		else
			add_basic(part);
	}
	variant_clear(&variant);
	return text;
}

static const char *parse(const char *value)
{
	return parse_as(value, false);
}

Test(cgroup_variant, basic_values)
{
	static const char *const values[][2] = {
		{ "true", "b: true" },
		{ " false ", "b: false" },
		{ "boolean true", "b: true" },
		{ "5", "i: i5" },
		{ "-2147483648", "i: i-2147483648" },
		{ "+7", "i: i7" },
		{ "0x10", "i: i16" },
		{ "byte 255", "y: y255" },
		{ "int16 -32768", "n: n-32768" },
		{ "uint16 65535", "q: q65535" },
		{ "int32 1", "i: i1" },
		{ "uint32 4294967295", "u: u4294967295" },
		{ "int64 -9223372036854775808", "x: x-9223372036854775808" },
		{ "uint64 18446744073709551615", "t: t18446744073709551615" },
		{ "@t 3", "t: t3" },
		{ "1.5", "d: d1.5" },
		{ "double 2", "d: d2" },
		{ "-2.5e1", "d: d-25" },
		{ "'inactive-or-failed'", "s: s<inactive-or-failed>" },
		{ "\"it's\"", "s: s<it's>" },
		{ "'it\\'s a \\\\ and\\ttab'", "s: s<it's a \\ and\ttab>" },
		{ "''", "s: s<>" },
		{ "string 'a'", "s: s<a>" },
		{ "objectpath '/a'", "o: o</a>" },
		{ "@g 'as'", "g: g<as>" },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		cr_expect_str_eq(parse(values[i][0]), values[i][1], "%s: %s",
				 values[i][0], text);
}

Test(cgroup_variant, lists_and_tuples)
{
	static const char *const values[][2] = {
		{ "['a.service', 'b.service']",
		  "as: a(s s<a.service> s<b.service> )" },
		{ "@as []", "as: a(s )" },
		{ "@a(st) []", "a(st): a((st) )" },
		{ "[byte 3, 1]", "ay: a(y y3 y1 )" },
		{ "@at [1, 2]", "at: a(t t1 t2 )" },
		{ "('/dev/null', 'rw')", "(ss): r(ss s</dev/null> s<rw> )" },
		{ "[('/dev/null', 'rw'), ('char-pts', 'm')]",
		  "a(ss): a((ss) r(ss s</dev/null> s<rw> ) r(ss s<char-pts> s<m> ) )" },
		{ "@(su) ('a', 4)", "(su): r(su s<a> u4 )" },
		{ "@a(iayu) [(2, [127, 0], 8)]",
		  "a(iayu): a((iayu) r(iayu i2 a(y y127 y0 ) u8 ) )" },
		{ "(5,)", "(i): r(i i5 )" },
		{ "[[1], [2]]", "aai: a(ai a(i i1 ) a(i i2 ) )" },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		cr_expect_str_eq(parse(values[i][0]), values[i][1], "%s: %s",
				 values[i][0], text);
}

Test(cgroup_variant, says_where_it_makes_no_sense)
{
	static const char *const values[][2] = {
		{ "", "nothing" },
		{ "infinity", "a string needs quotes" },
		{ "'open", "a string without an end" },
		{ "'a\\", "can't be read" },
		{ "'\\u0041'", "can't be read" },
		{ "5 6", "more than a value" },
		{ "5x", "not the end of a number" },
		{ "-", "not a number" },
		{ "byte 256", "doesn't fit" },
		{ "byte -1", "doesn't fit" },
		{ "3000000000", "doesn't fit" },
		{ "uint64 18446744073709551616", "not a number" },
		{ "int64 -9223372036854775809", "doesn't fit" },
		{ "uint32 'a'", "another type is needed" },
		{ "string 5", "another type is needed" },
		{ "uint64 true", "another type is needed" },
		{ "@b 1", "another type is needed" },
		{ "1.5.5", "not the end of a number" },
		{ "1e999", "not a number" },
		{ "uint64 1.5", "not the end of a number" },
		{ "[]", "@as []" },
		{ "[1, 'a']", "another type is needed" },
		{ "[1", "neither a comma nor the end" },
		{ "[1,]", "not a value" },
		{ "()", "not a value" },
		{ "@(ss) ('a')", "less than the tuple has" },
		{ "@(s) ('a', 'b')", "more than the tuple has" },
		{ "@a{sv} {}", "not a type" },
		{ "@() 1", "not a type" },
		{ "@ss 's'", "not a type" },
		{ "@", "not a type" },
		{ "{'a': 1}", "a dictionary or variant" },
		{ "<5>", "a dictionary or variant" },
		{ "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", "too deep" },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		cr_expect(strstr(parse(values[i][0]), values[i][1]), "%s: %s",
			  values[i][0], text);
}

Test(cgroup_variant, seconds_become_microseconds)
{
	cr_expect_str_eq(parse_as("5", true), "t: t5000000");
	cr_expect_str_eq(parse_as("uint64 90", true), "t: t90000000");
	cr_expect_str_eq(parse_as("1.5", true), "t: t1500000");
	cr_expect_str_eq(parse_as("byte 0", true), "t: t0");
	cr_expect(strstr(parse_as("-1", true), "not a number of seconds"));
	cr_expect(strstr(parse_as("'5'", true), "not a number of seconds"));
	cr_expect(strstr(parse_as("[5]", true), "not a number of seconds"));
	cr_expect(strstr(parse_as("uint64 18446744073709551615", true),
			 "not a number of seconds"));
}
