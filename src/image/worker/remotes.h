// SPDX-License-Identifier: Apache-2.0
/* What a job that talks to registries begins with: its request, and all the
 * endpoints that it names.
 */
#ifndef IMAGE_WORKER_REMOTES_H
#define IMAGE_WORKER_REMOTES_H

#include "image/worker/registry.h"

/* For remotes_clear(). Must not move. */
struct remotes {
	struct remote remote;
	struct http *http;
	struct registry *registries; /* as many as endpoints */
};

/**
 * remotes_open() - Read the request, and be ready, and confined
 * @remotes:	Zeroed
 * @store:	Directory of the store, that will be written to; -1
 * @actions:	"pull" or "pull,push"
 *
 * Nothing is sent yet. Return: 0, negative errno
 */
must_check int remotes_open(struct remotes *remotes, int store,
			    const char *actions, struct error *err);

void remotes_clear(struct remotes *remotes);

#endif
