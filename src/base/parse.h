// SPDX-License-Identifier: Apache-2.0
/* Text to values, strictly: the whole word, no blanks, no signs, no overflow.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/**
 * parse_number() - Decimal digits only
 * @max:	Largest accepted value
 *
 * Return: 0, -EINVAL (not a number), -ERANGE (above @max)
 */
must_check int parse_number(const char *text, uint64_t max, uint64_t *ret);

/** parse_id() - A uid or gid: 0..4294967294 (the last one means "none"). */
must_check int parse_id(const char *text, uint32_t *ret);

/**
 * parse_size() - Bytes, or with the unit b, k, m, g or t (powers of 1024)
 *
 * Return: 0, -EINVAL, -ERANGE
 */
must_check int parse_size(const char *text, uint64_t *ret);

/** parse_bool() - true/false, 1/0, yes/no, on/off. Return: 0, -EINVAL */
must_check int parse_bool(const char *text, bool *ret);

/**
 * parse_signal() - A number, or a name with or without SIG, RTMIN+n, RTMAX-n
 *
 * Return: the signal, -EINVAL
 */
must_check int parse_signal(const char *text);

#endif
