// SPDX-License-Identifier: Apache-2.0
#include "image/worker/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/json.h"

struct json_object *report_new(const char *kind)
{
	struct json_object *report = json_object_new_object();

	report_text(report, "report", kind);
	return report;
}

void report_text(struct json_object *report, const char *key, const char *text)
{
	json_add_text(report, key, text);
}

void report_number(struct json_object *report, const char *key,
		   unsigned long value)
{
	json_object_object_add(report, key, json_object_new_uint64(value));
}

void report_send(struct json_object *report)
{
	auto_free char *line = xasprintf(
		"%s\n",
		json_object_to_json_string_ext(
			report, JSON_C_TO_STRING_PLAIN |
					JSON_C_TO_STRING_NOSLASHESCAPE));

	json_object_put(report);
	if (fd_write_all(REPORT_FD, line, strlen(line)) < 0)
		exit(EXIT_HOLT);
}

void report_warning(const char *fmt, ...)
{
	struct json_object *report = report_new("warning");
	auto_free char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	report_text(report, "text", text);
	report_send(report);
}

void report_error(const struct error *err)
{
	struct json_object *report = report_new("error");

	report_number(report, "code", (unsigned long)err->code);
	report_text(report, "text", err->text);
	json_object_object_add(report, "complete",
			       json_object_new_boolean(err->complete));
	report_send(report);
}
