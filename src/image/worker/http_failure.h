// SPDX-License-Identifier: Apache-2.0
/* What libcurl's failures mean for who asked, and whether to try again. */
#ifndef IMAGE_WORKER_HTTP_FAILURE_H
#define IMAGE_WORKER_HTTP_FAILURE_H

#include "image/worker/http_answer.h"

/**
 * http_failure() - Put a failure into an answer
 * @result:	A CURLcode, not CURLE_OK
 * @detail:	libcurl's own words; may be empty
 */
void http_failure(int result, const char *detail, const struct url *url,
		  struct http_answer *answer);

#endif
