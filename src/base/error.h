// SPDX-License-Identifier: Apache-2.0
/* What went wrong, as a plain value: no allocation, nothing to release, and
 * small enough for one message, so that a child can hand its failure to its
 * parent as it is.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

struct error {
	int code;        /* errno-style, positive; 0: no error */
	short exit_code; /* exit status to end with; 0: EXIT_HOLT */
	bool complete;   /* the text says it all: no errno words after it */
	char text[1017]; /* "outer: inner" */
};

#define must_check        __attribute__((warn_unused_result))
#define like_printf(a, b) __attribute__((format(printf, a, b)))

/**
 * error_set() - Record a failed system call or step
 * @err:	Where to; what it held is overwritten
 * @code:	errno-style, positive; its meaning is printed after the text
 * @fmt:	What we tried to do, with the object: "mount %s", no final stop
 *
 * Return: -@code, so that a caller can say: return error_set(err, errno, ...)
 */
int error_set(struct error *err, int code, const char *fmt, ...)
	like_printf(3, 4);

/**
 * error_say() - Record a failure whose text needs no errno words after it
 * @err:	Where to; what it held is overwritten
 * @code:	errno-style, positive; for callers that decide on it
 * @fmt:	The whole message, with the remedy if there is one
 *
 * Return: -@code
 */
int error_say(struct error *err, int code, const char *fmt, ...)
	like_printf(3, 4);

/**
 * error_wrap() - Say what the failed step was part of
 * @err:	Holds an error; gets "@fmt: " in front of its text
 * @fmt:	What the caller tried to do
 *
 * Return: -err->code
 */
int error_wrap(struct error *err, const char *fmt, ...) like_printf(2, 3);

/**
 * error_print() - The one place where an error becomes a line on stderr
 * @who:	Program's name, printed first
 * @err:	What to print
 *
 * Return: the exit status that goes with it
 */
int error_print(const char *who, const struct error *err);

#endif
