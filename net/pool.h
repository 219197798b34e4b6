// SPDX-License-Identifier: Apache-2.0
/* Transparent sockets in the router's namespace, in store: they are the
 * helper's to make (router.h), and no connection should have to wait for them.
 */
#ifndef NET_POOL_H
#define NET_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "net/router.h"

#define POOL_MAX (2 * ROUTER_SOCKETS_MAX)

struct pool_store {
	size_t count;
	int sockets[POOL_MAX];
};

struct pool {
	int helper; /* socket to it; -1: there won't be more */
	bool has_died;
	int asked; /* family that we wait for; AF_UNSPEC: none */
	struct pool_store v4;
	struct pool_store v6;
};

/**
 * pool_take() - Get a socket
 * @family:	AF_INET, AF_INET6
 *
 * Waits for the helper only if the store is empty. Return: descriptor, owned by
 * the caller; negative errno
 */
int pool_take(struct pool *pool, int family);

/** pool_fill() - Ask for more of what is low, without waiting */
void pool_fill(struct pool *pool, bool ipv6);

/** pool_on_sockets() - The helper has sent something, or is gone */
void pool_on_sockets(struct pool *pool);

#endif
