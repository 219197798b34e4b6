// SPDX-License-Identifier: Apache-2.0
#include "command/listing.h"

#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "command/table.h"

/* Indented by four, as podman does. */
static void print_json(struct json_object *things, FILE *out)
{
	const char *text = json_object_to_json_string_ext(
		things, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				JSON_C_TO_STRING_NOSLASHESCAPE);
	bool line_begins = true;

	/* json-c indents by two. */
	for (; *text; text++) {
		for (; line_begins && *text == ' '; text++)
			(void)fputs("  ", out);
		line_begins = *text == '\n';
		(void)fputc(*text, out);
	}
	(void)fputc('\n', out);
}

/* One line of text for each thing, the template's heading first in tables. */
must_check static int make_lines(const struct template *template,
				 const struct listing *listing,
				 struct json_object *things, struct strv *lines,
				 struct error *err)
{
	char *text;

	if (template_is_table(template) && !listing->no_heading) {
		if (template_header(template, listing->headings, &text, err) <
		    0)
			return -err->code;
		strv_add(lines, text);
	}
	for (size_t i = 0; i < json_object_array_length(things); i++) {
		if (template_run(template, json_object_array_get_idx(things, i),
				 listing->rules, &text, err) < 0)
			return -err->code;
		strv_add(lines, text);
	}
	return 0;
}

static void print_table(const struct strv *lines, FILE *out)
{
	auto_with(table_clear) struct table table = { 0 };

	for (size_t i = 0; i < lines->count; i++)
		table_add(&table, lines->items[i]);
	table_print(&table, out, table_terminal_width(out));
}

static void print_lines(const struct strv *lines, FILE *out)
{
	for (size_t i = 0; i < lines->count; i++) {
		const char *line = lines->items[i];
		size_t length = strlen(line);

		(void)fputs(line, out);
		if (!length || line[length - 1] != '\n')
			(void)fputc('\n', out);
	}
}

int listing_print(const struct listing *listing, struct json_object *things,
		  FILE *out, struct error *err)
{
	auto_with(template_free) struct template *template = NULL;
	auto_with(strv_clear) struct strv lines = { 0 };
	const char *format = listing->brief ? listing->brief : listing->usual;

	if (listing->format && strcmp(listing->format, "table") != 0)
		format = listing->format;
	if (!strcmp(format, "json")) {
		print_json(things, out);
		return 0;
	}
	if (template_parse(format, &template, err) < 0 ||
	    make_lines(template, listing, things, &lines, err) < 0)
		return error_wrap(err, "--format");
	if (template_is_table(template))
		print_table(&lines, out);
	else
		print_lines(&lines, out);
	return 0;
}

int listing_inspect(const char *format, struct json_object *things,
		    const struct template_rules *rules, FILE *out,
		    struct error *err)
{
	const struct listing listing = {
		.usual = format ? format : "json",
		.rules = rules,
		.no_heading = true,
	};

	return listing_print(&listing, things, out, err);
}
