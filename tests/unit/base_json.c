// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/json.h"

struct inner {
	unsigned int number;
	unsigned short small;
};

struct target {
	char *text;
	struct strv list;
	bool flag;
	int number;
	uint64_t large;
	struct inner inner;
	struct strv each;
};

static int read_each(const struct json_node *node, void *target,
		     struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (!strcmp(text, "bad"))
		return json_fail(err, node, EDOM, "no %s here", text);
	strv_addf(target, "%s=%s", node->key ? node->key : "-", text);
	return 0;
}

static const struct json_row inner_rows[] = {
	{ .key = "number",
	  JSON_MEMBER(struct inner, number),
	  .required = true },
	{ .key = "small", JSON_MEMBER(struct inner, small) },
	{ 0 },
};

static const struct json_row rows[] = {
	{ .key = "text", JSON_MEMBER(struct target, text) },
	{ .key = "list", JSON_MEMBER(struct target, list) },
	{ .key = "flag", JSON_MEMBER(struct target, flag) },
	{ .key = "number", JSON_MEMBER(struct target, number) },
	{ .key = "large", JSON_MEMBER(struct target, large) },
	{ .key = "inner",
	  .kind = JSON_OBJECT,
	  .rows = inner_rows,
	  .offset = offsetof(struct target, inner) },
	{ .key = "each",
	  .kind = JSON_EACH,
	  .read = read_each,
	  .offset = offsetof(struct target, each) },
	{ .key = "entries",
	  .kind = JSON_ENTRIES,
	  .read = read_each,
	  .offset = offsetof(struct target, each) },
	{ .key = "later", .kind = JSON_UNSUPPORTED },
	{ 0 },
};

static int read_text(const char *text, struct target *target, struct error *err)
{
	auto_json struct json_object *document = NULL;

	if (json_parse(text, strlen(text), &document, err) < 0)
		return -err->code;

	struct json_node root = { .value = document };

	return json_read_object(&root, rows, target, err);
}

static void clear(struct target *target)
{
	free(target->text);
	strv_clear(&target->list);
	strv_clear(&target->each);
}

Test(json, fills_the_members)
{
	struct target target = { 0 };
	struct error err;
	int result =
		read_text("{\"text\": \"t\\u00e4\", \"list\": [\"a\", \"b\"],"
			  " \"flag\": true, \"number\": -5,"
			  " \"large\": 18446744073709551615,"
			  " \"inner\": {\"number\": 4294967295, \"small\": 7},"
			  " \"each\": [\"x\"], \"entries\": {\"k\": \"v\"},"
			  " \"later\": {}, \"unheard of\": [1] }",
			  &target, &err);

	cr_assert_eq(result, 0, "%s", err.text);
	cr_expect_str_eq(target.text, "t\u00e4");
	cr_assert_eq(target.list.count, 2);
	cr_expect_str_eq(target.list.items[1], "b");
	cr_expect(target.flag);
	cr_expect_eq(target.number, -5);
	cr_expect_eq(target.large, UINT64_MAX);
	cr_expect_eq(target.inner.number, UINT32_MAX);
	cr_expect_eq(target.inner.small, 7);
	cr_assert_eq(target.each.count, 2);
	cr_expect_str_eq(target.each.items[0], "-=x");
	cr_expect_str_eq(target.each.items[1], "k=v");
	clear(&target);
}

Test(json, null_is_absent)
{
	struct target target = { .number = 3 };
	struct error err;

	cr_assert_eq(read_text("{\"text\": null, \"number\": null, "
			       "\"inner\": null, \"later\": null}",
			       &target, &err),
		     0);
	cr_expect_null(target.text);
	cr_expect_eq(target.number, 3);
}

Test(json, takes_whole_numbers_however_written)
{
	struct target target = { 0 };
	struct error err;

	cr_assert_eq(
		read_text("{\"number\": -1.0, \"large\": 1e3}", &target, &err),
		0);
	cr_expect_eq(target.number, -1);
	cr_expect_eq(target.large, 1000);
}

struct bad_case {
	char text[80];
	char error[96];
	int code;
};

