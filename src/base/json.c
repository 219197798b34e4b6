// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

/* Doubles beyond have no fractions left to be wrong about. */
#define EXACT_MAX 9007199254740992.0

void json_free(struct json_object **document)
{
	json_object_put(*document);
}

static size_t line_of(const char *text, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

/* Where "\u0000" stands, @size if it doesn't. */
static size_t find_escaped_nul(const char *text, size_t size)
{
	for (size_t i = 0; i + 1 < size; i++) {
		if (text[i] != '\\')
			continue;
		i++;
		if (text[i] == 'u' && size - i > 4 &&
		    !memcmp(text + i + 1, "0000", 4))
			return i;
	}
	return size;
}

static void free_tokener(struct json_tokener **tokener)
{
	json_tokener_free(*tokener);
}

int json_parse(const char *text, size_t size, struct json_object **ret,
	       struct error *err)
{
	const char *nul = memchr(text, '\0', size);
	size_t escaped = find_escaped_nul(text, size);

	if (nul || escaped < size)
		return error_say(
			err, EINVAL, "line %zu: a NUL character",
			line_of(text, nul ? (size_t)(nul - text) : escaped));
	if (size >= INT_MAX)
		return error_say(err, EINVAL, "too long");

	auto_with(free_tokener) struct json_tokener *tokener =
		json_tokener_new_ex(DEPTH_MAX);

	if (!tokener)
		return error_set(err, ENOMEM, "parse JSON");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
						JSON_TOKENER_VALIDATE_UTF8);

	/* With the NUL behind it: a number could go on otherwise. */
	auto_json struct json_object *document =
		json_tokener_parse_ex(tokener, text, (int)size + 1);
	enum json_tokener_error result = json_tokener_get_error(tokener);
	size_t end = json_tokener_get_parse_end(tokener);

	if (result == json_tokener_continue ||
	    result == json_tokener_error_parse_eof)
		return error_say(err, EINVAL, "the JSON text ends early");
	if (result != json_tokener_success)
		return error_say(err, EINVAL, "line %zu: bad JSON: %s",
				 line_of(text, end < size ? end : size),
				 json_tokener_error_desc(result));
	*ret = steal_ptr(&document);
	return 0;
}

/* Appends @key as a step of a JSON pointer (RFC 6901), fit for a terminal. */
static void add_step(FILE *out, const char *key)
{
	(void)fputc('/', out);
	for (; *key; key++) {
		if (*key == '~')
			(void)fputs("~0", out);
		else if (*key == '/')
			(void)fputs("~1", out);
		else
			(void)fputc((unsigned char)*key < ' ' || *key == 127
					    ? '?'
					    : *key,
				    out);
	}
}

static void add_place(FILE *out, const struct json_node *node)
{
	if (!node->parent)
		return;
	add_place(out, node->parent);
	if (node->key)
		add_step(out, node->key);
	else
		(void)fprintf(out, "/%zu", node->index);
}

char *json_place(const struct json_node *node)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return xstrdup("?");
	add_place(out, node);
	if (!node->parent)
		(void)fputc('/', out);
	(void)fclose(out);
	return text ? text : xstrdup("?");
}

int json_wrap(struct error *err, const struct json_node *node)
{
	auto_free char *place = json_place(node);

	return error_wrap(err, "%.200s", place);
}

int json_fail(struct error *err, const struct json_node *node, int code,
	      const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)error_say(err, code, "%s", text);
	return json_wrap(err, node);
}

static const char *type_name(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		return "boolean";
	case json_type_double:
	case json_type_int:
		return "number";
	case json_type_object:
		return "object";
	case json_type_array:
		return "array";
	case json_type_string:
		return "string";
	case json_type_null:
		break;
	}
	return "null";
}

must_check static int expect(const struct json_node *node, enum json_type type,
			     const char *name, struct error *err)
{
	if (json_object_is_type(node->value, type))
		return 0;
	return json_fail(err, node, EINVAL, "expected %s, got %s", name,
			 type_name(node->value));
}

