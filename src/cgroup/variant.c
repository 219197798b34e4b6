// SPDX-License-Identifier: Apache-2.0
#include "cgroup/variant.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { DEPTH_MAX = 16, SIGNATURE_MAX = 255 };

/* Words that may stand before a value. */
static const struct {
	const char *word;
	char type;
} type_words[] = {
	{ "boolean", 'b' },   { "byte", 'y' },   { "int16", 'n' },
	{ "uint16", 'q' },    { "int32", 'i' },  { "uint32", 'u' },
	{ "int64", 'x' },     { "uint64", 't' }, { "handle", 'h' },
	{ "double", 'd' },    { "string", 's' }, { "objectpath", 'o' },
	{ "signature", 'g' },
};

/* Whole numbers, and what fits in them. */
static const struct {
	char type;
	int64_t min;
	uint64_t max;
} numbers[] = {
	{ 'y', 0, UINT8_MAX },  { 'n', INT16_MIN, INT16_MAX },
	{ 'q', 0, UINT16_MAX }, { 'i', INT32_MIN, INT32_MAX },
	{ 'u', 0, UINT32_MAX }, { 'x', INT64_MIN, INT64_MAX },
	{ 't', 0, UINT64_MAX },
};

struct reader {
	const char *start, *at;
	struct variant *variant;
	unsigned int depth;
	struct error *err;
};

void variant_clear(struct variant *variant)
{
	for (size_t i = 0; i < variant->count; i++)
		free(variant->parts[i].text);
	free(variant->parts);
	free(variant->signature);
	*variant = (struct variant){ 0 };
}

static struct variant_part *add(struct reader *reader, enum variant_step step,
				char type)
{
	struct variant *v = reader->variant;

	v->parts = xrealloc_array(v->parts, v->count + 1, sizeof(*v->parts));
	v->parts[v->count] =
		(struct variant_part){ .step = step, .type = type };
	return &v->parts[v->count++];
}

static int refuse(const struct reader *reader, const char *why)
{
	return error_say(reader->err, EINVAL, "%s at '%.40s' in \"%.200s\"",
			 why, reader->at, reader->start);
}

static void skip_blanks(struct reader *reader)
{
	while (isspace((unsigned char)*reader->at))
		reader->at++;
}

/* Past one complete type of a signature; NULL: there is none. */
static const char *skip_type(const char *signature, unsigned int depth)
{
	if (depth > DEPTH_MAX || !*signature)
		return NULL;
	if (*signature == 'a')
		return skip_type(signature + 1, depth + 1);
	if (strchr("bynqiuxtdsog", *signature))
		return signature + 1;
	if (*signature != '(' || signature[1] == ')')
		return NULL;
	for (signature++; signature && *signature != ')';)
		signature = skip_type(signature, depth + 1);
	return signature ? signature + 1 : NULL;
}

static char *one_type(char type)
{
	return xasprintf("%c", type);
}

static int value(struct reader *reader, const char *expected, char **ret_type);

/* "@as []": the type is said before. */
static int typed(struct reader *reader, char **ret_type)
{
	size_t length = strcspn(reader->at + 1, " \t\n");
	auto_free char *type = xstrndup(reader->at + 1, length);
	const char *end = length <= SIGNATURE_MAX ? skip_type(type, 0) : NULL;

	if (!end || *end)
		return refuse(reader, "not a type");
	reader->at += 1 + length;
	return value(reader, type, ret_type);
}

/* What stands after a backslash. */
static char unescaped(char c)
{
	static const char names[] = "abfnrtv";
	static const char meant[] = "\a\b\f\n\r\t\v";
	const char *found = c ? strchr(names, c) : NULL;

	if (found)
		return meant[found - names];
	return c;
}

static int string(struct reader *reader, const char *expected, char **ret_type)
{
	const char type = *(expected ? expected : "s"), quote = *reader->at;
	const char *c = reader->at + 1;
	auto_free char *text = xcalloc(1, strlen(c) + 1);
	size_t length = 0;

	if (!strchr("sog", type))
		return refuse(reader, "a string where another type is needed");
	for (; *c && *c != quote; c++) {
		/* \uXXXX would be the only ones that aren't one character. */
		if (*c == '\\' && (!c[1] || c[1] == 'u' || c[1] == 'U'))
			return refuse(reader, "a string that can't be read");
		if (*c == '\\')
			text[length++] = unescaped(*++c);
		else
			text[length++] = *c;
	}
	if (!*c)
		return refuse(reader, "a string without an end");
	reader->at = c + 1;
	add(reader, VARIANT_BASIC, type)->text = steal_ptr(&text);
	*ret_type = one_type(type);
	return 0;
}

