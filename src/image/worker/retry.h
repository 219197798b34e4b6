// SPDX-License-Identifier: Apache-2.0
/* Trying again: when it is worth it, and after how long. */
#ifndef IMAGE_WORKER_RETRY_H
#define IMAGE_WORKER_RETRY_H

#include "image/worker/http.h"

/** retry_is_worth() - Might the same request have another answer? */
bool retry_is_worth(const struct http_answer *answer);

/**
 * retry_delay() - How long to wait before it, in milliseconds
 * @tries:	That have failed, from 1 on
 * @first:	About how long after the first; then twice that, and so on
 * @answer:	What it says itself (Retry-After) counts, up to two minutes
 */
int retry_delay(unsigned int tries, unsigned int first,
		const struct http_answer *answer);

/** retry_now() - Milliseconds of a clock that never goes back. */
uint64_t retry_now(void);

/** retry_sleep() - Wait, while others go on. */
void retry_sleep(struct http *http, int milliseconds);

#endif
