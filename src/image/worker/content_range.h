// SPDX-License-Identifier: Apache-2.0
/* "bytes 100-199/1000", of an answer that is a part (RFC 9110, 14.4). */
#ifndef IMAGE_WORKER_CONTENT_RANGE_H
#define IMAGE_WORKER_CONTENT_RANGE_H

#include <stdint.h>

#include "base/error.h"

struct content_range {
	uint64_t first, last; /* bytes, both of them in it */
	uint64_t size;        /* of the whole; UINT64_MAX: not said */
};

/**
 * content_range_read() - Read the header
 * @text:	NULL: there is none
 *
 * Return: 0, -EINVAL
 */
must_check int content_range_read(const char *text, struct content_range *ret);

#endif
