// SPDX-License-Identifier: Apache-2.0
#include <json.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "runtime/describe.h"
#include "runtime/runtime.h"

enum list_format { LIST_TABLE, LIST_JSON };

struct list_settings {
	bool quiet;
	enum list_format format;
};

static const struct option_row list_options[] = {
	{
		.name = "format",
		.letter = 'f',
		.value = "FORMAT",
		.values = OPTION_VALUES("table", "json"),
		.help = "table or json",
		OPTION_FIELD(struct list_settings, format),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "print ids only",
		OPTION_FIELD(struct list_settings, quiet),
	},
	{ 0 },
};

/* One line of the table, and of the JSON. */
struct entry {
	struct state state;
	struct description description;
};

struct entries {
	struct entry *items;
	size_t count;
};

static void entries_clear(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		state_clear(&entries->items[i].state);
		description_clear(&entries->items[i].description);
	}
	free(entries->items);
}

/* What `create` was killed over before it had a state: it is there, and
 * `delete --force` will remove it.
 */
static void describe_remains(const char *id, struct entry *entry)
{
	state_clear(&entry->state);
	entry->state.id = xstrdup(id);
	entry->state.bundle = xstrdup("");
	entry->state.rootfs = xstrdup("");
	entry->state.created = xstrdup("0001-01-01T00:00:00Z");
	entry->state.owner = geteuid();
}

static int read_entry(const char *root, const char *id, struct entries *entries,
		      struct error *err)
{
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	struct entry entry = { 0 };
	int result = state_dir_open(root, id, false, &dir, err);

	if (result == -ENOENT)
		return 0; /* deleted meanwhile */
	if (result < 0)
		return result;
	result = state_read(&dir, &entry.state, err);
	if (result < 0 && result != -ENOENT) {
		state_clear(&entry.state);
		return result;
	}
	if (result < 0)
		describe_remains(id, &entry);
	describe(&dir, &entry.state, &entry.description);
	entries->items = xrealloc_array(entries->items, entries->count + 1,
					sizeof(*entries->items));
	entries->items[entries->count++] = entry;
	return 0;
}

static int read_entries(const char *root, struct entries *ret,
			struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };

	if (state_list(root, &ids, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++)
		if (read_entry(root, ids.items[i], ret, err) < 0)
			return -err->code;
	return 0;
}

static void print_json(const struct entries *entries)
{
	auto_json struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < entries->count; i++)
		(void)json_object_array_add(
			array, describe_json(&entries->items[i].state,
					     &entries->items[i].description));
	(void)puts(json_object_to_json_string_ext(
		array,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

enum { COLUMN_COUNT = 6 };

/* The cells of a line, @pid being room for the number's text. */
static void fill_row(const struct entry *entry, char *pid, size_t room,
		     const char *cells[COLUMN_COUNT])
{
	(void)snprintf(pid, room, "%d", entry->description.pid);
	cells[0] = entry->state.id;
	cells[1] = pid;
	cells[2] = status_word(entry->description.status);
	cells[3] = entry->state.bundle;
	cells[4] = entry->state.created;
	cells[5] = entry->description.owner;
}

static void widen(size_t widths[COLUMN_COUNT], const char *const *cells)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (strlen(cells[i]) > widths[i])
			widths[i] = strlen(cells[i]);
}

static void print_row(const size_t widths[COLUMN_COUNT],
		      const char *const *cells)
{
	for (size_t i = 0; i + 1 < COLUMN_COUNT; i++)
		(void)printf("%-*s", (int)widths[i] + 4, cells[i]);
	(void)puts(cells[COLUMN_COUNT - 1]);
}

static void print_table(const struct entries *entries)
{
	static const char *const titles[COLUMN_COUNT] = {
		"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER",
	};
	size_t widths[COLUMN_COUNT] = { 0 };
	const char *cells[COLUMN_COUNT];
	char pid[16];

	widen(widths, titles);
	for (size_t i = 0; i < entries->count; i++) {
		fill_row(&entries->items[i], pid, sizeof(pid), cells);
		widen(widths, cells);
	}
	print_row(widths, titles);
	for (size_t i = 0; i < entries->count; i++) {
		fill_row(&entries->items[i], pid, sizeof(pid), cells);
		print_row(widths, cells);
	}
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	struct list_settings settings = { 0 };
	auto_with(entries_clear) struct entries entries = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(&runtime_list, argc, argv, &settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_list, argc - first, 0, 0, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    read_entries(root, &entries, err) < 0)
		return -err->code;
	if (settings.quiet)
		for (size_t i = 0; i < entries.count; i++)
			(void)puts(entries.items[i].state.id);
	else if (settings.format == LIST_JSON)
		print_json(&entries);
	else
		print_table(&entries);
	return 0;
}

const struct command runtime_list = {
	.name = "list",
	.synopsis = "[OPTION]...",
	.summary = "List the containers there are",
	.program = "holt-runtime",
	.options = list_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
