// SPDX-License-Identifier: Apache-2.0
/* holt images: what there is. */
#include <fnmatch.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/image_parts.h"
#include "cli/image_view.h"
#include "command/listing.h"
#include "command/units.h"
#include "image/find.h"

#define NONE "<none>"

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

/* One image, and one of its names. */
struct shown {
	const struct image *image;
	const struct image_config *config;
	const struct tag *tag; /* NULL: it has none */
	int64_t created;       /* ns since 1970 */
};

/* Everything that a list is made of. */
struct gathered {
	struct tags tags;
	struct image *images;
	struct image_config *configs;
	size_t image_count;
	struct shown *rows;
	size_t row_count;
};

static void gathered_clear(struct gathered *all)
{
	for (size_t i = 0; i < all->image_count; i++) {
		image_clear(&all->images[i]);
		image_config_clear(&all->configs[i]);
	}
	free(all->images);
	free(all->configs);
	free(all->rows);
	tags_clear(&all->tags);
}

static void add_rows(struct gathered *all, size_t index)
{
	const struct image *image = &all->images[index];
	struct shown row = { image, &all->configs[index], NULL, 0 };
	size_t before = all->row_count;

	if (!row.config->created ||
	    timestamp_parse(row.config->created, &row.created) < 0)
		row.created = 0;
	for (size_t i = 0; i <= all->tags.count; i++) {
		bool last = i == all->tags.count;

		if (last ? all->row_count > before
			 : strcmp(all->tags.items[i].image, image->id) != 0)
			continue;
		row.tag = last ? NULL : &all->tags.items[i];
		all->rows = xrealloc_array(all->rows, all->row_count + 1,
					   sizeof(*all->rows));
		all->rows[all->row_count++] = row;
	}
}

must_check static int gather(const struct store *store, struct gathered *all,
			     struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };

	if (store_list(store, "images", &ids, err) < 0 ||
	    tags_read(store, &all->tags, err) < 0)
		return -err->code;
	all->images = xcalloc(ids.count + 1, sizeof(*all->images));
	all->configs = xcalloc(ids.count + 1, sizeof(*all->configs));
	for (size_t i = 0; i < ids.count; i++) {
		struct image *image = &all->images[all->image_count];
		int result = image_load(store, ids.items[i], image, err);

		if (result == -ENOENT)
			continue;
		all->image_count++;
		if (result < 0 ||
		    view_config(store, image,
				&all->configs[all->image_count - 1], err) < 0)
			return -err->code;
		add_rows(all, all->image_count - 1);
	}
	return 0;
}

/* A name's repository and tag, owned. */
static void split_name(const struct tag *tag, char **ret_repository,
		       char **ret_tag)
{
	const char *colon = tag ? strrchr(tag->name, ':') : NULL;
	const char *at = tag ? strchr(tag->name, '@') : NULL;
	const char *end = at ? at : colon;

	*ret_repository = end ? xstrndup(tag->name, (size_t)(end - tag->name))
			      : xstrdup(NONE);
	*ret_tag = xstrdup(end && !at ? end + 1 : NONE);
}

static void put(struct json_object *object, const char *key, const char *value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_string(value));
}

