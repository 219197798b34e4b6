// SPDX-License-Identifier: Apache-2.0
#include "image/toml.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/toml_scan.h"

enum { DEPTH_MAX = 32 };

static const char bare_key[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

must_check static int parse_value(struct toml_scan *scan, unsigned int depth,
				  struct json_object **ret, struct error *err);

/* One part of a key, bare or quoted; owned. */
must_check static int parse_key_part(struct toml_scan *scan, char **ret,
				     struct error *err)
{
	size_t length = strspn(scan->at, bare_key);

	if (*scan->at == '"' || *scan->at == '\'')
		return toml_string(scan, ret, err);
	if (length == 0)
		return toml_fail(scan, err, "a key should stand here");
	*ret = xstrndup(scan->at, length);
	scan->at += length;
	return 0;
}

/* a."b".c; the parts are added to @ret. */
must_check static int parse_key(struct toml_scan *scan, struct strv *ret,
				struct error *err)
{
	for (;;) {
		char *part = NULL;

		if (parse_key_part(scan, &part, err) < 0)
			return -err->code;
		strv_add(ret, part);
		if (ret->count > DEPTH_MAX)
			return toml_fail(scan, err, "it is too deep");
		toml_skip_blanks(scan);
		if (*scan->at != '.')
			return 0;
		scan->at++;
		toml_skip_blanks(scan);
	}
}

/* The table @key of @table, made if it is missing; of an array the last. */
must_check static int enter(struct toml_scan *scan, struct json_object *table,
			    const char *key, struct json_object **ret,
			    struct error *err)
{
	struct json_object *next = NULL;

	if (!json_object_object_get_ex(table, key, &next)) {
		next = json_object_new_object();
		json_object_object_add(table, key, next);
	} else if (json_object_is_type(next, json_type_array)) {
		size_t count = json_object_array_length(next);

		next = count ? json_object_array_get_idx(next, count - 1)
			     : NULL;
	}
	if (!json_object_is_type(next, json_type_object))
		return toml_fail(scan, err, "'%.100s' is no table", key);
	*ret = next;
	return 0;
}

static const char *last_of(const struct strv *key)
{
	return key->count ? key->items[key->count - 1] : "";
}

/* All but the last part. */
must_check static int enter_all(struct toml_scan *scan, const struct strv *key,
				struct json_object **table, struct error *err)
{
	for (size_t i = 0; i + 1 < key->count; i++)
		if (enter(scan, *table, key->items[i], table, err) < 0)
			return -err->code;
	return 0;
}

/* KEY = VALUE, into @table */
must_check static int parse_pair(struct toml_scan *scan,
				 struct json_object *table, unsigned int depth,
				 struct error *err)
{
	auto_with(strv_clear) struct strv key = { 0 };
	struct json_object *value = NULL;
	const char *last;

	if (parse_key(scan, &key, err) < 0 ||
	    enter_all(scan, &key, &table, err) < 0)
		return -err->code;
	if (*scan->at != '=')
		return toml_fail(scan, err, "'=' should stand here");
	scan->at++;
	toml_skip_blanks(scan);
	last = last_of(&key);
	if (json_object_object_get_ex(table, last, NULL))
		return toml_fail(scan, err, "'%.100s' is there twice", last);
	if (parse_value(scan, depth, &value, err) < 0)
		return -err->code;
	json_object_object_add(table, last, value);
	return 0;
}

must_check static int parse_inline_table(struct toml_scan *scan,
					 unsigned int depth,
					 struct json_object *table,
					 struct error *err)
{
	scan->at++;
	toml_skip_blanks(scan);
	if (*scan->at == '}') {
		scan->at++;
		return 0;
	}
	for (;;) {
		if (parse_pair(scan, table, depth, err) < 0)
			return -err->code;
		toml_skip_blanks(scan);
		if (*scan->at == '}') {
			scan->at++;
			return 0;
		}
		if (*scan->at != ',')
			return toml_fail(scan, err,
					 "',' or '}' should stand here");
		scan->at++;
		toml_skip_blanks(scan);
	}
}

must_check static int parse_array(struct toml_scan *scan, unsigned int depth,
				  struct json_object *array, struct error *err)
{
	scan->at++;
	for (;;) {
		struct json_object *value = NULL;

		toml_skip_lines(scan);
		if (*scan->at == ']')
			break;
		if (parse_value(scan, depth, &value, err) < 0)
			return -err->code;
		json_object_array_add(array, value);
		toml_skip_lines(scan);
		if (*scan->at == ',')
			scan->at++;
		else if (*scan->at != ']')
			return toml_fail(scan, err,
					 "',' or ']' should stand here");
	}
	scan->at++;
	return 0;
}

must_check static int parse_string(struct toml_scan *scan,
				   struct json_object **ret, struct error *err)
{
	auto_free char *text = NULL;

	if (toml_string(scan, &text, err) < 0)
		return -err->code;
	*ret = json_object_new_string(text);
	return 0;
}

must_check static int parse_value(struct toml_scan *scan, unsigned int depth,
				  struct json_object **ret, struct error *err)
{
	auto_json struct json_object *value = NULL;
	int result;

	if (depth == DEPTH_MAX)
		return toml_fail(scan, err, "it is too deep");
	switch (*scan->at) {
	case '"':
	case '\'':
		return parse_string(scan, ret, err);
	case '[':
		value = json_object_new_array();
		result = parse_array(scan, depth + 1, value, err);
		break;
	case '{':
		value = json_object_new_object();
		result = parse_inline_table(scan, depth + 1, value, err);
		break;
	default:
		return toml_scalar(scan, ret, err);
	}
	if (result == 0)
		*ret = steal_ptr(&value);
	return result;
}

/* [[KEY]]: one more table of an array. */
must_check static int add_table(struct toml_scan *scan,
				struct json_object *parent, const char *key,
				struct json_object **ret, struct error *err)
{
	struct json_object *array = NULL;

	if (!json_object_object_get_ex(parent, key, &array)) {
		array = json_object_new_array();
		json_object_object_add(parent, key, array);
	}
	if (!json_object_is_type(array, json_type_array))
		return toml_fail(scan, err, "'%.100s' is no array of tables",
				 key);
	*ret = json_object_new_object();
	json_object_array_add(array, *ret);
	return 0;
}

/* [KEY] or [[KEY]]; @ret is what the next lines go to. */
must_check static int parse_header(struct toml_scan *scan,
				   struct json_object *root,
				   struct json_object **ret, struct error *err)
{
	auto_with(strv_clear) struct strv key = { 0 };
	bool is_array = scan->at[1] == '[';
	const char *end = is_array ? "]]" : "]";
	struct json_object *parent = root;
	const char *last;
	int result;

	scan->at += strlen(end);
	toml_skip_blanks(scan);
	if (parse_key(scan, &key, err) < 0 ||
	    enter_all(scan, &key, &parent, err) < 0)
		return -err->code;
	if (strncmp(scan->at, end, strlen(end)) != 0)
		return toml_fail(scan, err, "'%s' should stand here", end);
	scan->at += strlen(end);
	last = last_of(&key);
	result = is_array ? add_table(scan, parent, last, ret, err)
			  : enter(scan, parent, last, ret, err);
	return result;
}

int toml_parse(const char *text, struct json_object **ret, struct error *err)
{
	auto_json struct json_object *root = json_object_new_object();
	struct json_object *table = root;
	struct toml_scan scan = { .text = text, .at = text };

	for (toml_skip_lines(&scan); *scan.at; toml_skip_lines(&scan)) {
		int result = *scan.at == '['
				     ? parse_header(&scan, root, &table, err)
				     : parse_pair(&scan, table, 0, err);

		if (result < 0)
			return result;
		if (!toml_at_line_end(&scan))
			return toml_fail(&scan, err,
					 "the line should end here");
	}
	*ret = steal_ptr(&root);
	return 0;
}
