// SPDX-License-Identifier: Apache-2.0
/* The lane: TCP connections whose data never leaves the kernel.
 *
 * Theory of operation ("split at the SYN"). A SYN of the container's comes to
 * us as a frame. We connect to its destination from the host. If that fails,
 * the container gets the answer that the host got. If it succeeds, a
 * transparent socket in the router (router.h) takes the destination's address
 * and connects to the container's socket, which still waits: both send a SYN,
 * which TCP knows as simultaneous open (RFC 9293, 3.5), and so that socket is
 * connected to exactly whom it asked for. The rest of the connection is between
 * the two kernel sockets, and we move data between ours by splice(2). A
 * connection from outside to a published port is the same from the second half
 * on, with the client's address.
 *
 * What can't have a lane goes on in libslirp.
 */
#ifndef NET_LANE_H
#define NET_LANE_H

#include "net/flows.h"
#include "net/frame.h"
#include "net/pool.h"

struct lane {
	bool is_on;
	bool ipv6;
	int epoll;    /* borrowed */
	int tun;      /* borrowed */
	uint32_t due; /* flows with work to do */
	struct pool pool;
	struct pump pump;
	struct flows flows;
};

/**
 * lane_start() - Begin
 * @lane:	Zero but for the borrowed members and the pool
 *
 * Return: 0, negative errno
 */
must_check int lane_start(struct lane *lane, struct error *err);

/**
 * lane_input() - A TCP segment of the container's that may pass
 *
 * Return: was it for us? If not, it is libslirp's.
 */
bool lane_input(struct lane *lane, const struct frame *frame);

/** lane_is_full() - Is there no room for one more? */
bool lane_is_full(const struct lane *lane);

/**
 * lane_adopt() - A connection from outside to the container
 * @fd:		Ours from now on
 * @client:	Who it is with
 * @guest_port:	Where the container listens, or not: then the client is told so
 */
void lane_adopt(struct lane *lane, int fd, const struct address *client,
		uint16_t client_port, uint16_t guest_port);

/** lane_on_event() - epoll reported @events; @number is the event's */
void lane_on_event(struct lane *lane, uint32_t number, uint32_t events);

/**
 * lane_serve() - After all events of a wait: move data
 *
 * Return: is there more to move? Then the next wait must not wait.
 */
bool lane_serve(struct lane *lane);

#endif
