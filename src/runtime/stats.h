// SPDX-License-Identifier: Apache-2.0
/* The lines of `events --stats`, as runc prints them. */
#ifndef RUNTIME_STATS_H
#define RUNTIME_STATS_H

#include <stdint.h>

#include "base/error.h"

/**
 * stats_print() - One line on standard output
 * @root:	Of the state directories
 * @err:	ESRCH: the container isn't running
 *
 * Return: 0, negative errno
 */
must_check int stats_print(const char *root, const char *id, struct error *err);

/**
 * stats_stream() - A line now and after each interval, until the container ends
 *
 * And one of the type "oom" when the kernel kills in it for want of memory.
 * Return: 0 at its end, negative errno
 */
must_check int stats_stream(const char *root, const char *id,
			    int64_t interval_ns, struct error *err);

#endif
