// SPDX-License-Identifier: Apache-2.0
#include "cli/blob_progress.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

static const char *text_of(const struct json_node *report, const char *key)
{
	struct json_object *value = NULL;
	const char *text = NULL;

	if (json_object_object_get_ex(report->value, key, &value))
		text = json_object_get_string(value);
	return text ? text : "";
}

static uint64_t number_of(const struct json_node *report, const char *key)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(report->value, key, &value);
	return json_object_get_uint64(value);
}

static void show_blob(const struct blob_progress *shown,
		      const struct json_node *report)
{
	struct progress *progress = shown->progress;
	const char *state = text_of(report, "state");
	const char *digest = text_of(report, "digest");
	uint64_t size = number_of(report, "size");
	char name[16];

	(void)snprintf(name, sizeof(name), "%.12s",
		       strlen(digest) > 7 ? digest + 7 : digest);
	if (strcmp(state, "have") == 0)
		progress_done(progress, name, "is here already");
	else if (strcmp(state, "skipped") == 0)
		progress_done(progress, name, "is there already");
	else if (strcmp(state, "done") == 0)
		progress_done(progress, name, "done");
	else
		progress_set(progress, name,
			     strcmp(state, "wait") == 0 ? "another does it"
							: shown->doing,
			     number_of(report, "at"), size);
}

int blob_progress_heard(const char *kind, const struct json_node *report,
			void *argument, struct error *err)
{
	struct blob_progress *shown = argument;

	(void)err;
	if (strcmp(kind, "blob") == 0)
		show_blob(shown, report);
	else if (strcmp(kind, "pushed") == 0)
		(void)snprintf(shown->digest, sizeof(shown->digest), "%s",
			       text_of(report, "digest"));
	return 0;
}

void blob_progress_clear(struct blob_progress *shown)
{
	progress_clear(&shown->progress);
}