static int check_range(const struct reader *reader, char type, bool negative,
		       uint64_t amount)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		if (numbers[i].type != type)
			continue;
		if (amount >
		    (negative ? -(uint64_t)numbers[i].min : numbers[i].max))
			return refuse(reader, "a number that doesn't fit");
		return 0;
	}
	return refuse(reader, "a number where another type is needed");
}

static void put_number(struct variant_part *part, bool negative,
		       uint64_t amount)
{
	uint64_t bits = negative ? -amount : amount;

	switch (part->type) {
	case 'y':
		part->value.byte = (uint8_t)bits;
		break;
	case 'n':
		part->value.int16 = (int16_t)bits;
		break;
	case 'q':
		part->value.uint16 = (uint16_t)bits;
		break;
	case 'i':
		part->value.int32 = (int32_t)bits;
		break;
	case 'u':
		part->value.uint32 = (uint32_t)bits;
		break;
	case 'x':
		part->value.int64 = (int64_t)bits;
		break;
	default:
		part->value.uint64 = bits;
		break;
	}
}

static int whole_number(struct reader *reader, char type)
{
	const char *digits = reader->at;
	bool negative = *digits == '-';
	uint64_t amount;
	char *end;

	digits += *digits == '-' || *digits == '+';
	errno = 0;
	amount = strtoull(digits, &end, 0);
	if (!isdigit((unsigned char)*digits) || errno)
		return refuse(reader, "not a number");
	if (check_range(reader, type, negative, amount) < 0)
		return -reader->err->code;
	put_number(add(reader, VARIANT_BASIC, type), negative, amount);
	reader->at = end;
	return 0;
}

static int real_number(struct reader *reader)
{
	double real;
	char *end;

	errno = 0;
	real = strtod(reader->at, &end);
	if (end == reader->at || errno || !isfinite(real))
		return refuse(reader, "not a number");
	reader->at = end;
	add(reader, VARIANT_BASIC, 'd')->value.real = real;
	return 0;
}

/* Without a type: with a point or an exponent a real number, else int32. */
static int number(struct reader *reader, const char *expected, char **ret_type)
{
	const char *text = reader->at;
	size_t length = strspn(text, "+-.0123456789abcdefABCDEFxX");
	bool is_hex = strchr("+-0", *text) && memchr(text, 'x', length);
	bool is_real = memchr(text, '.', length) ||
		       (!is_hex && memchr(text, 'e', length));
	const char type = *(expected ? expected : is_real ? "d" : "i");
	int result =
		type == 'd' ? real_number(reader) : whole_number(reader, type);

	if (result < 0)
		return result;
	if (isalnum((unsigned char)*reader->at) || *reader->at == '.')
		return refuse(reader, "not the end of a number");
	*ret_type = one_type(type);
	return 0;
}

/* Over ',' or the bracket that ends it. Return: is there more? */
static int go_on(struct reader *reader, char end)
{
	skip_blanks(reader);
	if (*reader->at == end) {
		reader->at++;
		return 0;
	}
	if (*reader->at != ',')
		return refuse(reader, "neither a comma nor the end");
	reader->at++;
	skip_blanks(reader);
	/* A tuple of one has a comma behind it. */
	if (end == ')' && *reader->at == end) {
		reader->at++;
		return 0;
	}
	return 1;
}

/* All elements have the type of the first. */
static int elements(struct reader *reader, char **type)
{
	int more = 1;

	while (more > 0) {
		char *own = NULL;
		int result = value(reader, *type, &own);

		if (result < 0 || *type)
			free(own);
		else
			*type = own;
		more = result < 0 ? result : go_on(reader, ']');
	}
	return more;
}

static int array(struct reader *reader, const char *expected, char **ret_type)
{
	size_t place = reader->variant->count;
	const char *end = expected ? skip_type(expected, 0) : NULL;
	auto_free char *type = NULL;

	if (expected && *expected != 'a')
		return refuse(reader, "a list where another type is needed");
	if (end)
		type = xstrndup(expected + 1, (size_t)(end - expected - 1));
	(void)add(reader, VARIANT_OPEN, 'a');
	reader->at++;
	skip_blanks(reader);
	if (*reader->at != ']') {
		if (elements(reader, &type) < 0)
			return -reader->err->code;
	} else if (!type) {
		return refuse(reader,
			      "an empty list of no type (write @as [])");
	} else {
		reader->at++;
	}
	(void)add(reader, VARIANT_CLOSE, 'a');
	*ret_type = xasprintf("a%s", type);
	reader->variant->parts[place].text = steal_ptr(&type);
	return 0;
}

