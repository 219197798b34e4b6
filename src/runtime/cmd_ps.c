// SPDX-License-Identifier: Apache-2.0
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "container/members.h"
#include "runtime/ps_request.h"
#include "runtime/runtime.h"

enum ps_format { PS_TABLE, PS_JSON };

struct ps_settings {
	enum ps_format format;
};

static const struct option_row ps_options[] = {
	{
		.name = "format",
		.letter = 'f',
		.value = "FORMAT",
		.values = OPTION_VALUES("table", "json"),
		.help = "table or json, which is process ids alone",
		OPTION_FIELD(struct ps_settings, format),
	},
	{ 0 },
};

static void print_json(const pid_t *pids, size_t count)
{
	auto_json struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		(void)json_object_array_add(array,
					    json_object_new_int(pids[i]));
	(void)puts(
		json_object_to_json_string_ext(array, JSON_C_TO_STRING_PLAIN));
}

/* A table of texts, the titles being its first line. */
struct table {
	const struct ps_request *request;
	char **cells; /* owned, and each of them */
	size_t rows;
};

static void table_clear(struct table *table)
{
	for (size_t i = 0; i < table->rows * table->request->count; i++)
		free(table->cells[i]);
	free(table->cells);
}

static char **add_row(struct table *table)
{
	size_t columns = table->request->count;

	table->cells = xrealloc_array(table->cells, (table->rows + 1) * columns,
				      sizeof(*table->cells));
	return table->cells + table->rows++ * columns;
}

static void fill_table(struct table *table, const pid_t *pids, size_t count)
{
	const struct ps_request *request = table->request;
	char **row = add_row(table);
	struct ps_clock clock;

	ps_clock_read(&clock);
	for (size_t i = 0; i < request->count; i++)
		row[i] = xstrdup(request->titles[i]);
	for (size_t i = 0; i < count; i++) {
		struct ps_process process;

		if (ps_process_read(pids[i], &process) < 0)
			continue; /* it has ended meanwhile */
		row = add_row(table);
		for (size_t k = 0; k < request->count; k++)
			row[k] = request->columns[k]->text(&process, &clock);
		ps_process_clear(&process);
	}
}

static void print_row(const struct table *table, char *const *row,
		      const size_t *widths)
{
	const struct ps_request *request = table->request;

	for (size_t i = 0; i < request->count; i++) {
		bool last = i + 1 == request->count;
		int width = (int)widths[i];

		if (request->columns[i]->is_number)
			(void)printf("%*s", width, row[i]);
		else
			(void)printf("%-*s", last ? 0 : width, row[i]);
		(void)putchar(last ? '\n' : ' ');
	}
}

static void print_table(const struct table *table)
{
	size_t columns = table->request->count;
	size_t widths[PS_COLUMNS_MAX] = { 0 };
	bool has_titles = false;

	for (size_t i = 0; i < table->rows * columns; i++) {
		size_t width = strlen(table->cells[i]);

		if (width > widths[i % columns])
			widths[i % columns] = width;
		has_titles |= i < columns && width > 0;
	}
	for (size_t i = has_titles ? 0 : 1; i < table->rows; i++)
		print_row(table, table->cells + i * columns, widths);
}

static int show(const struct ps_settings *settings,
		const struct ps_request *request, const struct state *state,
		struct error *err)
{
	auto_with(table_clear) struct table table = { .request = request };
	auto_free pid_t *pids = NULL;
	size_t count = 0;

	if (members_list(state, &pids, &count, err) < 0)
		return -err->code;
	if (settings->format == PS_JSON) {
		print_json(pids, count);
		return 0;
	}
	fill_table(&table, pids, count);
	print_table(&table);
	return 0;
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	struct ps_settings settings = { 0 };
	auto_with(ps_request_clear) struct ps_request request = { 0 };
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(&runtime_ps, argc, argv, &settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_ps, argc - first, 1, argc, err) < 0 ||
	    ps_request_read(argv + first + 1, argc - first - 1, &request, err) <
		    0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    state_open(root, argv[first], false, &dir, &state, err) < 0)
		return -err->code;
	return show(&settings, &request, &state, err);
}

const struct command runtime_ps = {
	.name = "ps",
	.synopsis = "[OPTION]... ID [PS-OPTION]...",
	.summary = "Show the processes of a container",
	.details =
		"PS-OPTION may be -ef, which it is without, aux, and -o COLUMN,... with the\n"
		"names that ps(1) has for columns. Process ids are those that you see.",
	.program = "holt-runtime",
	.options = ps_options,
	.one_dash = true,
	.run_under = run,
};
