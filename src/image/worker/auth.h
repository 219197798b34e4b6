// SPDX-License-Identifier: Apache-2.0
/* What convinces a registry: a password as it is, or a token that a server of
 * its choice gives for one. The choice is the registry's, so the password goes
 * there only if that server is its own:
 *  - by https; by http only to the registry's host, if that is reached by http
 *  - to the same host, or one of the same owner (url_is_same_site()), or one
 *    that is known to serve it, or that the user has named
 * Other servers are asked for what they give everybody.
 */
#ifndef IMAGE_WORKER_AUTH_H
#define IMAGE_WORKER_AUTH_H

#include "image/worker/challenge.h"
#include "image/worker/http.h"

/* For auth_clear(). */
struct auth {
	/* Borrowed. */
	struct http *http;
	const struct url *registry;
	const struct http_tls *tls;
	const char *username, *password; /* NULL: none */
	const char *identity_token;      /* in place of both; NULL */
	const struct strv *servers;      /* hosts that the user named */
	enum nearness nearness;          /* of the registry */

	char *scope;  /* to ask for where the registry doesn't say; owned */
	char *header; /* "Authorization: ...", owned; NULL: none yet */
	unsigned int generation; /* of .header */
	char *withheld; /* the server that didn't get the password; owned */
};

/**
 * auth_renew() - Answer a challenge: afterwards .header is another one
 * @err:	EACCES: nothing that we have or may say convinces it
 *
 * Return: 0, negative errno
 */
must_check int auth_renew(struct auth *auth, const struct challenge *challenge,
			  struct error *err);

void auth_clear(struct auth *auth);

#endif
