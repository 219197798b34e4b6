// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/exit.h"

static void record(struct error *err, int code, bool complete, const char *fmt,
		   va_list ap)
{
	err->code = code;
	err->exit_code = 0;
	err->complete = complete;
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(err, code, false, fmt, ap);
	va_end(ap);
	return -code;
}

int error_say(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(err, code, true, fmt, ap);
	va_end(ap);
	return -code;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
	char outer[sizeof(err->text)];
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vsnprintf(outer, sizeof(outer), fmt, ap);
	va_end(ap);
	if (length < 0 || (size_t)length + 2 >= sizeof(outer))
		return -err->code;

	/* Move what is there to the right, cutting its end if it must. */
	size_t before = (size_t)length + 2, room = sizeof(err->text) - before;
	size_t inner = strnlen(err->text, room - 1);

	memmove(err->text + before, err->text, inner);
	err->text[before + inner] = '\0';
	memcpy(err->text, outer, (size_t)length);
	memcpy(err->text + length, ": ", 2);
	return -err->code;
}

int error_print(const char *who, const struct error *err)
{
	if (err->complete || !err->code)
		(void)fprintf(stderr, "%s: %s\n", who, err->text);
	else
		(void)fprintf(stderr, "%s: %s: %s\n", who, err->text,
			      strerror(err->code));
	return err->exit_code ? err->exit_code : EXIT_HOLT;
}
