// SPDX-License-Identifier: Apache-2.0
/* The container's network namespace, as far as somebody outside has to know it:
 * by a few sockets that were made in there.
 */
#ifndef NET_GUEST_H
#define NET_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "net/address.h"

/* Descriptors are -1 until they are. */
struct guest {
	uint64_t cookie;  /* SO_NETNS_COOKIE of its sockets */
	unsigned int tap; /* number of the interface that leads to us */
	int route;        /* to ask its routing table */
	int model_v4;     /* TCP sockets as they are made in there */
	int model_v6;     /* -1: no IPv6 */
};

#define GUEST_NONE \
	((struct guest){ .route = -1, .model_v4 = -1, .model_v6 = -1 })

/**
 * guest_open() - Make the sockets
 * @netns:	To be entered by a child process; we hold CAP_SYS_ADMIN over it
 *
 * Return: 0, negative errno
 */
must_check int guest_open(int netns, struct guest *ret, struct error *err);

/** guest_model() - An unused TCP socket of @domain; -1: none */
int guest_model(const struct guest *guest, int domain);

/**
 * guest_routes_out() - Would the container send to this address by tap0?
 *
 * And not by its loopback, another interface that it has made, or nowhere.
 */
bool guest_routes_out(const struct guest *guest, const struct address *to);

/** guest_cookie() - Which network namespace a socket is of; 0: unknown */
uint64_t guest_cookie(int sock);

#endif
