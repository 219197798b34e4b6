// SPDX-License-Identifier: Apache-2.0
/* holt images: what there is. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/image_filter.h"
#include "cli/image_parts.h"
#include "cli/image_view.h"
#include "command/listing.h"
#include "command/units.h"

#define PLAIN \
	"table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.Created}}\t{{.Size}}"
#define WITH_DIGESTS \
	"table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.Created}}\t{{.Size}}"

struct ls_settings {
	bool all, digests, quiet, no_trunc, no_heading;
	const char *format, *sort;
	struct list filters;
};

static const struct option_row ls_options[] = {
	{
		.name = "all",
		.letter = 'a',
		.help = "all images: they are shown anyway",
		OPTION_FIELD(struct ls_settings, all),
	},
	{
		.name = "digests",
		.help = "show digests too",
		OPTION_FIELD(struct ls_settings, digests),
	},
	{
		.name = "filter",
		.letter = 'f',
		.value = "FILTER",
		.help = "only those: reference=PATTERN, dangling=true, label=KEY[=VALUE], before=IMAGE, since=IMAGE",
		OPTION_FIELD(struct ls_settings, filters),
	},
	{
		.name = "format",
		.value = "FORMAT",
		.values = OPTION_VALUES("table", "json"),
		.help = "a table, JSON, or by a template",
		OPTION_FIELD(struct ls_settings, format),
	},
	{
		.name = "no-trunc",
		.help = "show ids whole",
		OPTION_FIELD(struct ls_settings, no_trunc),
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
		.help = "ids alone",
		OPTION_FIELD(struct ls_settings, quiet),
	},
	{
		.name = "sort",
		.value = "WORD",
		.values = OPTION_VALUES("created", "id", "repository", "size",
					"tag"),
		.strict = true,
		.help = "order: created (the default), id, repository, size or tag",
		OPTION_FIELD(struct ls_settings, sort),
	},
	{ 0 },
};

static void put(struct json_object *object, const char *key, const char *value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_string(value));
}

/* What templates can name, as docker calls it. */
static struct json_object *describe(const struct image_row *row,
				    const struct ls_settings *settings)
{
	const struct image *image = row->image;
	struct json_object *object = json_object_new_object();
	auto_free char *repository = NULL;
	auto_free char *tag = NULL;
	auto_free char *id = settings->no_trunc
				     ? xasprintf("sha256:%s", image->id)
				     : xstrndup(image->id, SHORT_ID);
	auto_free char *age = view_age(row->config->created);
	auto_free char *size = units_size(image->size, " ");
	const struct digest *digest =
		row->tag && digest_is_set(&row->tag->digest) ? &row->tag->digest
							     : &image->manifest;

	image_list_split(row->tag, &repository, &tag);
	put(object, "ID", id);
	put(object, "Repository", repository);
	put(object, "Tag", tag);
	put(object, "Digest", digest->text);
	put(object, "CreatedSince", age);
	put(object, "Created", age);
	put(object, "CreatedAt",
	    row->config->created ? row->config->created : "");
	put(object, "Size", size);
	put(object, "Containers", "N/A");
	return object;
}

/* podman's JSON: an element an image. */
static struct json_object *describe_all(const struct image_list *all)
{
	struct json_object *array = json_object_new_array();
	const struct image *last = NULL;

	for (size_t i = 0; i < all->row_count; i++) {
		const struct image_row *row = &all->rows[i];
		struct json_object *one;

		if (row->image == last)
			continue;
		last = row->image;
		one = json_object_new_object();
		put(one, "Id", last->id);
		put(one, "ParentId", "");
		view_names(one, last, &all->tags);
		(void)json_object_object_add(
			one, "Size", json_object_new_uint64(last->size));
		(void)json_object_object_add(one, "SharedSize",
					     json_object_new_int(0));
		(void)json_object_object_add(
			one, "VirtualSize", json_object_new_uint64(last->size));
		(void)json_object_object_add(one, "Labels",
					     view_map(&row->config->labels));
		(void)json_object_object_add(
			one, "Names",
			json_object_get(
				json_object_object_get(one, "RepoTags")));
		put(one, "Digest", last->manifest.text);
		(void)json_object_object_add(
			one, "Created",
			json_object_new_int64(row->created / 1000000000));
		put(one, "CreatedAt",
		    row->config->created ? row->config->created : "");
		json_object_array_add(array, one);
	}
	return array;
}

must_check static int show(const struct ls_settings *settings,
			   struct image_list *all, struct error *err)
{
	static const struct template_heading headings[] = {
		{ "ID", "IMAGE ID" },
		{ 0 },
	};
	auto_json struct json_object *rows = NULL;
	const struct listing listing = {
		.format = settings->format,
		.usual = settings->digests ? WITH_DIGESTS : PLAIN,
		.brief = settings->quiet ? "{{.ID}}" : NULL,
		.no_heading = settings->no_heading,
		.headings = headings,
	};

	if (settings->quiet)
		image_list_fold(all);
	if (settings->format && strcmp(settings->format, "json") == 0) {
		rows = describe_all(all);
		return listing_print(&listing, rows, stdout, err);
	}
	rows = json_object_new_array();
	for (size_t i = 0; i < all->row_count; i++)
		json_object_array_add(rows, describe(&all->rows[i], settings));
	return listing_print(&listing, rows, stdout, err);
}

static int ls(const struct command *cmd, int argc, char **argv,
	      struct error *err)
{
	auto_with(image_list_clear) struct image_list all = { 0 };
	auto_with(store_close) struct store store = { 0 };
	struct ls_settings settings = { 0 };
	int first = options_parse(cmd, argc, argv, &settings, err);
	int result = first;

	if (first >= 0 && first + 1 < argc)
		result = error_say(err, EINVAL, "%s: give one name at most",
				   cmd->name);
	if (result >= 0 &&
	    (store_open(STORE_SHARED, &store, err) < 0 ||
	     image_list_read(&store, &all, err) < 0 ||
	     image_filter(&all, &store, &settings.filters,
			  first < argc ? argv[first] : NULL, err) < 0))
		result = error_wrap(err, "%s", cmd->name);
	if (result >= 0) {
		image_list_sort(&all, settings.sort);
		result = show(&settings, &all, err);
	}
	list_clear(&settings.filters);
	return result < 0 ? result : 0;
}

static int run_images(int argc, char **argv, struct error *err)
{
	return ls(&cmd_images, argc, argv, err);
}

static int run_ls(int argc, char **argv, struct error *err)
{
	return ls(&image_ls, argc, argv, err);
}

#define LS(its_name, its_program, its_run) \
	{ \
		.name = (its_name), .program = (its_program), \
		.synopsis = "[OPTION]... [NAME]", \
		.summary = "List the images", .options = ls_options, \
		.options_anywhere = true, .operands = { OFFER_IMAGE }, \
		.run = (its_run), \
	}

const struct command cmd_images = LS("images", NULL, run_images);
const struct command image_ls = LS("ls", "holt image", run_ls);
