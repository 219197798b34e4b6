// SPDX-License-Identifier: Apache-2.0
/* holt doctor: what works on this machine, and what mends the rest. */
#include <json-c/json.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "container/probe.h"

struct doctor_settings {
	bool json;
};

static const struct option_row doctor_options[] = {
	{
		.name = "json",
		.help = "print an array of objects instead of text",
		OPTION_FIELD(struct doctor_settings, json),
	},
	{ 0 },
};

static void print_text(const struct findings *findings)
{
	static const char *const words[] = { "OK", "SKIP", "WARN", "FAIL" };

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];

		(void)printf("%-4s  %-15s  %s\n", words[f->status], f->rung,
			     f->found);
		if (*f->cause)
			(void)printf("      because: %s\n", f->cause);
		if (*f->remedy)
			(void)printf("      to mend: %s\n", f->remedy);
	}
}

static void add_text(struct json_object *object, const char *key,
		     const char *text)
{
	(void)json_object_object_add(
		object, key, *text ? json_object_new_string(text) : NULL);
}

static void print_json(const struct findings *findings)
{
	static const char *const words[] = { "ok", "skip", "warn", "fail" };
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		struct json_object *object = json_object_new_object();

		add_text(object, "rung", f->rung);
		add_text(object, "status", words[f->status]);
		add_text(object, "found", f->found);
		add_text(object, "cause", f->cause);
		add_text(object, "remedy", f->remedy);
		(void)json_object_array_add(array, object);
	}
	(void)puts(json_object_to_json_string_ext(
		array,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	(void)json_object_put(array);
}

/* 1 when something failed: what only warns leaves containers running. */
static int exit_status(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].status == PROBE_FAIL)
			return 1;
	return 0;
}

static int run(int argc, char **argv, struct error *err)
{
	auto_with(findings_clear) struct findings findings = { 0 };
	struct doctor_settings settings = { 0 };
	int first = options_parse(&cmd_doctor, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first < argc)
		return error_say(
			err, EINVAL,
			"doctor: unexpected word '%s'; see 'holt doctor --help'",
			argv[first]);
	if (probe_all(&findings, err) < 0)
		return -err->code;
	if (settings.json)
		print_json(&findings);
	else
		print_text(&findings);
	return exit_status(&findings);
}

const struct command cmd_doctor = {
	.name = "doctor",
	.synopsis = "[OPTION]...",
	.summary =
		"Find out what works on this machine, and what mends the rest",
	.details =
		"Really tries each thing that a container needs; changes nothing.",
	.options = doctor_options,
	.run = run,
};
