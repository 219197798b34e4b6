// SPDX-License-Identifier: Apache-2.0
#include "net/pool.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

static struct pool_store *store_of(struct pool *pool, int family)
{
	return family == AF_INET6 ? &pool->v6 : &pool->v4;
}

static void lose_helper(struct pool *pool)
{
	if (pool->helper >= 0)
		close(pool->helper);
	pool->helper = -1;
	pool->asked = AF_UNSPEC;
}

static void ask(struct pool *pool, int family)
{
	if (pool->helper < 0 || pool->asked != AF_UNSPEC ||
	    store_of(pool, family)->count > POOL_MAX - ROUTER_SOCKETS_MAX)
		return;
	if (router_ask(pool->helper, family) < 0) {
		pool->has_died = true;
		lose_helper(pool);
	} else {
		pool->asked = family;
	}
}

void pool_fill(struct pool *pool, bool ipv6)
{
	ask(pool, AF_INET);
	if (ipv6)
		ask(pool, AF_INET6);
}

/* Waits for the answer. */
static void receive(struct pool *pool)
{
	struct pool_store *store = store_of(pool, pool->asked);
	int sockets[ROUTER_SOCKETS_MAX];
	size_t before = store->count;
	char byte;

	if (pool->asked == AF_UNSPEC ||
	    fd_receive(pool->helper, &byte, sizeof(byte), sockets,
		       ROUTER_SOCKETS_MAX) != 1) {
		pool->has_died = true;
		lose_helper(pool);
		return;
	}
	for (size_t i = 0; i < ROUTER_SOCKETS_MAX && sockets[i] >= 0; i++)
		store->sockets[store->count++] = sockets[i];
	pool->asked = AF_UNSPEC;
	/* It could make none, and would be asked for ever. */
	if (store->count == before)
		lose_helper(pool);
}

void pool_on_sockets(struct pool *pool)
{
	char byte;

	/* A connection may have waited for the answer since the event. */
	if (pool->helper < 0 || (recv(pool->helper, &byte, sizeof(byte),
				      MSG_PEEK | MSG_DONTWAIT) < 0 &&
				 errno == EAGAIN))
		return;
	receive(pool);
}

int pool_take(struct pool *pool, int family)
{
	struct pool_store *store = store_of(pool, family);

	/* At most two answers: to what was asked before, and to this. */
	for (int tries = 0; store->count == 0 && tries < 2; tries++) {
		ask(pool, family);
		if (pool->helper < 0)
			break;
		receive(pool);
	}
	return store->count > 0 ? store->sockets[--store->count] : -ENOBUFS;
}
