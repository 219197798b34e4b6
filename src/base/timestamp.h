// SPDX-License-Identifier: Apache-2.0
/* The time of day as text. */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdint.h>

#include "base/error.h"

/** timestamp() - Now: RFC 3339 in UTC with nanoseconds; owned by the caller. */
char *timestamp(void);

/**
 * timestamp_parse() - RFC 3339, a Go duration that has passed since (10m), or
 *		       seconds since 1970
 * @ret_ns:	Nanoseconds since 1970
 *
 * Return: 0, -EINVAL
 */
must_check int timestamp_parse(const char *text, int64_t *ret_ns);

/**
 * duration_parse() - A Go duration: "1h2m3.5s", "500ms"
 * @ret_ns:	Nanoseconds
 *
 * Return: 0, -EINVAL
 */
must_check int duration_parse(const char *text, int64_t *ret_ns);

#endif
