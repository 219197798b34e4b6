// SPDX-License-Identifier: Apache-2.0
#include "image/worker/remotes.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/work.h"

enum { CONNECT_SECONDS = 20, MIRROR_RETRIES = 1 };

/* Where OpenSSL's users say that the authorities are. */
static const char *const authority_variables[] = { "SSL_CERT_FILE",
						   "SSL_CERT_DIR" };

/* Nothing has been read from a registry yet. */
must_check static int confine(const struct remotes *remotes, int store,
			      struct error *err)
{
	auto_with(strv_clear) struct strv files = { 0 };

	for (size_t i = 0; i < remotes->remote.endpoint_count; i++) {
		const struct http_tls *tls = &remotes->registries[i].tls;

		if (!tls->cert)
			continue;
		strv_add(&files, xstrdup(tls->cert));
		strv_add(&files, xstrdup(tls->key));
	}
	for (size_t i = 0; i < ARRAY_COUNT(authority_variables); i++) {
		const char *path = getenv(authority_variables[i]);

		if (path && *path)
			strv_add(&files, xstrdup(path));
	}
	return confine_to_network(store, &files, err);
}

int remotes_open(struct remotes *remotes, int store, const char *actions,
		 struct error *err)
{
	struct remote *remote = &remotes->remote;
	struct http_patience patience = { .connect_seconds = CONNECT_SECONDS };

	if (remote_read(remote, err) < 0)
		return -err->code;
	patience.stall_seconds = remote->stall_seconds;
	if (patience.connect_seconds > patience.stall_seconds)
		patience.connect_seconds = patience.stall_seconds;
	remotes->http = http_new(&patience);
	remotes->registries =
		xcalloc(remote->endpoint_count, sizeof(*remotes->registries));
	for (size_t i = 0; i < remote->endpoint_count; i++) {
		struct registry *registry = &remotes->registries[i];

		if (registry_init(registry, remotes->http, remote,
				  &remote->endpoints[i], actions, err) < 0)
			return -err->code;
		/* Behind a mirror there is another endpoint to turn to. */
		if (i + 1 < remote->endpoint_count &&
		    registry->retries > MIRROR_RETRIES)
			registry->retries = MIRROR_RETRIES;
	}
	return confine(remotes, store, err);
}

void remotes_clear(struct remotes *remotes)
{
	for (size_t i = 0;
	     remotes->registries && i < remotes->remote.endpoint_count; i++)
		registry_clear(&remotes->registries[i]);
	free(remotes->registries);
	http_free(remotes->http);
	remote_clear(&remotes->remote);
}
