// SPDX-License-Identifier: Apache-2.0
/* One registry, and requests to it (distribution-spec): each goes on through
 * challenges and redirects until there is an answer that counts.
 *
 * The registry's Authorization goes to its own origin and nowhere else. To
 * others we are led for what is read only, at most ten times, never from https
 * to http, and never nearer to ourselves (url.h).
 */
#ifndef IMAGE_WORKER_REGISTRY_H
#define IMAGE_WORKER_REGISTRY_H

#include "image/worker/auth.h"
#include "image/worker/endpoint.h"

/* For registry_clear(). Must not move. */
struct registry {
	struct http *http;               /* borrowed */
	const struct endpoint *endpoint; /* borrowed */
	const struct remote *remote;     /* borrowed */
	struct url base;                 /* "https://HOST/" */
	struct http_tls tls;
	struct auth auth;
	bool answered;      /* it is there, and .base is right */
	bool may_downgrade; /* from https to http, as nothing answered */
	unsigned int retries;
};

/* A request on its way. For exchange_end(). */
struct exchange {
	struct registry *registry; /* borrowed */
	struct http_request request;
	struct strv headers; /* but Authorization */
	char *path;          /* below the registry; NULL: .at is all */
	struct url at;       /* where it is now */
	unsigned int generation, redirects, renewals;
	struct transfer *transfer;
	const struct http_answer *answer; /* of the last one, once it is done */
	/* Called now and then by exchange_run(); NULL: nobody wants to know. */
	void (*tick)(const struct exchange *exchange, void *argument);
	void *tick_argument;
};

/**
 * registry_init() - Nothing is sent yet
 * @actions:	"pull" or "pull,push": what is asked for on its repository
 *
 * Return: 0, negative errno
 */
must_check int registry_init(struct registry *registry, struct http *http,
			     const struct remote *remote,
			     const struct endpoint *endpoint,
			     const char *actions, struct error *err);

void registry_clear(struct registry *registry);

/**
 * exchange_begin() - Send a request
 * @exchange:	With .registry, .request without .url, and .headers
 * @path:	What stands behind "https://HOST/v2/"; or an address, as of
 *		"Location", which is relative to where the registry is
 *
 * Return: 0, negative errno
 */
must_check int exchange_begin(struct exchange *exchange, const char *path,
			      struct error *err);

/**
 * exchange_step() - Go on when something has come
 * @err:	It can't be had from there: refused, or led astray
 *
 * Return: 1 (.answer is there, whatever it is), 0: not yet, negative errno
 */
must_check int exchange_step(struct exchange *exchange, struct error *err);

/**
 * exchange_run_once() - All of it, without further tries
 *
 * Return: 0 (.answer is there and is a success), negative errno
 */
must_check int exchange_run_once(struct exchange *exchange, const char *path,
				 struct error *err);

/**
 * exchange_run() - All of it, with further tries where they may help
 *
 * Return: 0 (.answer is there and is a success), negative errno
 */
must_check int exchange_run(struct exchange *exchange, const char *path,
			    struct error *err);

/**
 * exchange_refusal() - What an answer that is no success means
 *
 * Return: negative errno: ENOENT (404), EACCES (401, 403), EDQUOT (429), EIO
 */
int exchange_refusal(const struct exchange *exchange, struct error *err);

/** exchange_end() - Let go of it, done or not; its .registry stays. */
void exchange_end(struct exchange *exchange);

#endif
