// SPDX-License-Identifier: Apache-2.0
/* The router: a network namespace between the container's and us.
 *
 *   container            router                         host
 *   tap0 ---- veth ---- port0    tun0 ---- holt-net ---- sockets
 *
 * What the container sends is routed to tun0, and so to us; what we write there
 * is routed to the container. But packets that belong to a transparent socket
 * in the router (ip(7), IP_TRANSPARENT) are kept for that: such a socket is the
 * other end of a connection to any address there is, and the data is with the
 * kernel alone (lane.h).
 *
 * Why not all that in the container's own namespace? Sockets with other hosts'
 * addresses would be in the way of its servers' ports, it could remove our
 * rules, and would find an interface, a rule and a table there that aren't its
 * own.
 *
 * Where a kernel or a sandbox around us has no router to offer, the device is
 * the container's tap0 itself, and all connections are libslirp's.
 *
 * Making it takes what the rest of this program gives up: entering the
 * container's namespaces, and /dev/net/tun. So a helper process is forked
 * before that, waits for the namespaces, and makes the router. Then it keeps
 * just the right to make transparent sockets, which it does when asked.
 */
#ifndef NET_ROUTER_H
#define NET_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ROUTER_SOCKETS_MAX 16 /* in one answer */

struct router_settings {
	const char *interface; /* name of the container's; borrowed */
	uint32_t mtu;          /* bytes */
	bool ipv6;
	bool is_bare; /* leave it to others to set it up */
	/* There was another before, whose interface may be there still. What
	 * else the container has set up is its own.
	 */
	bool is_again;
};

/* What has been made; descriptors, -1: none. */
struct router {
	int tun;    /* the device; without it nothing was made */
	int tcp_v4; /* sockets as those of router_ask(), to listen on */
	int tcp_v6;
	struct error lane; /* zero: transparent sockets work; else why not */
};

/**
 * router_start() - Fork the helper
 * @settings:	Borrowed by the helper's copy of our memory
 * @ret_sock:	Our end of a socket to it, owned by the caller
 *
 * The helper ends when that socket is closed, or when we die.
 *
 * Return: 0, negative errno
 */
must_check int router_start(const struct router_settings *settings,
			    int *ret_sock, struct error *err);

/**
 * router_request() - Have the router made, without waiting for it
 * @sock:	From router_start()
 * @userns:	User namespace of the container; -1: the one we began in
 * @netns:	Its network namespace
 *
 * Return: 0, negative errno
 */
must_check int router_request(int sock, int userns, int netns,
			      struct error *err);

/**
 * router_receive() - Wait for what was asked for by router_request()
 *
 * Return: 0, negative errno
 */
must_check int router_receive(int sock, struct router *ret, struct error *err);

/**
 * router_ask() - Ask for TCP sockets
 * @family:	AF_INET, AF_INET6
 *
 * They come as one message of one byte with ROUTER_SOCKETS_MAX descriptors, for
 * fd_receive(): transparent and non-blocking, for any address. To close one is
 * to reset it (SO_LINGER): so the container hears of it too when we die.
 *
 * Return: 0, negative errno
 */
must_check int router_ask(int sock, int family);

#endif
