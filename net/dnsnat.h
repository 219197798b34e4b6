// SPDX-License-Identifier: Apache-2.0
/* DNS over TCP where there is no router (router.h) that a socket could have our
 * nameserver's address in: segments to that address are rewritten to go to a
 * socket on the host's loopback, where we listen, and back. libslirp makes the
 * connection, as any other, and who comes is one of dnstcp.h's clients.
 *
 * The sender becomes an address that the container can't use (enum link_role),
 * so replies can be told apart. There is a socket for each family that the
 * container speaks; both are IPv4's. Others on the host can connect to them:
 * whether it was libslirp is for stack_is_from() to say.
 */
#ifndef NET_DNSNAT_H
#define NET_DNSNAT_H

#include "net/frame.h"

enum dnsnat_way { DNSNAT_V4, DNSNAT_V6, DNSNAT_COUNT };

/* Zero is: nobody listens. */
struct dnsnat {
	uint16_t ports[DNSNAT_COUNT]; /* host order; 0: none */
	int sockets[DNSNAT_COUNT];    /* meaningful where there is a port */
};

/**
 * dnsnat_listen() - Make the sockets, to be waited for
 *
 * Where that can't be done, the container is refused.
 */
void dnsnat_listen(struct dnsnat *nat, int epoll);

/** dnsnat_family() - Which one the clients of a way speak */
int dnsnat_family(enum dnsnat_way way);

/**
 * dnsnat_out() - Rewrite a segment on its way to us
 * @frame:	TCP to our nameserver's port
 * @out:	Room for FRAME_SIZE_MAX bytes
 *
 * Return: size of the new frame; 0: nobody listens
 */
size_t dnsnat_out(const struct dnsnat *nat, const struct frame *frame,
		  uint8_t *out);

/**
 * dnsnat_is_ours() - Is this frame of libslirp's a reply to be rewritten?
 *
 * Looks at the destination only: cheap enough to ask for each frame.
 */
bool dnsnat_is_ours(const uint8_t *data, size_t size);

/**
 * dnsnat_back() - Rewrite a segment on its way back
 * @frame:	To one of our sender addresses, see dnsnat_is_ours()
 * @out:	Room for FRAME_SIZE_MAX bytes
 *
 * Return: size of the new frame; 0: to be dropped
 */
size_t dnsnat_back(const struct dnsnat *nat, const struct frame *frame,
		   uint8_t *out);

#endif
