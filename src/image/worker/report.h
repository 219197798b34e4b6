// SPDX-License-Identifier: Apache-2.0
/* What this program tells the one who started it: a line of JSON a report, on
 * descriptor 1. holt reads them (image/job.h).
 */
#ifndef IMAGE_WORKER_REPORT_H
#define IMAGE_WORKER_REPORT_H

#include <json-c/json.h>

#include "base/error.h"

enum { REPORT_FD = 1 };

/**
 * report_new() - Begin a report
 * @kind:	"blob", "layer", "image" ...
 *
 * Return: an object to add members to, for report_send()
 */
struct json_object *report_new(const char *kind);

/** report_text() - Add a text; NULL is left out. */
void report_text(struct json_object *report, const char *key, const char *text);

/** report_number() - Add a whole number. */
void report_number(struct json_object *report, const char *key,
		   unsigned long value);

/**
 * report_send() - Send and free it
 *
 * Whoever doesn't read any more has gone: then so do we, by SIGPIPE or here.
 */
void report_send(struct json_object *report);

/** report_warning() - Something was left out or done otherwise. */
void report_warning(const char *fmt, ...) like_printf(1, 2);

/** report_error() - Why the job failed: the last report then. */
void report_error(const struct error *err);

#endif
