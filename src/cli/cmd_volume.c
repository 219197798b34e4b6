// SPDX-License-Identifier: Apache-2.0
/* holt volume: directories with a name, for containers. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/image_view.h"
#include "cli/volume_parts.h"
#include "command/listing.h"
#include "image/volume.h"

struct ls_settings {
	bool quiet, no_heading;
	const char *format;
	struct list filters;
};

static const struct option_row ls_options[] = {
	{
		.name = "filter",
		.letter = 'f',
		.value = "FILTER",
		.help = "only those with name=TEXT, label=KEY[=VALUE], dangling=BOOL",
		OPTION_FIELD(struct ls_settings, filters),
	},
	{
		.name = "format",
		.value = "FORMAT",
		.help = "a template, table, or json",
		OPTION_FIELD(struct ls_settings, format),
	},
	{
		.name = "noheading",
		.letter = 'n',
		.help = "no line above the table",
		OPTION_FIELD(struct ls_settings, no_heading),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "names alone",
		OPTION_FIELD(struct ls_settings, quiet),
	},
	{ 0 },
};

/* As docker and podman have it. */
static struct json_object *describe(const struct volume *volume)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "Name", volume->name);
	json_add_text(object, "Driver", "local");
	json_add_text(object, "Mountpoint", volume->path);
	json_add_text(object, "CreatedAt",
		      volume->created ? volume->created : "");
	json_object_object_add(object, "Labels", view_map(&volume->labels));
	json_add_text(object, "Scope", "local");
	json_object_object_add(object, "Options", json_object_new_object());
	json_object_object_add(object, "NeedsCopyUp",
			       json_object_new_boolean(volume->is_fresh));
	return object;
}

static const char *const maps[] = { "Labels", "Options", NULL };
static const struct template_rules rules = { .maps = maps };

/* KEY, or KEY=VALUE */
static bool has_label(const struct volume *volume, const char *wanted)
{
	bool whole = strchr(wanted, '=');
	size_t length = strlen(wanted);

	for (size_t i = 0; i < volume->labels.count; i++) {
		const char *label = volume->labels.items[i];

		if (whole ? !strcmp(label, wanted)
			  : !strncmp(label, wanted, length) &&
				    (!label[length] || label[length] == '='))
			return true;
	}
	return false;
}

/* Return: 1: it fits, 0: it doesn't, -EINVAL */
must_check static int fits(const struct store *store,
			   const struct volume *volume, const char *filter,
			   struct error *err)
{
	if (!strncmp(filter, "name=", 5))
		return strstr(volume->name, filter + 5) != NULL;
	if (!strncmp(filter, "label=", 6))
		return has_label(volume, filter + 6);
	if (!strncmp(filter, "driver=", 7))
		return !strcmp(filter + 7, "local");
	if (!strcmp(filter, "dangling=true") || !strcmp(filter, "dangling=1"))
		return !volume_is_used(store, volume->name);
	if (!strcmp(filter, "dangling=false") || !strcmp(filter, "dangling=0"))
		return volume_is_used(store, volume->name);
	return error_say(
		err, EINVAL,
		"--filter: '%s' is none of name=TEXT, label=KEY[=VALUE], driver=local, dangling=BOOL",
		filter);
}

must_check static int fits_all(const struct store *store,
			       const struct volume *volume,
			       const struct list *filters, struct error *err)
{
	for (size_t i = 0; i < filters->count; i++) {
		int result = fits(store, volume, filters->items[i], err);

		if (result <= 0)
			return result;
	}
	return 1;
}

must_check static int list(const struct ls_settings *settings,
			   struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(strv_clear) struct strv names = { 0 };
	auto_json struct json_object *rows = json_object_new_array();
	const struct listing listing = {
		.format = settings->format,
		.usual = "table {{.Driver}}\\t{{.Name}}",
		.brief = settings->quiet ? "{{.Name}}" : NULL,
		.no_heading = settings->no_heading,
		.rules = &rules,
		.headings =
			(const struct template_heading[]){
				{ "Name", "VOLUME NAME" }, { 0 } },
	};

	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    volume_list(&store, &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++) {
		auto_with(volume_clear) struct volume volume = { 0 };
		int result = volume_load(&store, names.items[i], &volume, err);

		/* It is just being removed. */
		if (result == -ENOENT)
			continue;
		if (result == 0)
			result = fits_all(&store, &volume, &settings->filters,
					  err);
		if (result < 0)
			return result;
		if (result)
			json_object_array_add(rows, describe(&volume));
	}
	*err = (struct error){ 0 };
	return listing_print(&listing, rows, stdout, err);
}

static int ls(int argc, char **argv, struct error *err)
{
	struct ls_settings settings = { 0 };
	int first = options_parse(&volume_ls, argc, argv, &settings, err);
	int result = first;

	if (first >= 0 && first < argc)
		result = error_say(err, EINVAL,
				   "volume ls: unexpected word '%s'",
				   argv[first]);
	else if (first >= 0 && list(&settings, err) < 0)
		result = error_wrap(err, "volume ls");
	list_clear(&settings.filters);
	return result < 0 ? result : 0;
}

const struct command volume_ls = {
	.name = "ls",
	.program = "holt volume",
	.synopsis = "[OPTION]...",
	.summary = "List the volumes",
	.options = ls_options,
	.run = ls,
};

struct inspect_settings {
	const char *format;
};

static const struct option_row inspect_options[] = {
	{
		.name = "format",
		.letter = 'f',
		.value = "FORMAT",
		.help = "a template, or json",
		OPTION_FIELD(struct inspect_settings, format),
	},
	{ 0 },
};

static int inspect(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_json struct json_object *all = json_object_new_array();
	struct inspect_settings settings = { 0 };
	int first = options_parse(&volume_inspect, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first == argc)
		return error_say(err, EINVAL,
				 "volume inspect: give a volume's name");
	if (store_open(STORE_SHARED, &store, err) < 0)
		return error_wrap(err, "volume inspect");
	for (int i = first; i < argc; i++) {
		auto_with(volume_clear) struct volume volume = { 0 };

		if (volume_load(&store, argv[i], &volume, err) < 0)
			return error_wrap(err, "volume inspect");
		json_object_array_add(all, describe(&volume));
	}
	return listing_inspect(settings.format, all, &rules, stdout, err) < 0
		       ? error_wrap(err, "volume inspect")
		       : 0;
}

const struct command volume_inspect = {
	.name = "inspect",
	.program = "holt volume",
	.synopsis = "[OPTION]... VOLUME...",
	.summary = "Show all about volumes",
	.options = inspect_options,
	.options_anywhere = true,
	.operands = { OFFER_VOLUME, OFFER_VOLUME, OFFER_VOLUME },
	.run = inspect,
};

static const struct command *const volume_commands[] = {
	&volume_create, &volume_ls, &volume_inspect, &volume_rm, &volume_prune,
	&volume_exists, NULL,
};

const struct command cmd_volume = {
	.name = "volume",
	.synopsis = "COMMAND [ARGUMENT]...",
	.summary = "Directories with a name, for containers",
	.commands = volume_commands,
};
