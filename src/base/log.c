// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static enum log_level current_level = LEVEL_WARNING;
static log_writer *current_writer;

void log_set_writer(log_writer *writer)
{
	current_writer = writer;
}

void log_set_level(enum log_level level)
{
	current_level = level;
}

static void line(enum log_level level, const char *word, const char *fmt,
		 va_list ap)
{
	char text[2048];

	if (level > current_level)
		return;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	if (current_writer)
		current_writer(level, text);
	else
		(void)fprintf(stderr, "holt: %s: %s\n", word, text);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LEVEL_WARNING, "warning", fmt, ap);
	va_end(ap);
}

void log_failure(const struct error *err)
{
	if (err->complete || !err->code)
		log_warning("%s", err->text);
	else
		log_warning("%s: %s", err->text, strerror(err->code));
}

void log_debug(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(LEVEL_DEBUG, "debug", fmt, ap);
	va_end(ap);
}