int json_expect_object(const struct json_node *node, struct error *err)
{
	return expect(node, json_type_object, "object", err);
}

int json_expect_array(const struct json_node *node, struct error *err)
{
	return expect(node, json_type_array, "array", err);
}

int json_get_string(const struct json_node *node, const char **ret,
		    struct error *err)
{
	if (expect(node, json_type_string, "string", err) < 0)
		return -err->code;
	*ret = json_object_get_string(node->value);
	return 0;
}

int json_get_bool(const struct json_node *node, bool *ret, struct error *err)
{
	if (expect(node, json_type_boolean, "boolean", err) < 0)
		return -err->code;
	*ret = json_object_get_boolean(node->value);
	return 0;
}

/* A whole number of any size: its sign, and how far from zero. */
must_check static int get_whole(const struct json_node *node,
				bool *ret_negative, uint64_t *ret_magnitude,
				struct error *err)
{
	double number;

	switch (json_object_get_type(node->value)) {
	case json_type_int:
		*ret_negative = json_object_get_int64(node->value) < 0;
		*ret_magnitude =
			*ret_negative
				? -(uint64_t)json_object_get_int64(node->value)
				: json_object_get_uint64(node->value);
		return 0;
	case json_type_double: /* 1.0 and 1e3 are whole as well */
		number = json_object_get_double(node->value);
		if (!(number >= -EXACT_MAX && number <= EXACT_MAX) ||
		    (double)(int64_t)number != number)
			return json_fail(err, node, EINVAL,
					 "%s is not a whole number in range",
					 json_object_get_string(node->value));
		*ret_negative = number < 0;
		*ret_magnitude = (uint64_t)(*ret_negative ? -number : number);
		return 0;
	case json_type_null:
	case json_type_boolean:
	case json_type_object:
	case json_type_array:
	case json_type_string:
		break;
	}
	return json_fail(err, node, EINVAL, "expected number, got %s",
			 type_name(node->value));
}

int json_get_u64(const struct json_node *node, uint64_t max, uint64_t *ret,
		 struct error *err)
{
	bool negative = false;
	uint64_t magnitude = 0;

	if (get_whole(node, &negative, &magnitude, err) < 0)
		return -err->code;
	if (negative || magnitude > max)
		return json_fail(err, node, EINVAL,
				 "%s is out of range, 0 to %" PRIu64,
				 json_object_get_string(node->value), max);
	*ret = magnitude;
	return 0;
}

int json_get_integer(const struct json_node *node, int64_t min, int64_t max,
		     int64_t *ret, struct error *err)
{
	bool negative = false;
	uint64_t magnitude = 0;

	if (get_whole(node, &negative, &magnitude, err) < 0)
		return -err->code;

	/* The magnitude of INT64_MIN is one more than INT64_MAX. */
	bool fits = magnitude <= (uint64_t)INT64_MAX + negative;
	int64_t number = (int64_t)(negative ? -magnitude : magnitude);

	if (!fits || number < min || number > max)
		return json_fail(err, node, EINVAL,
				 "%s is out of range, %" PRId64 " to %" PRId64,
				 json_object_get_string(node->value), min, max);
	*ret = number;
	return 0;
}

bool json_has(const struct json_node *node, const char *key)
{
	struct json_object *value;

	return json_object_is_type(node->value, json_type_object) &&
	       json_object_object_get_ex(node->value, key, &value) && value;
}

bool json_is_empty(const struct json_node *node)
{
	switch (json_object_get_type(node->value)) {
	case json_type_null:
		return true;
	case json_type_object:
		return json_object_object_length(node->value) == 0;
	case json_type_array:
		return json_object_array_length(node->value) == 0;
	case json_type_string:
		return json_object_get_string_len(node->value) == 0;
	case json_type_boolean:
	case json_type_double:
	case json_type_int:
		break;
	}
	return false;
}

void json_add_text(struct json_object *object, const char *key,
		   const char *text)
{
	if (text)
		(void)json_object_object_add(object, key,
					     json_object_new_string(text));
}
