// SPDX-License-Identifier: Apache-2.0
/* What a registry's "no" means, in words that help. */
#ifndef IMAGE_WORKER_REFUSAL_H
#define IMAGE_WORKER_REFUSAL_H

#include "image/worker/http.h"

/**
 * refusal_say() - Make it an error
 * @host:	Who answered
 * @registry:	As 'holt login' would know it
 * @withheld:	The server of tokens that didn't get the password; NULL: none
 *
 * Return: negative errno: ENOENT (404), EACCES (401, 403), EDQUOT (429), EIO
 */
int refusal_say(const struct http_answer *answer, const char *host,
		const char *registry, const char *withheld, struct error *err);

#endif
