// SPDX-License-Identifier: Apache-2.0
/* Objects and arrays by tables; single values are json.c's. */
#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"

int json_read_each(const struct json_node *node, json_reader *read,
		   void *target, struct error *err)
{
	if (json_expect_array(node, err) < 0)
		return -err->code;
	for (size_t i = 0; i < json_object_array_length(node->value); i++) {
		struct json_node element = {
			.value = json_object_array_get_idx(node->value, i),
			.parent = node,
			.index = i,
		};

		if (read(&element, target, err) < 0)
			return -err->code;
	}
	return 0;
}

int json_read_entries(const struct json_node *node, json_reader *read,
		      void *target, struct error *err)
{
	if (json_expect_object(node, err) < 0)
		return -err->code;

	struct json_object_iterator at = json_object_iter_begin(node->value);
	struct json_object_iterator end = json_object_iter_end(node->value);

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		struct json_node entry = {
			.value = json_object_iter_peek_value(&at),
			.parent = node,
			.key = json_object_iter_peek_name(&at),
		};

		if (read(&entry, target, err) < 0)
			return -err->code;
	}
	return 0;
}

static int add_string(const struct json_node *node, void *target,
		      struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	strv_add(target, xstrdup(text));
	return 0;
}

must_check static int read_string(const struct json_node *node, char **ret,
				  struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	free(*ret);
	*ret = xstrdup(text);
	return 0;
}

must_check static int read_u16(const struct json_node *node,
			       unsigned short *ret, struct error *err)
{
	uint64_t number;

	if (json_get_u64(node, USHRT_MAX, &number, err) < 0)
		return -err->code;
	*ret = (unsigned short)number;
	return 0;
}

must_check static int read_u32(const struct json_node *node, unsigned int *ret,
			       struct error *err)
{
	uint64_t number;

	if (json_get_u64(node, UINT32_MAX, &number, err) < 0)
		return -err->code;
	*ret = (unsigned int)number;
	return 0;
}

must_check static int read_int(const struct json_node *node, int *ret,
			       struct error *err)
{
	int64_t number;

	if (json_get_integer(node, INT_MIN, INT_MAX, &number, err) < 0)
		return -err->code;
	*ret = (int)number;
	return 0;
}

must_check static int read_row(const struct json_node *node,
			       const struct json_row *row, void *member,
			       struct error *err)
{
	switch (row->kind) {
	case JSON_BOOL:
		return json_get_bool(node, member, err);
	case JSON_STRING:
		return read_string(node, member, err);
	case JSON_STRINGS:
		return json_read_each(node, add_string, member, err);
	case JSON_INT:
		return read_int(node, member, err);
	case JSON_U16:
		return read_u16(node, member, err);
	case JSON_U32:
		return read_u32(node, member, err);
	case JSON_U64:
		return json_get_u64(node, UINT64_MAX, member, err);
	case JSON_OBJECT:
		return json_read_object(node, row->rows, member, err);
	case JSON_READ:
		return row->read(node, member, err);
	case JSON_EACH:
		return json_read_each(node, row->read, member, err);
	case JSON_ENTRIES:
		return json_read_entries(node, row->read, member, err);
	case JSON_UNSUPPORTED:
		if (json_is_empty(node))
			return 0;
		return json_fail(err, node, EOPNOTSUPP, "not supported");
	}
	return -EINVAL; /* no such kind */
}

/* @row, or where the table goes on; NULL at its end. */
static const struct json_row *row_at(const struct json_row *row)
{
	while (row && !row->key)
		row = row->rows;
	return row;
}

static int note_unknown(const struct json_node *node, void *target,
			struct error *err)
{
	const struct json_row *row = row_at(*(const struct json_row **)target);

	(void)err;
	while (row && strcmp(row->key, node->key) != 0)
		row = row_at(row + 1);
	if (!row) {
		auto_free char *place = json_place(node);

		log_debug("config: %s is ignored", place);
	}
	return 0;
}

int json_read_object(const struct json_node *node, const struct json_row *rows,
		     void *target, struct error *err)
{
	int found = 0;

	if (json_expect_object(node, err) < 0)
		return -err->code;
	for (const struct json_row *row = row_at(rows); row;
	     row = row_at(row + 1)) {
		struct json_node child = { .parent = node, .key = row->key };

		found += json_object_object_get_ex(node->value, row->key,
						   &child.value);
		if (!child.value && row->required)
			return json_fail(err, &child, EINVAL, "missing");
		if (child.value &&
		    read_row(&child, row, (char *)target + row->offset, err) <
			    0)
			return -err->code;
	}
	if (found < json_object_object_length(node->value))
		return json_read_entries(node, note_unknown, &rows, err);
	return 0;
}
