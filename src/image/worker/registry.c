// SPDX-License-Identifier: Apache-2.0
#include "image/worker/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/refusal.h"
#include "image/worker/retry.h"

enum {
	REDIRECTS_MAX = 10,
	RENEWALS_MAX = 2,
	TICK = 100, /* milliseconds */
	WAIT_MAX = 1000
};

must_check static int set_base(struct registry *registry, const char *scheme,
			       struct error *err)
{
	auto_free char *text =
		xasprintf("%s://%s/", scheme, registry->endpoint->host);
	struct url base;

	if (url_parse(text, NULL, &base, err) < 0)
		return -err->code;
	url_clear(&registry->base);
	registry->base = base;
	return 0;
}

int registry_init(struct registry *registry, struct http *http,
		  const struct remote *remote, const struct endpoint *endpoint,
		  const char *actions, struct error *err)
{
	bool near;

	*registry = (struct registry){
		.http = http,
		.endpoint = endpoint,
		.remote = remote,
		.retries = remote->retries,
	};
	if (set_base(registry, endpoint->plain ? "http" : "https", err) < 0 ||
	    http_tls_read(endpoint->certificates, &registry->tls, err) < 0)
		return -err->code;
	/* What listens on this machine has no certificate, as docker knows. */
	near = !endpoint->verify &&
	       host_nearness(registry->base.host) == NEAR_LOOPBACK;
	registry->may_downgrade =
		!endpoint->plain && (endpoint->insecure || near);
	registry->tls.insecure = registry->may_downgrade;
	registry->auth = (struct auth){
		.http = http,
		.registry = &registry->base,
		.tls = &registry->tls,
		.username = endpoint->username,
		.password = endpoint->password,
		.identity_token = endpoint->identity_token,
		.servers = &remote->auth_servers,
		.scope = endpoint->path ? xasprintf("repository:%s:%s",
						    endpoint->path, actions)
					: NULL,
	};
	return 0;
}

void registry_clear(struct registry *registry)
{
	auth_clear(&registry->auth);
	http_tls_clear(&registry->tls);
	url_clear(&registry->base);
}

static bool is_own(const struct exchange *exchange)
{
	return url_is_same_origin(&exchange->at, &exchange->registry->base);
}

static void start(struct exchange *exchange)
{
	struct registry *registry = exchange->registry;
	struct http_request request = exchange->request;
	bool own = is_own(exchange);
	struct strv headers = { 0 };

	for (size_t i = 0; i < exchange->headers.count; i++)
		strv_add(&headers, xstrdup(exchange->headers.items[i]));
	if (own && registry->auth.header)
		strv_add(&headers, xstrdup(registry->auth.header));
	exchange->generation = registry->auth.generation;
	request.url = &exchange->at;
	request.headers = &headers;
	request.trusted = own;
	request.nearness = registry->auth.nearness;
	/* Not to verify, and who we are, is for the registry alone. */
	request.tls = strcmp(exchange->at.host, registry->base.host) == 0
			      ? &registry->tls
			      : NULL;
	http_end(exchange->transfer);
	exchange->answer = NULL;
	exchange->transfer = http_start(registry->http, &request);
	strv_clear(&headers);
}

must_check static int find_start(struct exchange *exchange, const char *path,
				 struct error *err)
{
	const struct url *base = &exchange->registry->base;
	bool is_address = strstr(path, "://") || path[0] == '/';
	auto_free char *below =
		is_address ? xstrdup(path) : xasprintf("/v2/%s", path);
	struct url at;

	if (url_parse(below, base, &at, err) < 0)
		return -err->code;
	url_clear(&exchange->at);
	exchange->at = at;
	if (url_is_secure(base) && !url_is_secure(&exchange->at))
		return error_say(
			err, EACCES,
			"%s: it leads to %s without encryption: refused",
			base->host, exchange->at.host);
	return 0;
}

int exchange_begin(struct exchange *exchange, const char *path,
		   struct error *err)
{
	char *copy = xstrdup(path);

	free(exchange->path);
	exchange->path = copy;
	exchange->redirects = 0;
	exchange->renewals = 0;
	if (find_start(exchange, path, err) < 0)
		return -err->code;
	start(exchange);
	return 0;
}

static bool is_read(const struct exchange *exchange)
{
	return strcmp(exchange->request.method, "GET") == 0 ||
	       strcmp(exchange->request.method, "HEAD") == 0;
}

static bool is_redirect(const struct exchange *exchange)
{
	long status = exchange->answer->status;

	return is_read(exchange) &&
	       (status == 301 || status == 302 || status == 303 ||
		status == 307 || status == 308);
}

