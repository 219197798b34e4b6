// SPDX-License-Identifier: Apache-2.0
#include "image/worker/remotes.h"

#include <stdlib.h>

#include "image/worker/work.h"

enum { CONNECT_SECONDS = 20, MIRROR_RETRIES = 1 };

int remotes_open(struct remotes *remotes, const char *actions,
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
	return 0;
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
