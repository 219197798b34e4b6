// SPDX-License-Identifier: Apache-2.0
/* Which connections of a container's are made by sockets of the host instead of
 * its own (bypass.h). Pure: the address that a program gave to connect(2) and
 * the rules go in, where the host's socket connects to comes out.
 *
 * What isn't diverted remains the container's: its kernel carries it out or
 * refuses it, and what of it comes out of tap0 is judged there (egress.h).
 * So nothing is refused here, and whatever is in doubt is not diverted.
 */
#ifndef NET_DIVERSION_H
#define NET_DIVERSION_H

#include "net/address.h"
#include "net/egress.h"

struct diversion {
	struct address asked; /* for; an IPv4 one in an IPv6 one is IPv4 */
	struct address to;    /* whom the host's socket connects to, likewise */
	uint16_t port;        /* host order */
	struct sockaddr_storage socket; /* the same as the socket wants it */
	socklen_t size;
};

/**
 * diversion_find() - Is this connection to be diverted?
 * @domain:	Of the container's socket, which is a TCP one: AF_INET, AF_INET6
 * @given:	What connect(2) was given, a copy that nobody else can change
 * @size:	Of it, as was said, in bytes
 * @ret:	Untouched if not
 */
bool diversion_find(const struct egress_rules *rules, int domain,
		    const struct sockaddr_storage *given, size_t size,
		    struct diversion *ret);

#endif
