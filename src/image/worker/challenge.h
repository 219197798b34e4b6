// SPDX-License-Identifier: Apache-2.0
/* WWW-Authenticate (RFC 9110, 11): how a registry wants to be convinced. */
#ifndef IMAGE_WORKER_CHALLENGE_H
#define IMAGE_WORKER_CHALLENGE_H

#include "base/alloc.h"

enum challenge_kind {
	CHALLENGE_NONE, /* nothing that we know */
	CHALLENGE_BASIC,
	CHALLENGE_BEARER,
};

/* For challenge_clear(). NULL where not said. */
struct challenge {
	enum challenge_kind kind;
	char *realm, *service, *scope, *error;
};

/**
 * challenge_read() - Choose among those of an answer
 * @headers:	"name: value", of which each www-authenticate counts
 * @ret:	Zeroed; a Bearer that has a realm is preferred to Basic
 */
void challenge_read(const struct strv *headers, struct challenge *ret);

void challenge_clear(struct challenge *challenge);

#endif
