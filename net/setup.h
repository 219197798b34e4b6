// SPDX-License-Identifier: Apache-2.0
/* From options to a running network, in three steps: what takes time is done
 * before there is a container, or while its router is being made.
 */
#ifndef NET_SETUP_H
#define NET_SETUP_H

#include "net/network.h"
#include "net/options.h"
#include "net/router.h"

/* What a container is given a network by; -1: not given. */
struct setup_container {
	int userns; /* the one we were started in, if it isn't given */
	int netns;
	int launcher; /* socket, where there is a bypass (bypass.h) */
};

/** setup_new() - A network that isn't there yet */
struct network *setup_new(const struct options *options);

/**
 * setup_prepare() - Open ports, start libslirp and helpers, isolate and confine
 * @ret_lost:	Says what won't be as it was before, where we take the place of
 *		another; zero otherwise
 *
 * Return: 0, negative errno; then the process must not go on
 */
must_check int setup_prepare(struct network *network,
			     const struct options *options,
			     struct error *ret_lost, struct error *err);

/**
 * setup_connect() - Connect it with the container
 * @helper:	Socket that router_request() has been called with; the
 *		network's, -1 then, if it goes on
 * @container:	Descriptors, which remain the caller's
 *
 * Return: 0, negative errno
 */
must_check int setup_connect(struct network *network, int *helper,
			     const struct setup_container *container,
			     struct error *err);

#endif
