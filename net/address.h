// SPDX-License-Identifier: Apache-2.0
/* The fixed addresses of a container's network, and addresses as values.
 *
 * Each container has a link of its own, so all of them use the same numbers:
 * 10.0.2.0/24 and fd00::/64, as people know them from slirp4netns.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/error.h"

#define TAP_NAME "tap0" /* the interface inside the container */

#define ETHER_SIZE   6
#define ADDRESS_SIZE 16

enum { ADDRESS_V4_PREFIX = 24, ADDRESS_V6_PREFIX = 64 };

/* An IP address; zero (family AF_UNSPEC) is none. */
struct address {
	int family;                  /* AF_INET, AF_INET6 */
	uint32_t scope;              /* interface of a link-local one, else 0 */
	uint8_t bytes[ADDRESS_SIZE]; /* network order, the first 4 for IPv4 */
};

/* Who is who on the link. */
enum link_role {
	LINK_GUEST,      /* the container */
	LINK_GATEWAY,    /* us; the host's loopback, where that is allowed */
	LINK_NAMESERVER, /* our DNS forwarder */
	LINK_ROUTER,     /* the router itself, where nobody listens */
	/* Senders of DNS over TCP whose frames we rewrote. The container can't
	 * use these addresses, so what comes back to them is ours, whatever the
	 * ports are. One for each family that the container speaks.
	 */
	LINK_DNS_V4,
	LINK_DNS_V6,
	LINK_COUNT
};

extern const uint8_t ether_guest[ETHER_SIZE];
extern const uint8_t ether_gateway[ETHER_SIZE]; /* and libslirp's for IPv4 */

/** address_bytes() - How many bytes an address of @family has */
static inline uint8_t address_bytes(int family)
{
	return family == AF_INET ? 4 : 16;
}

/** address_of() - The address of @role on the link; AF_INET or AF_INET6 */
const struct address *address_of(enum link_role role, int family);

/** address_is() - Are these @family bytes the address of @role? */
bool address_is(const uint8_t *bytes, int family, enum link_role role);

/** address_equal() - The same family, bytes and scope? */
bool address_equal(const struct address *a, const struct address *b);

/**
 * address_parse() - Text to address
 * @text:	IPv4 or IPv6, the latter also with %INTERFACE
 * @ret:	Untouched on failure
 *
 * Return: 0, -EINVAL, -ENODEV (no such interface)
 */
must_check int address_parse(const char *text, struct address *ret);

/**
 * address_to_socket() - As the kernel wants it
 * @port:	Host order
 * @ret:	Room for any family
 *
 * Return: size in bytes
 */
socklen_t address_to_socket(const struct address *address, uint16_t port,
			    struct sockaddr_storage *ret);

/**
 * address_from_socket() - The other way round
 * @ret:	An IPv4 address that came as an IPv6 one is IPv4
 *
 * Return: port, host order
 */
uint16_t address_from_socket(const struct sockaddr_storage *from,
			     struct address *ret);

/**
 * address_of_client() - What the container calls somebody outside
 *
 * The same, unless that would lead nowhere in there: then it is the gateway.
 */
struct address address_of_client(const struct address *client);

#endif
