// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "command/listing.h"
#include "command/table.h"

/* Owned. */
static char *aligned(const char *text, size_t width)
{
	auto_with(table_clear) struct table table = { 0 };
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	table_add(&table, text);
	table_print(&table, out, width);
	(void)fclose(out);
	return result;
}

Test(table, columns_are_aligned_as_podman_has_them)
{
	auto_free char *text = aligned("A\tLONG ONE\tC\n"
				       "1\tlonger than this\tx\n"
				       "\xc3\xa4\xc3\xa4\ty\n",
				       0);

	cr_assert_str_eq(text,
			 "A           LONG ONE          C\n"
			 "1           longer than this  x\n"
			 "\xc3\xa4\xc3\xa4          y\n",
			 "%s", text);
}

Test(table, the_widest_column_is_cut_on_a_terminal)
{
	auto_free char *text = aligned("A\tB\tC\n"
				       "a\tabcdefghijklmnopqrstuvwxyz\tlast\n",
				       36);

	cr_assert_str_eq(text,
			 "A           B                   C\n"
			 "a           abcdefghijklmnopq…  last\n",
			 "%s", text);
}

Test(table, a_narrow_terminal_gets_what_is_left)
{
	auto_free char *text = aligned("a\tbcdefghijk\tc\n", 5);

	cr_assert_str_eq(text, "a           bcdefgh…    c\n", "%s", text);
}

Test(table, a_terminal_is_not_steered)
{
	auto_free char *shown = aligned("a\x1b[31m\n", 80);
	auto_free char *piped = aligned("a\x1b[31m\n", 0);

	cr_assert_str_eq(shown, "a?[31m\n");
	cr_assert_str_eq(piped, "a\x1b[31m\n");
}

static char *listed(const struct listing *listing, int *ret_result)
{
	struct json_object *things = json_tokener_parse(
		"[{\"Id\": \"1\", \"Name\": \"one\"}, {\"Id\": \"2\", \"Name\": \"two\"}]");
	struct error err = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	*ret_result = listing_print(listing, things, out, &err);
	(void)fclose(out);
	json_object_put(things);
	return text;
}

Test(listing, forms)
{
	static const char usual[] = "table {{.Name}}\t{{.Id}}";
	static const struct {
		struct listing listing;
		const char *text;
	} rows[] = {
		{ { .usual = usual },
		  "NAME        ID\none         1\ntwo         2\n" },
		{ { .usual = usual, .no_heading = true },
		  "one         1\ntwo         2\n" },
		{ { .usual = usual, .brief = "{{.Id}}" }, "1\n2\n" },
		{ { .usual = usual, .format = "table" },
		  "NAME        ID\none         1\ntwo         2\n" },
		{ { .usual = usual, .format = "{{.Name}}={{.Id}}" },
		  "one=1\ntwo=2\n" },
		{ { .usual = usual, .format = "{{json .}}" },
		  "{\"Id\":\"1\",\"Name\":\"one\"}\n{\"Id\":\"2\",\"Name\":\"two\"}\n" },
		{ { .usual = usual, .format = "{{.Id}}\\n" }, "1\n2\n" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		int result;
		auto_free char *text = listed(&rows[i].listing, &result);

		cr_expect_eq(result, 0);
		cr_expect_str_eq(text, rows[i].text, "%zu: %s", i, text);
	}
}

Test(listing, json_is_an_array_indented_by_four)
{
	const struct listing listing = { .usual = "", .format = "json" };
	int result;
	auto_free char *text = listed(&listing, &result);

	cr_assert_eq(result, 0);
	cr_assert(strstr(text, "[\n    {\n        \"Id\": \"1\",\n") == text,
		  "%s", text);
}

Test(listing, nothing_is_printed_when_the_template_is_wrong)
{
	const struct listing listing = { .usual = "", .format = "{{.Nmae}}" };
	int result;
	auto_free char *text = listed(&listing, &result);

	cr_assert_eq(result, -EINVAL);
	cr_assert_str_empty(text);
}
