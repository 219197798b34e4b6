// SPDX-License-Identifier: Apache-2.0
/* Ports of the host that lead to the container.
 *
 * They listen before there is a container, so that nothing is started that
 * can't be reached as wanted. A client's connection is one of the lane's
 * (lane.h), whose container's side has the client's own address; a datagram
 * goes in as a packet from the client (pubudp.h).
 */
#ifndef NET_PUBLISH_H
#define NET_PUBLISH_H

#include "net/lane.h"
#include "net/pubudp.h"

#define PUBLISH_MAX 4096

struct publish_port {
	uint8_t protocol;   /* IPPROTO_TCP, IPPROTO_UDP; 0: none is here */
	bool is_paused;     /* there is no room for more connections */
	bool is_pair;       /* the one before it, for IPv6 if there is any */
	uint16_t host_port; /* 0: any that is free, until it is open */
	uint16_t guest_port;
	int fd;                 /* -1: not open */
	struct address address; /* of the host; all zeros: any */
};

/* Zero is the empty list. Ports are named by their place, and keep it. */
struct publish {
	size_t count;  /* places that were ever used */
	size_t paused; /* ports */
	int epoll;     /* borrowed */
	struct publish_port ports[PUBLISH_MAX];
	struct pubudp udp;
};

/**
 * publish_add() - Put a port on the list, not open yet
 *
 * Return: its number; -ENOSPC: PUBLISH_MAX are there
 */
must_check int publish_add(struct publish *publish,
			   const struct publish_port *port, struct error *err);

/** publish_put() - Put a port on the list under a number that was its own */
void publish_put(struct publish *publish, size_t number,
		 const struct publish_port *port);

/**
 * publish_open() - Listen
 * @err:	Says what port, and who has it if it can be seen
 *
 * Return: 0, negative errno
 */
must_check int publish_open(struct publish *publish, size_t number,
			    struct error *err);

/** publish_start() - Take what comes to an open port */
must_check int publish_start(struct publish *publish, size_t number,
			     struct error *err);

/** publish_remove() - Close a port; what is connected stays so */
void publish_remove(struct publish *publish, size_t number);

/** publish_on_event() - Somebody has come to the port @number */
void publish_on_event(struct publish *publish, size_t number, struct lane *lane,
		      int64_t now_ms);

/** publish_resume() - There may be room again for who had to wait */
void publish_resume(struct publish *publish);

/**
 * publish_reply() - A datagram of the container's: is it to a client?
 *
 * Return: was it, and has been sent?
 */
bool publish_reply(struct publish *publish, const struct frame *frame,
		   int64_t now_ms);

#endif