must_check static int follow(struct exchange *exchange, struct error *err)
{
	const char *location = http_answer_header(exchange->answer, "location");
	struct url at;

	if (!location)
		return error_say(err, EBADMSG,
				 "%s: it leads on, and doesn't say where",
				 exchange->at.host);
	if (exchange->redirects++ == REDIRECTS_MAX)
		return error_say(err, ELOOP,
				 "%s: it leads on more than %d times",
				 exchange->registry->base.host, REDIRECTS_MAX);
	if (url_parse(location, &exchange->at, &at, err) < 0)
		return error_wrap(err, "%s leads on", exchange->at.host);
	if (url_is_secure(&exchange->at) && !url_is_secure(&at)) {
		(void)error_say(
			err, EACCES,
			"%s: it leads to %s without encryption: refused",
			exchange->at.host, at.host);
		url_clear(&at);
		return -err->code;
	}
	url_clear(&exchange->at);
	exchange->at = at;
	start(exchange);
	return 0;
}

/* Return: 1: the answer stands; 0: asked again; negative errno */
must_check static int convince(struct exchange *exchange, struct error *err)
{
	struct auth *auth = &exchange->registry->auth;
	auto_with(challenge_clear) struct challenge challenge = { 0 };
	bool widen;

	challenge_read(&exchange->answer->headers, &challenge);
	widen = challenge.error &&
		strcmp(challenge.error, "insufficient_scope") == 0;
	if (exchange->answer->status == 403 && !widen)
		return 1;
	/* Somebody else has got a new one meanwhile. */
	if (exchange->generation == auth->generation) {
		if (exchange->renewals++ == RENEWALS_MAX ||
		    (exchange->renewals > 1 &&
		     challenge.kind == CHALLENGE_BASIC))
			return 1;
		if (auth_renew(auth, &challenge, err) < 0)
			return error_wrap(err, "%s",
					  exchange->registry->endpoint->host);
	}
	start(exchange);
	return 0;
}

/* What is there doesn't speak TLS, and needn't. */
must_check static int downgrade(struct exchange *exchange, struct error *err)
{
	exchange->registry->may_downgrade = false;
	if (set_base(exchange->registry, "http", err) < 0 ||
	    find_start(exchange, exchange->path, err) < 0)
		return -err->code;
	start(exchange);
	return 0;
}

int exchange_step(struct exchange *exchange, struct error *err)
{
	struct registry *registry = exchange->registry;
	const struct http_answer *answer = http_answer(exchange->transfer);

	if (!answer)
		return 0;
	exchange->answer = answer;
	if (!is_own(exchange))
		return is_redirect(exchange) ? follow(exchange, err) : 1;
	if (answer->status && !registry->answered) {
		registry->answered = true;
		registry->auth.nearness = answer->nearness;
	}
	if (answer->no_tls && registry->may_downgrade && !registry->answered)
		return downgrade(exchange, err);
	if (answer->error.code)
		return 1;
	if (is_redirect(exchange))
		return follow(exchange, err);
	if (answer->status == 401 || answer->status == 403)
		return convince(exchange, err);
	return 1;
}

int exchange_refusal(const struct exchange *exchange, struct error *err)
{
	const struct registry *registry = exchange->registry;

	return refusal_say(
		exchange->answer,
		is_own(exchange) ? registry->endpoint->host : exchange->at.host,
		registry->endpoint->host, registry->auth.withheld, err);
}

int exchange_run_once(struct exchange *exchange, const char *path,
		      struct error *err)
{
	int wait = exchange->tick ? TICK : WAIT_MAX, result;

	if (exchange_begin(exchange, path, err) < 0)
		return -err->code;
	while ((result = exchange_step(exchange, err)) == 0) {
		http_wait(exchange->registry->http, wait);
		if (exchange->tick)
			exchange->tick(exchange, exchange->tick_argument);
	}
	if (result < 0)
		return result;
	if (!exchange->answer->error.code &&
	    exchange->answer->status / 100 == 2)
		return 0;
	return exchange_refusal(exchange, err);
}

int exchange_run(struct exchange *exchange, const char *path, struct error *err)
{
	const struct registry *registry = exchange->registry;

	for (unsigned int tries = 1;; tries++) {
		int result = exchange_run_once(exchange, path, err);

		if (result == 0 || tries > registry->retries ||
		    !exchange->answer || !retry_is_worth(exchange->answer))
			return result;
		retry_sleep(registry->http,
			    retry_delay(tries, registry->remote->retry_delay,
					exchange->answer));
	}
}

void exchange_end(struct exchange *exchange)
{
	http_end(exchange->transfer);
	strv_clear(&exchange->headers);
	url_clear(&exchange->at);
	free(exchange->path);
	*exchange = (struct exchange){ .registry = exchange->registry };
}
