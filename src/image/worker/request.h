// SPDX-License-Identifier: Apache-2.0
/* What is to be done: one JSON document on descriptor 0, written by holt. */
#ifndef IMAGE_WORKER_REQUEST_H
#define IMAGE_WORKER_REQUEST_H

#include "base/json.h"

/* Standard places of the further descriptors of a job. */
enum { REQUEST_FD = 0, FIRST_FD = 3, SECOND_FD = 4 };

/**
 * request_read() - Read it by a table
 * @rows:	Of @target
 * @target:	Zeroed or with defaults
 *
 * Return: 0, negative errno
 */
must_check int request_read(const struct json_row *rows, void *target,
			    struct error *err);

#endif
