// SPDX-License-Identifier: Apache-2.0
/* The file that tells what was denied.
 *
 * How much that is, is for the container to decide. So there are limits, in a
 * row, in a second and in all; lines that are left out for the first two are
 * counted, and the number is written once a second.
 */
#ifndef NET_DENIALS_H
#define NET_DENIALS_H

#include "base/error.h"
#include "net/denial.h"

#define DENIALS_BURST      100
#define DENIALS_PER_SECOND 10
#define DENIALS_SIZE_MAX   (UINT64_C(64) << 20) /* bytes */

/* Zero but for .fd. */
struct denials {
	int fd;            /* -1: there is no file */
	int64_t credit_ms; /* time that wasn't used for lines, see denials.c */
	int64_t since_ms;  /* when it was counted */
	int64_t tell_ms;   /* when to write the number of lines left out */
	uint64_t left_out; /* lines */
	uint64_t size;     /* bytes written */
};

/**
 * denials_open() - Open the file, or make it
 * @path:	Not a symbolic link
 *
 * Return: descriptor, negative errno
 */
must_check int denials_open(const char *path, struct error *err);

/** denials_put() - Write a line, unless there were too many */
void denials_put(struct denials *denials, const struct denial *denial,
		 int64_t now_ms);

/** denials_on_time() - Write how many were too many, if it's time */
void denials_on_time(struct denials *denials, int64_t now_ms);

/** denials_finish() - The same, now: it is the end */
void denials_finish(struct denials *denials);

/** denials_timeout() - Milliseconds until denials_on_time() has work; -1: none
 */
int denials_timeout(const struct denials *denials, int64_t now_ms);

#endif