/* What templates can name, as docker calls it. */
static struct json_object *describe(const struct shown *row,
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

	split_name(row->tag, &repository, &tag);
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
static struct json_object *describe_all(const struct gathered *all)
{
	struct json_object *array = json_object_new_array();
	const struct image *last = NULL;

	for (size_t i = 0; i < all->row_count; i++) {
		const struct shown *row = &all->rows[i];
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

/* As people call it: without docker.io's part, or ours. */
static const char *without_domain(const char *name)
{
	static const char *const prefixes[] = { "docker.io/library/",
						"docker.io/", "localhost/" };

	for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return name + strlen(prefixes[i]);
	return name;
}

static bool matches_reference(const struct shown *row, const char *pattern)
{
	auto_free char *repository = NULL;
	auto_free char *tag = NULL;

	if (!row->tag)
		return false;
	split_name(row->tag, &repository, &tag);
	return fnmatch(pattern, row->tag->name, 0) == 0 ||
	       fnmatch(pattern, repository, 0) == 0 ||
	       fnmatch(pattern, without_domain(row->tag->name), 0) == 0 ||
	       fnmatch(pattern, without_domain(repository), 0) == 0;
}

static bool has_label(const struct shown *row, const char *word)
{
	size_t length = strlen(word);
	bool whole = strchr(word, '=') != NULL;

	for (size_t i = 0; i < row->config->labels.count; i++) {
		const char *label = row->config->labels.items[i];

		if (strncmp(label, word, length) == 0 &&
		    label[length] == (whole ? '\0' : '='))
			return true;
	}
	return false;
}

/* When the image was made that "before" and "since" name. */
must_check static int find_age(const struct gathered *all,
			       const struct store *store, const char *word,
			       int64_t *ret, struct error *err)
{
	auto_with(found_image_clear) struct found_image found = { 0 };

	if (image_find_or_say(store, word, &found, err) < 0)
		return -err->code;
	*ret = 0;
	for (size_t i = 0; i < all->row_count; i++)
		if (strcmp(all->rows[i].image->id, found.image.id) == 0)
			*ret = all->rows[i].created;
	return 0;
}

must_check static int matches(const struct gathered *all,
			      const struct store *store,
			      const struct shown *row, const char *filter,
			      bool *ret, struct error *err)
{
	const char *value = strchr(filter, '=');
	auto_free char *name =
		xstrndup(filter, value ? (size_t)(value - filter) : 0);
	bool wanted = true, is_age = false;
	int64_t age = 0;

	if (!value)
		return error_say(err, EINVAL,
				 "--filter: '%s' is not NAME=VALUE", filter);
	value++;
	if (strcmp(name, "reference") == 0)
		*ret = matches_reference(row, value);
	else if (strcmp(name, "label") == 0)
		*ret = has_label(row, value);
	else if (strcmp(name, "before") == 0 || strcmp(name, "since") == 0)
		is_age = true;
	else if (strcmp(name, "dangling") != 0)
		return error_say(
			err, EINVAL,
			"--filter: there is no '%s', but reference, dangling, label, before and since",
			name);
	else if (parse_bool(value, &wanted) < 0)
		return error_say(err, EINVAL,
				 "--filter: dangling is true or false");
	else
		*ret = (row->tag == NULL) == wanted;
	if (!is_age)
		return 0;
	if (find_age(all, store, value, &age, err) < 0)
		return -err->code;
	*ret = name[0] == 'b' ? row->created < age : row->created > age;
	return 0;
}

/* Keep the rows that every filter lets through. */
must_check static int filter(struct gathered *all, const struct store *store,
			     const struct list *filters, const char *word,
			     struct error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->row_count; i++) {
		bool good = !word || matches_reference(&all->rows[i], word);

		for (size_t k = 0; k < filters->count && good; k++)
			if (matches(all, store, &all->rows[i],
				    filters->items[k], &good, err) < 0)
				return -err->code;
		if (good)
			all->rows[kept++] = all->rows[i];
	}
	all->row_count = kept;
	return 0;
}

static int by_name(const struct shown *one, const struct shown *other)
{
	return strcmp(one->tag ? one->tag->name : "",
		      other->tag ? other->tag->name : "");
}

static int by_created(const void *a, const void *b)
{
	const struct shown *one = a, *other = b;
	int id;

	if (one->created != other->created)
		return one->created < other->created ? 1 : -1;
	id = strcmp(one->image->id, other->image->id);
	return id ? id : by_name(one, other);
}

static int by_id(const void *a, const void *b)
{
	const struct shown *one = a, *other = b;
	int id = strcmp(one->image->id, other->image->id);

	return id ? id : by_name(one, other);
}

static int by_size(const void *a, const void *b)
{
	const struct shown *one = a, *other = b;

	if (one->image->size != other->image->size)
		return one->image->size < other->image->size ? -1 : 1;
	return by_id(a, b);
}

static int by_repository(const void *a, const void *b)
{
	int name = by_name(a, b);

	return name ? name : by_id(a, b);
}

static int by_tag(const void *a, const void *b)
{
	const struct shown *one = a, *other = b;
	const char *first = one->tag ? strrchr(one->tag->name, ':') : NULL;
	const char *second = other->tag ? strrchr(other->tag->name, ':') : NULL;
	int tag = strcmp(first ? first : "", second ? second : "");

	return tag ? tag : by_repository(a, b);
}

static void sort(struct gathered *all, const char *word)
{
	static const struct {
		const char *word;
		int (*compare)(const void *, const void *);
	} orders[] = {
		{ "created", by_created }, { "id", by_id },
		{ "size", by_size },       { "repository", by_repository },
		{ "tag", by_tag },
	};

	for (size_t i = 0; i < ARRAY_COUNT(orders) && all->row_count; i++)
		if (!strcmp(orders[i].word, word ? word : "created"))
			qsort(all->rows, all->row_count, sizeof(*all->rows),
			      orders[i].compare);
}

#define PLAIN \
	"table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.Created}}\t{{.Size}}"
#define WITH_DIGESTS \
	"table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.Created}}\t{{.Size}}"

/* An image once, however many names it has. */
static void drop_repeated(struct gathered *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->row_count; i++) {
		size_t k = 0;

		while (k < kept && all->rows[k].image != all->rows[i].image)
			k++;
		if (k == kept)
			all->rows[kept++] = all->rows[i];
	}
	all->row_count = kept;
}

must_check static int show(const struct ls_settings *settings,
			   struct gathered *all, struct error *err)
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
		drop_repeated(all);
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
	auto_with(gathered_clear) struct gathered all = { 0 };
	auto_with(store_close) struct store store = { 0 };
	struct ls_settings settings = { 0 };
	int first = options_parse(cmd, argc, argv, &settings, err);
	int result = first;

	if (first >= 0 && first + 1 < argc)
		result = error_say(err, EINVAL, "%s: give one name at most",
				   cmd->name);
	if (result >= 0 && (store_open(STORE_SHARED, &store, err) < 0 ||
			    gather(&store, &all, err) < 0 ||
			    filter(&all, &store, &settings.filters,
				   first < argc ? argv[first] : NULL, err) < 0))
		result = error_wrap(err, "%s", cmd->name);
	if (result >= 0) {
		sort(&all, settings.sort);
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
