// SPDX-License-Identifier: Apache-2.0
#include "image/measure.h"

#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/job.h"

static const struct {
	const char *name;
	size_t offset; /* in struct measure */
} parts[] = {
	{ "blobs", offsetof(struct measure, blobs) },
	{ "layers", offsetof(struct measure, layers) },
	{ "images", offsetof(struct measure, records) },
	{ "tags", offsetof(struct measure, records) },
	{ "containers", offsetof(struct measure, containers) },
	{ "volumes", offsetof(struct measure, volumes) },
	{ "ingest", offsetof(struct measure, unfinished) },
	{ "staging", offsetof(struct measure, unfinished) },
	{ "trash", offsetof(struct measure, unfinished) },
};

struct told {
	char *name;
	uint64_t bytes;
};

static int heard(const char *kind, const struct json_node *report,
		 void *argument, struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "name", JSON_MEMBER(struct told, name) },
		{ .key = "bytes", JSON_MEMBER(struct told, bytes) },
		{ 0 },
	};
	struct told told = { 0 };
	int result;

	if (strcmp(kind, "measure") != 0)
		return 0;
	result = json_read_object(report, rows, &told, err);
	for (size_t i = 0; i < ARRAY_COUNT(parts) && told.name; i++)
		if (strcmp(parts[i].name, told.name) == 0)
			*(uint64_t *)(void *)((char *)argument +
					      parts[i].offset) += told.bytes;
	free(told.name);
	return result;
}

int measure(const struct store *store, userns_fn *userns, void *argument,
	    struct measure *ret, struct error *err)
{
	auto_with(strv_clear) struct strv unfinished = { 0 };
	auto_json struct json_object *request = json_object_new_object();
	struct json_object *names = json_object_new_array();
	struct measure found = { 0 };
	auto_close int inside = userns ? userns(argument, err) : -1;

	json_object_object_add(request, "names", names);
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		json_object_array_add(names,
				      json_object_new_string(parts[i].name));
	if (inside < -1)
		return inside;
	if (store_list(store, "ingest", &unfinished, err) < 0 ||
	    job_run(
		    &(struct job_order){
			    .name = "measure",
			    .request = request,
			    .place = &(struct job_place){ .userns = inside },
			    .fds = &store->fd,
			    .fd_count = 1 },
		    heard, &found, err) < 0)
		return -err->code;
	found.parts = unfinished.count;
	*ret = found;
	return 0;
}
