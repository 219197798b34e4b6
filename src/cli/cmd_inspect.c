// SPDX-License-Identifier: Apache-2.0
/* holt inspect, history, image tree: what is known of an image. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/image_parts.h"
#include "cli/image_view.h"
#include "command/listing.h"
#include "command/units.h"
#include "image/find.h"

enum { CREATED_BY_MAX = 45 };

struct inspect_settings {
	const char *format, *type;
};

static const struct option_row inspect_options[] = {
	{
		.name = "format",
		.letter = 'f',
		.value = "FORMAT",
		.values = OPTION_VALUES("json"),
		.help = "JSON, or by a template",
		OPTION_FIELD(struct inspect_settings, format),
	},
	{
		.name = "type",
		.letter = 't',
		.value = "TYPE",
		.values = OPTION_VALUES("image", "all"),
		.strict = true,
		.help = "what is meant by the name: an image",
		OPTION_FIELD(struct inspect_settings, type),
	},
	{ 0 },
};

static int inspect(const struct command *cmd, int argc, char **argv,
		   struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(tags_clear) struct tags tags = { 0 };
	auto_json struct json_object *all = json_object_new_array();
	struct inspect_settings settings = { 0 };
	int first = options_parse(cmd, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first == argc)
		return error_say(err, EINVAL, "%s: name an image", cmd->name);
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    tags_read(&store, &tags, err) < 0)
		return error_wrap(err, "%s", cmd->name);
	for (int i = first; i < argc; i++) {
		auto_with(found_image_clear) struct found_image found = { 0 };
		struct json_object *one = NULL;

		if (image_find_or_say(&store, argv[i], &found, err) < 0 ||
		    view_inspect(&store, &found.image, &tags, &one, err) < 0)
			return error_wrap(err, "%s", cmd->name);
		json_object_array_add(all, one);
	}

	return listing_inspect(settings.format, all, &view_rules, stdout, err);
}

static int run_inspect(int argc, char **argv, struct error *err)
{
	return inspect(&cmd_inspect, argc, argv, err);
}

static int run_image_inspect(int argc, char **argv, struct error *err)
{
	return inspect(&image_inspect, argc, argv, err);
}

#define INSPECT(its_program, its_run) \
	{ \
		.name = "inspect", .program = (its_program), \
		.synopsis = "[OPTION]... IMAGE...", \
		.summary = "Show all about images", \
		.options = inspect_options, .options_anywhere = true, \
		.operands = { OFFER_IMAGE, OFFER_IMAGE, OFFER_IMAGE }, \
		.run = (its_run), \
	}

const struct command cmd_inspect = INSPECT(NULL, run_inspect);
const struct command image_inspect = INSPECT("holt image", run_image_inspect);

struct history_settings {
	bool quiet, no_trunc;
	const char *format;
};

static const struct option_row history_options[] = {
	{
		.name = "format",
		.value = "FORMAT",
		.values = OPTION_VALUES("table", "json"),
		.help = "a table, JSON, or by a template",
		OPTION_FIELD(struct history_settings, format),
	},
	{
		.name = "no-trunc",
		.help = "show everything whole",
		OPTION_FIELD(struct history_settings, no_trunc),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "ids alone",
		OPTION_FIELD(struct history_settings, quiet),
	},
	{ 0 },
};

/* What is shown of one step. */
static struct json_object *
describe_step(const struct history_settings *settings,
	      const struct image_history *step, const char *id, uint64_t size)
{
	struct json_object *object = json_object_new_object();
	auto_free char *by = xstrdup(step->created_by ? step->created_by : "");
	auto_free char *age = view_age(step->created);
	auto_free char *human = units_size(size, " ");

	if (!settings->no_trunc && strlen(by) > CREATED_BY_MAX)
		memcpy(by + CREATED_BY_MAX - 3, "...", sizeof("..."));
	for (char *at = by; *at; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	json_object_object_add(object, "ID", json_object_new_string(id));
	json_object_object_add(object, "Created", json_object_new_string(age));
	json_object_object_add(object, "CreatedSince",
			       json_object_new_string(age));
	json_object_object_add(
		object, "CreatedAt",
		json_object_new_string(step->created ? step->created : ""));
	json_object_object_add(object, "CreatedBy", json_object_new_string(by));
	json_object_object_add(object, "Size", json_object_new_string(human));
	json_object_object_add(
		object, "Comment",
		json_object_new_string(step->comment ? step->comment : ""));
	return object;
}

/* podman's JSON */
static struct json_object *step_json(const struct image_history *step,
				     const char *id, uint64_t size)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "id", json_object_new_string(id));
	json_object_object_add(
		object, "created",
		json_object_new_string(step->created ? step->created : ""));
	json_object_object_add(object, "createdBy",
			       json_object_new_string(step->created_by
							      ? step->created_by
							      : ""));
	json_object_object_add(object, "size", json_object_new_uint64(size));
	json_object_object_add(
		object, "comment",
		json_object_new_string(step->comment ? step->comment : ""));
	return object;
}

