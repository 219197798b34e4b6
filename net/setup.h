// SPDX-License-Identifier: Apache-2.0
/* From options to a running network, in two steps: what takes time is done
 * before there is a container.
 */
#ifndef NET_SETUP_H
#define NET_SETUP_H

#include "net/network.h"
#include "net/options.h"
#include "net/router.h"

/** setup_new() - A network that isn't there yet */
struct network *setup_new(const struct options *options);

/**
 * setup_prepare() - Open ports, start libslirp and helpers, isolate and confine
 * @ret_helper:	Gets the socket to the router's helper; owned by the caller
 *
 * Return: 0, negative errno; then the process must not go on
 */
must_check int setup_prepare(struct network *network,
			     const struct options *options,
			     const struct router_settings *router,
			     int *ret_helper, struct error *err);

/**
 * setup_connect() - Connect it with the container
 * @helper:	From setup_prepare(); the network's, -1 then, if it goes on
 * @userns:	Of the container; -1: the one we were started in
 * @netns:	Its network namespace
 *
 * Return: 0, negative errno
 */
must_check int setup_connect(struct network *network, int *helper, int userns,
			     int netns, struct error *err);

#endif
