// SPDX-License-Identifier: Apache-2.0
/* TCP sockets of the host that take the place of a container's: which those are
 * that can be replaced, and making one like it.
 */
#ifndef NET_HOSTSOCK_H
#define NET_HOSTSOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "net/guest.h"

/* A descriptor of the container's, as we found it. */
enum hostsock_kind {
	HOSTSOCK_NOT_IP,    /* of the container's, or a UNIX socket, or none */
	HOSTSOCK_GUEST,     /* IP, in any namespace but the host's */
	HOSTSOCK_GUEST_TCP, /* TCP, in the container's first */
	HOSTSOCK_HOST,      /* in the host's, of whatever kind */
};

/**
 * hostsock_kind() - What is it?
 * @host:	SO_NETNS_COOKIE of the host's sockets
 * @ret_domain:	AF_INET and so on; negative if it is no socket
 */
enum hostsock_kind hostsock_kind(const struct guest *guest, uint64_t host,
				 int sock, int *ret_domain);

/** hostsock_state() - TCP_CLOSE and so on of netinet/tcp.h; 0: it isn't TCP */
int hostsock_state(int sock);

/** hostsock_waits() - Is it of a type that connect(2) may wait for? */
bool hostsock_waits(int sock);

/** hostsock_error() - Take its pending error: positive errno, 0 */
int hostsock_error(int sock);

/**
 * hostsock_is_plain() - Is this socket of the container's still as good as new?
 *
 * Not connected, not bound to an address, port or device, and with nothing that
 * another one couldn't be given.
 */
bool hostsock_is_plain(int sock);

/**
 * hostsock_make() - Make the other one
 * @sock:	The container's, whose options it gets
 * @model:	A new one of the container's; what that has too isn't an option
 *		that somebody has set
 * @interface:	The only one it can be connected by, whatever its next owner
 *		does (socket(7), SO_BINDTODEVICE): to change that takes a
 *		capability over the host's network
 *
 * It is non-blocking.
 *
 * Return: descriptor, negative errno
 */
int hostsock_make(int sock, int model, int domain, unsigned int interface);

#endif