static int history_of(const struct history_settings *settings,
		      const struct image *image,
		      const struct image_config *config, struct error *err)
{
	auto_json struct json_object *rows = json_object_new_array();
	auto_json struct json_object *objects = json_object_new_array();
	size_t layer = image->layer_count;

	/* The last step has made the image: it has its id. */
	for (size_t i = config->history_count; i-- > 0;) {
		const struct image_history *step = &config->history[i];
		bool has_layer = !step->empty_layer && layer > 0;
		uint64_t size = has_layer ? image->layers[--layer].size : 0;
		bool top = i + 1 == config->history_count;
		auto_free char *id =
			!top ? xstrdup("<missing>")
			     : xstrndup(image->id, settings->no_trunc
							   ? DIGEST_HEX
							   : SHORT_ID);

		json_object_array_add(rows,
				      describe_step(settings, step, id, size));
		json_object_array_add(
			objects,
			step_json(step, top ? image->id : "<missing>", size));
	}

	const struct listing listing = {
		.format = settings->format,
		.usual =
			"table {{.ID}}\t{{.Created}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
		.brief = settings->quiet ? "{{.ID}}" : NULL,
	};

	return listing_print(
		&listing,
		settings->format && !strcmp(settings->format, "json") ? objects
								      : rows,
		stdout, err);
}

static int history(const struct command *cmd, int argc, char **argv,
		   struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(found_image_clear) struct found_image found = { 0 };
	auto_with(image_config_clear) struct image_config config = { 0 };
	struct history_settings settings = { 0 };
	int first = options_parse(cmd, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first + 1 != argc)
		return error_say(err, EINVAL, "history: name one image");
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    image_find_or_say(&store, argv[first], &found, err) < 0 ||
	    view_config(&store, &found.image, &config, err) < 0)
		return error_wrap(err, "history");
	return history_of(&settings, &found.image, &config, err);
}

static int run_history(int argc, char **argv, struct error *err)
{
	return history(&cmd_history, argc, argv, err);
}

static int run_image_history(int argc, char **argv, struct error *err)
{
	return history(&image_history, argc, argv, err);
}

#define HISTORY(its_program, its_run) \
	{ \
		.name = "history", .program = (its_program), \
		.synopsis = "[OPTION]... IMAGE", \
		.summary = "Show how an image was made, step by step", \
		.options = history_options, .options_anywhere = true, \
		.operands = { OFFER_IMAGE }, .run = (its_run), \
	}

const struct command cmd_history = HISTORY(NULL, run_history);
const struct command image_history = HISTORY("holt image", run_image_history);

static int tree(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(found_image_clear) struct found_image found = { 0 };
	auto_with(tags_clear) struct tags tags = { 0 };
	auto_with(strv_clear) struct strv names = { 0 };
	int first = options_parse(&image_tree, argc, argv, NULL, err);

	if (first < 0)
		return first;
	if (first + 1 != argc)
		return error_say(err, EINVAL, "image tree: name one image");
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    image_find_or_say(&store, argv[first], &found, err) < 0 ||
	    tags_read(&store, &tags, err) < 0)
		return error_wrap(err, "image tree");
	tags_of(&tags, found.image.id, &names);

	auto_free char *list = strv_join(&names, " ");
	auto_free char *total = units_size(found.image.size, " ");

	(void)printf("Image ID: %.*s\nTags:     [%s]\nSize:     %s\n%s\n",
		     SHORT_ID, found.image.id, list, total,
		     found.image.layer_count ? "Image Layers"
					     : "No Image Layers");
	for (size_t i = 0; i < found.image.layer_count; i++) {
		const struct image_layer *layer = &found.image.layers[i];
		bool top = i + 1 == found.image.layer_count;
		auto_free char *size = units_size(layer->size, " ");

		(void)printf("%s ID: %.*s Size: %7s%s%s%s\n",
			     top ? "└──" : "├──", SHORT_ID,
			     digest_hex(&layer->chain_id), size,
			     top ? " Top Layer of: [" : "", top ? list : "",
			     top ? "]" : "");
	}
	return 0;
}

const struct command image_tree = {
	.name = "tree",
	.program = "holt image",
	.synopsis = "IMAGE",
	.summary = "Show an image's layers",
	.operands = { OFFER_IMAGE },
	.run = tree,
};