static int tuple(struct reader *reader, const char *expected, char **ret_type)
{
	size_t place = reader->variant->count;
	auto_free char *types = xstrdup("");
	int more = 1;

	if (expected && *expected != '(')
		return refuse(reader, "a tuple where another type is needed");
	if (expected)
		expected++;
	(void)add(reader, VARIANT_OPEN, 'r');
	reader->at++;
	while (more > 0) {
		auto_free char *type = NULL;
		char *longer;

		if (expected && *expected == ')')
			return refuse(reader, "more than the tuple has");
		if (value(reader, expected, &type) < 0)
			return -reader->err->code;
		longer = xasprintf("%s%s", types, type);
		free(types);
		types = longer;
		expected = expected ? skip_type(expected, 0) : NULL;
		more = go_on(reader, ')');
	}
	if (more < 0)
		return more;
	if (expected && *expected != ')')
		return refuse(reader, "less than the tuple has");
	(void)add(reader, VARIANT_CLOSE, 'r');
	*ret_type = xasprintf("(%s)", types);
	reader->variant->parts[place].text = steal_ptr(&types);
	return 0;
}

static int truth(struct reader *reader, const char *expected, bool is_true,
		 char **ret_type)
{
	if (expected && *expected != 'b')
		return refuse(reader, "a boolean where another type is needed");
	add(reader, VARIANT_BASIC, 'b')->value.boolean = is_true;
	*ret_type = one_type('b');
	return 0;
}

/* true, false, or the name of a type before a value. */
static int word(struct reader *reader, const char *expected, char **ret_type)
{
	size_t length = 0;
	auto_free char *text = NULL;

	while (isalnum((unsigned char)reader->at[length]))
		length++;
	text = xstrndup(reader->at, length);
	if (!strcmp(text, "true") || !strcmp(text, "false")) {
		reader->at += length;
		return truth(reader, expected, *text == 't', ret_type);
	}
	for (size_t i = 0; i < ARRAY_COUNT(type_words); i++) {
		const char type[] = { type_words[i].type, '\0' };

		if (strcmp(type_words[i].word, text) != 0)
			continue;
		if (expected && *expected != *type)
			return refuse(reader, "another type is needed");
		reader->at += length;
		return value(reader, type, ret_type);
	}
	return refuse(reader, "not a value (a string needs quotes)");
}

static int any_value(struct reader *reader, const char *expected,
		     char **ret_type)
{
	switch (*reader->at) {
	case '@':
		return typed(reader, ret_type);
	case '\'':
	case '"':
		return string(reader, expected, ret_type);
	case '[':
		return array(reader, expected, ret_type);
	case '(':
		return tuple(reader, expected, ret_type);
	case '{':
	case '<':
		return refuse(reader, "a dictionary or variant");
	case '\0':
		return refuse(reader, "nothing");
	default:
		break;
	}
	if (isdigit((unsigned char)*reader->at) || strchr("+-.", *reader->at))
		return number(reader, expected, ret_type);
	return word(reader, expected, ret_type);
}

/* @expected: The type it has to be of, perhaps with more behind; NULL: any */
static int value(struct reader *reader, const char *expected, char **ret_type)
{
	int result;

	skip_blanks(reader);
	if (reader->depth >= DEPTH_MAX)
		return refuse(reader, "too deep");
	reader->depth++;
	result = any_value(reader, expected, ret_type);
	reader->depth--;
	return result;
}

int variant_parse(const char *text, struct variant *ret, struct error *err)
{
	struct reader reader = { text, text, ret, 0, err };

	if (value(&reader, NULL, &ret->signature) < 0)
		return -err->code;
	skip_blanks(&reader);
	return *reader.at ? refuse(&reader, "more than a value") : 0;
}

/* Return: 0, -EINVAL */
static int seconds_of(const struct variant_part *part, double *ret)
{
	switch (part->type) {
	case 'y':
		*ret = part->value.byte;
		return 0;
	case 'n':
		*ret = part->value.int16;
		return 0;
	case 'q':
		*ret = part->value.uint16;
		return 0;
	case 'i':
		*ret = part->value.int32;
		return 0;
	case 'u':
		*ret = part->value.uint32;
		return 0;
	case 'x':
		*ret = (double)part->value.int64;
		return 0;
	case 't':
		*ret = (double)part->value.uint64;
		return 0;
	case 'd':
		*ret = part->value.real;
		return 0;
	default:
		return -EINVAL;
	}
}

int variant_to_microseconds(struct variant *variant, struct error *err)
{
	struct variant_part *part = variant->parts;
	double seconds;

	/* Up to 2^53 microseconds, 285 years, a double is exact. */
	if (variant->count != 1 || seconds_of(part, &seconds) < 0 ||
	    seconds < 0 || seconds > 9e9)
		return error_say(err, EINVAL, "not a number of seconds");
	part->type = 't';
	part->value.uint64 = (uint64_t)(seconds * 1e6 + 0.5);
	*variant->signature = 't';
	return 0;
}
