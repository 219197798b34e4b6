// SPDX-License-Identifier: Apache-2.0
/* holt system df: what the store takes on the disk. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/image_parts.h"
#include "cli/image_userns.h"
#include "cli/system_parts.h"
#include "command/listing.h"
#include "command/units.h"
#include "image/measure.h"
#include "image/volume.h"
#include "image/writable.h"

struct df_settings {
	const char *format;
};

static const struct option_row df_options[] = {
	{
		.name = "format",
		.value = "FORMAT",
		.values = OPTION_VALUES("table", "json"),
		.help = "a table, JSON, or by a template",
		OPTION_FIELD(struct df_settings, format),
	},
	{ 0 },
};

/* A line of the table. */
struct line {
	const char *type;
	size_t total, active;
	uint64_t size, reclaimable; /* bytes on the disk */
};

static void add_line(struct json_object *rows, const struct line *line)
{
	struct json_object *row = json_object_new_object();
	auto_free char *size = units_size(line->size, " ");
	auto_free char *free_size = units_size(line->reclaimable, " ");
	uint64_t percent =
		line->size ? line->reclaimable * 100 / line->size : 0;
	auto_free char *reclaimable =
		xasprintf("%s (%u%%)", free_size, (unsigned int)percent);
	auto_free char *total = xasprintf("%zu", line->total);
	auto_free char *active = xasprintf("%zu", line->active);

	json_object_object_add(row, "Type", json_object_new_string(line->type));
	json_object_object_add(row, "Total", json_object_new_string(total));
	json_object_object_add(row, "Active", json_object_new_string(active));
	json_object_object_add(row, "Size", json_object_new_string(size));
	json_object_object_add(row, "RawSize",
			       json_object_new_uint64(line->size));
	json_object_object_add(row, "Reclaimable",
			       json_object_new_string(reclaimable));
	json_object_object_add(row, "RawReclaimable",
			       json_object_new_uint64(line->reclaimable));
	json_object_array_add(rows, row);
}

must_check static int count(const struct store *store, size_t *ret_images,
			    size_t *ret_active, size_t *ret_containers,
			    size_t *ret_running, struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_with(strv_clear) struct strv containers = { 0 };

	if (store_list(store, "images", &ids, err) < 0 ||
	    store_list(store, "containers", &containers, err) < 0)
		return -err->code;
	*ret_images = ids.count;
	*ret_containers = containers.count;
	for (size_t i = 0; i < ids.count; i++) {
		auto_free char *user = image_user(store, ids.items[i]);

		*ret_active += user != NULL;
	}
	for (size_t i = 0; i < containers.count; i++)
		*ret_running += !writable_is_stale(store, containers.items[i]);
	return 0;
}

must_check static int count_volumes(const struct store *store,
				    size_t *ret_volumes, size_t *ret_used,
				    struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };

	if (volume_list(store, &names, err) < 0)
		return -err->code;
	*ret_volumes = names.count;
	for (size_t i = 0; i < names.count; i++)
		*ret_used += volume_is_used(store, names.items[i]);
	return 0;
}

static int df(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	auto_json struct json_object *rows = json_object_new_array();
	struct df_settings settings = { 0 };
	struct measure measured = { 0 };
	size_t images = 0, active = 0, containers = 0, running = 0;
	size_t volumes = 0, used = 0;
	int first = options_parse(&system_df, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    count(&store, &images, &active, &containers, &running, err) < 0 ||
	    count_volumes(&store, &volumes, &used, err) < 0 ||
	    measure(&store, image_userns_open, &userns, &measured, err) < 0)
		return error_wrap(err, "system df");
	add_line(rows, &(struct line){ "Images", images, active,
				       measured.blobs + measured.layers +
					       measured.records,
				       0 });
	add_line(rows, &(struct line){ "Containers", containers, running,
				       measured.containers, 0 });
	add_line(rows, &(struct line){ "Local Volumes", volumes, used,
				       measured.volumes, 0 });
	add_line(rows,
		 &(struct line){ "Unfinished", measured.parts, 0,
				 measured.unfinished, measured.unfinished });

	const struct listing listing = {
		.format = settings.format,
		.usual =
			"table {{.Type}}\t{{.Total}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
	};

	return listing_print(&listing, rows, stdout, err);
}

const struct command system_df = {
	.name = "df",
	.program = "holt system",
	.synopsis = "[OPTION]...",
	.summary = "Show what is kept on the disk",
	.options = df_options,
	.run = df,
};