ParameterizedTestParameters(json, refuses)
{
	static struct bad_case cases[] = {
		{ "[]", "/: expected object, got array", EINVAL },
		{ "{\"text\": 5}", "/text: expected string, got number",
		  EINVAL },
		{ "{\"text\": true}", "/text: expected string, got boolean",
		  EINVAL },
		{ "{\"list\": \"a\"}", "/list: expected array, got string",
		  EINVAL },
		{ "{\"list\": [\"a\", 1]}",
		  "/list/1: expected string, got number", EINVAL },
		{ "{\"list\": [null]}", "/list/0: expected string, got null",
		  EINVAL },
		{ "{\"flag\": 1}", "/flag: expected boolean, got number",
		  EINVAL },
		{ "{\"flag\": \"true\"}", "/flag: expected boolean, got string",
		  EINVAL },
		{ "{\"number\": \"1\"}", "/number: expected number, got string",
		  EINVAL },
		{ "{\"number\": 1.5}",
		  "/number: 1.5 is not a whole number in range", EINVAL },
		{ "{\"number\": 1e300}",
		  "/number: 1e300 is not a whole number in range", EINVAL },
		{ "{\"number\": 2147483648}",
		  "/number: 2147483648 is out of range, -2147483648 to 2147483647",
		  EINVAL },
		{ "{\"number\": -2147483649}",
		  "/number: -2147483649 is out of range, -2147483648 to 2147483647",
		  EINVAL },
		{ "{\"number\": -9223372036854775808}",
		  "/number: -9223372036854775808 is out of range, -2147483648 to 2147483647",
		  EINVAL },
		{ "{\"large\": -1}",
		  "/large: -1 is out of range, 0 to 18446744073709551615",
		  EINVAL },
		{ "{\"inner\": {}}", "/inner/number: missing", EINVAL },
		{ "{\"inner\": {\"number\": null}}", "/inner/number: missing",
		  EINVAL },
		{ "{\"inner\": {\"number\": 4294967296}}",
		  "/inner/number: 4294967296 is out of range, 0 to 4294967295",
		  EINVAL },
		{ "{\"inner\": {\"number\": 1, \"small\": 65536}}",
		  "/inner/small: 65536 is out of range, 0 to 65535", EINVAL },
		{ "{\"later\": [1]}", "/later: not supported", EOPNOTSUPP },
		{ "{\"later\": false}", "/later: not supported", EOPNOTSUPP },
		{ "{\"each\": [\"ok\", \"bad\"]}", "/each/1: no bad here",
		  EDOM },
		{ "{\"entries\": {\"a/b~c\\n\": 1}}",
		  "/entries/a~1b~0c?: expected string, got number", EINVAL },

		{ "", "the JSON text ends early", EINVAL },
		{ "{\"text\": ", "the JSON text ends early", EINVAL },
		{ "{} {}", "line 1: bad JSON: unexpected character", EINVAL },
		{ "{}\n\nx", "line 3: bad JSON: unexpected character", EINVAL },
		{ "{\"text\": 'a'}", "line 1: bad JSON: unexpected character",
		  EINVAL },
		{ "{\"number\": 01}", "line 1: bad JSON: number expected",
		  EINVAL },
		{ "{\"number\": NaN}",
		  "/number: NaN is not a whole number in range", EINVAL },
		{ "{\"list\": [\"a\",]}",
		  "line 1: bad JSON: unexpected character", EINVAL },
		{ "{/* c */}",
		  "line 1: bad JSON: quoted object property name expected",
		  EINVAL },
		{ "{\"text\": \"a\\u0000b\"}", "line 1: a NUL character",
		  EINVAL },
		{ "{\n\"a\\u0000\": \"\"}", "line 2: a NUL character", EINVAL },
		{ "{\"text\": \"\xff\"}",
		  "line 1: bad JSON: invalid utf-8 string", EINVAL },
		{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		  "[[[[[",
		  "line 1: bad JSON: nesting too deep", EINVAL },
	};

	return cr_make_param_array(struct bad_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct bad_case *c, json, refuses)
{
	struct target target = { 0 };
	struct error err = { 0 };

	cr_expect_eq(read_text(c->text, &target, &err), -c->code, "%s",
		     c->text);
	cr_expect_eq(err.code, c->code);
	cr_expect_str_eq(err.text, c->error);
	clear(&target);
}

Test(json, an_escaped_backslash_before_u0000_is_no_nul)
{
	struct target target = { 0 };
	struct error err;

	cr_assert_eq(read_text("{\"text\": \"\\\\u0000\"}", &target, &err), 0);
	cr_expect_str_eq(target.text, "\\u0000");
	clear(&target);
}

Test(json, the_last_of_two_equal_keys_wins)
{
	struct target target = { 0 };
	struct error err;

	cr_assert_eq(read_text("{\"number\": 1, \"number\": 2}", &target, &err),
		     0);
	cr_expect_eq(target.number, 2);
}
