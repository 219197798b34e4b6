// SPDX-License-Identifier: Apache-2.0
/* Pings of hosts outside, by sockets that the kernel has for that (icmp(7)).
 *
 * Whoever pings has a socket here for each host: the kernel gives it an id of
 * its own, by which answers find the way back, and answers go in with the id
 * that the container chose. ICMP errors on the way, by which traceroute works,
 * go in too. Where the host's users may not ping (net.ipv4.ping_group_range) or
 * there is no route, the container is told so at once.
 */
#ifndef NET_PING_H
#define NET_PING_H

#include "net/address.h"
#include "net/frame.h"

#define PING_FLOWS_MAX 64    /* the one unused longest makes room */
#define PING_FLOW_MS   60000 /* RFC 5508, REQ-1 */

struct ping_flow {
	int64_t used_ms; /* 0: free */
	int fd;
	uint16_t id;       /* the container's */
	uint8_t hops;      /* as set on the socket; 0: not yet */
	struct address to; /* whom it asks */
};

/* Zero but for the borrowed members. */
struct ping {
	int epoll; /* borrowed */
	int tun;   /* borrowed */
	size_t mtu;
	struct ping_flow flows[PING_FLOWS_MAX];
	uint8_t frame[FRAME_SIZE_MAX];
};

/** ping_request() - An echo request of the container's that may pass */
void ping_request(struct ping *ping, const struct frame *frame, int64_t now_ms);

/** ping_on_event() - Something came back; @number and @events are epoll's */
void ping_on_event(struct ping *ping, size_t number, uint32_t events);

/** ping_on_time() - Forget who doesn't ping any more */
void ping_on_time(struct ping *ping, int64_t now_ms);

/** ping_timeout() - Milliseconds until then; -1: nobody pings */
int ping_timeout(const struct ping *ping, int64_t now_ms);

#endif
