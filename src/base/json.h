// SPDX-License-Identifier: Apache-2.0
/* JSON read into structs by tables: one row per property, its kind taken from
 * the member it goes to. Errors say where: "/process/args/0: expected string,
 * got number". null is the same as absent; properties without a row are
 * ignored; what has a row but can't be done fails by name.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/error.h"

struct json_object; /* of json-c */

/* A value and where it stands, for messages. */
struct json_node {
	struct json_object *value;      /* borrowed; NULL: null */
	const struct json_node *parent; /* NULL: this is the document */
	const char *key; /* in the parent; NULL: element .index */
	size_t index;
};

/* Reads what a table can't; returns 0 or negative errno. */
typedef int json_reader(const struct json_node *node, void *target,
			struct error *err);

enum json_kind {
	JSON_BOOL,        /* bool */
	JSON_STRING,      /* char *, owned from then on */
	JSON_STRINGS,     /* array: struct strv, appended to */
	JSON_INT,         /* int */
	JSON_U16,         /* unsigned short */
	JSON_U32,         /* unsigned int */
	JSON_U64,         /* uint64_t */
	JSON_OBJECT,      /* object: by .rows */
	JSON_READ,        /* anything: by .read */
	JSON_EACH,        /* array: by .read, once an element */
	JSON_ENTRIES,     /* object: by .read, once a property */
	JSON_UNSUPPORTED, /* EOPNOTSUPP unless it is empty: {}, [], "" */
};

struct json_row {
	const char *key; /* NULL ends the table, or with .rows goes on there */
	enum json_kind kind;
	bool required;
	size_t offset; /* of the member, or of what .read and .rows get */
	const struct json_row *rows;
	json_reader *read;
};

/* The place and kind of a member, so that row and struct can't disagree. */
#define JSON_MEMBER(type, member) \
	.offset = offsetof(type, member), \
	.kind = _Generic(((type *)0)->member, \
			 bool: JSON_BOOL, \
			 char *: JSON_STRING, \
			 struct strv: JSON_STRINGS, \
			 int: JSON_INT, \
			 unsigned short: JSON_U16, \
			 unsigned int: JSON_U32, \
			 unsigned long: JSON_U64)

#define auto_json auto_with(json_free)

/**
 * json_parse() - A whole document
 * @text:	Strict JSON in UTF-8, nothing behind it, at most 64 deep
 * @size:	Bytes, without the NUL that has to be behind them
 * @ret:	For auto_json; untouched on failure
 * @err:	EINVAL: says the line. Also for "\u0000" in a string, which
 *would end it early for everybody who reads it later.
 *
 * A property that is given twice has its last value.
 *
 * Return: 0, -EINVAL
 */
must_check int json_parse(const char *text, size_t size,
			  struct json_object **ret, struct error *err);

/**
 * json_parse_unique() - The same, where a property given twice is an error
 *
 * For documents that others read too, and that all must read alike.
 *
 * Return: 0, -EINVAL
 */
must_check int json_parse_unique(const char *text, size_t size,
				 struct json_object **ret, struct error *err);

/** json_free() - For auto_json. */
void json_free(struct json_object **document);

/**
 * json_read_object() - Fill @target from an object, in the order of @rows
 * @target:	Zeroed or with defaults, which absent properties leave alone; on
 *		failure it holds what was read until then
 * @err:	EINVAL: wrong type or range, or missing; EOPNOTSUPP; what a
 *		reader says
 *
 * Return: 0, negative errno
 */
must_check int json_read_object(const struct json_node *node,
				const struct json_row *rows, void *target,
				struct error *err);

/**
 * json_read_each() - Call @read for each element of an array
 *
 * Return: 0, -EINVAL (not an array), the first failure
 */
must_check int json_read_each(const struct json_node *node, json_reader *read,
			      void *target, struct error *err);

/** json_read_entries() - The same for each property of an object. */
must_check int json_read_entries(const struct json_node *node,
				 json_reader *read, void *target,
				 struct error *err);

/** json_expect_object() - 0, or -EINVAL with the message for other types. */
must_check int json_expect_object(const struct json_node *node,
				  struct error *err);

/** json_expect_array() - The same for arrays. */
must_check int json_expect_array(const struct json_node *node,
				 struct error *err);

/**
 * json_get_string() - The value as text
 * @ret:	Borrowed from the document
 *
 * Return: 0, -EINVAL
 */
must_check int json_get_string(const struct json_node *node, const char **ret,
			       struct error *err);

/** json_get_integer() - The value as a whole number, @min to @max. */
must_check int json_get_integer(const struct json_node *node, int64_t min,
				int64_t max, int64_t *ret, struct error *err);

/**
 * json_get_u64() - The value as a whole number, 0 to @max
 *
 * json-c takes what doesn't fit in 64 bits for the largest that does.
 *
 * Return: 0, -EINVAL
 */
must_check int json_get_u64(const struct json_node *node, uint64_t max,
			    uint64_t *ret, struct error *err);

/**
 * json_get_bool() - The value as true or false
 *
 * Return: 0, -EINVAL
 */
must_check int json_get_bool(const struct json_node *node, bool *ret,
			     struct error *err);

/** json_has() - Does an object have this property, other than null? */
bool json_has(const struct json_node *node, const char *key);

/** json_is_empty() - null, {}, [] or ""? Then it asks for nothing. */
bool json_is_empty(const struct json_node *node);

/**
 * json_fail() - error_say() with the place in front
 *
 * Return: -@code
 */
int json_fail(struct error *err, const struct json_node *node, int code,
	      const char *fmt, ...) like_printf(4, 5);

/**
 * json_wrap() - error_wrap() with the place
 *
 * Return: -err->code
 */
int json_wrap(struct error *err, const struct json_node *node);

/** json_add_text() - A property of an object; NULL: none. @text is copied. */
void json_add_text(struct json_object *object, const char *key,
		   const char *text);

/** json_place() - The path of a node: "/process/args/0"; owned. */
char *json_place(const struct json_node *node);

#endif
