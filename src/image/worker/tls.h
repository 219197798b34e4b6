// SPDX-License-Identifier: Apache-2.0
/* Whom to trust, and who we are: a directory of certificates as docker has it,
 * in which *.crt are authorities besides the system's, and NAME.cert with
 * NAME.key are ours.
 */
#ifndef IMAGE_WORKER_TLS_H
#define IMAGE_WORKER_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* For http_tls_clear(). Zero is the system's. */
struct http_tls {
	bool insecure;     /* anybody will do */
	char *authorities; /* PEM; NULL: no further ones */
	char *cert, *key;  /* paths; NULL: we are nobody */
};

/**
 * http_tls_read() - Look through a directory
 * @dir:	NULL, or one that isn't there: nothing
 * @ret:	Zeroed
 *
 * Return: 0, negative errno
 */
must_check int http_tls_read(const char *dir, struct http_tls *ret,
			     struct error *err);

void http_tls_clear(struct http_tls *tls);

#endif
