// SPDX-License-Identifier: Apache-2.0
#include "net/diversion.h"

#include <netinet/in.h>
#include <string.h>

/* What the kernel takes without the scope, as before RFC 2553. */
enum { SOCKADDR_IN6_MIN = 24, MAPPED_SIZE = 12 };

static const uint8_t mapped[MAPPED_SIZE] = { [10] = 0xff, [11] = 0xff };

/* As the kernel would read it; other forms are for it to refuse. */
static bool read_address(int domain, const struct sockaddr_storage *given,
			 size_t size, struct diversion *ret)
{
	size_t least = domain == AF_INET ? sizeof(struct sockaddr_in)
					 : (size_t)SOCKADDR_IN6_MIN;

	if (size < least || given->ss_family != domain)
		return false;
	ret->port = address_from_socket(given, &ret->asked);
	/* Of a diverted address, it means nothing. */
	ret->asked.scope = 0;
	return ret->port != 0;
}

/* Whom it stands for, seen from the host. Return: is it somebody? */
static bool find_peer(const struct egress_rules *rules,
		      const struct address *asked, struct address *ret)
{
	const uint8_t *bytes = asked->bytes;

	*ret = *asked;
	if (address_is(bytes, asked->family, LINK_GATEWAY)) {
		*ret = (struct address){ .family = asked->family };
		ret->bytes[0] = asked->family == AF_INET ? 127 : 0;
		ret->bytes[address_bytes(asked->family) - 1] = 1;
		return rules->host_loopback;
	}
	return !egress_is_closed(asked->family, bytes);
}

static socklen_t put_socket(int domain, const struct diversion *diversion,
			    struct sockaddr_storage *ret)
{
	struct address address = diversion->to;

	if (domain == AF_INET6 && address.family == AF_INET) {
		memcpy(address.bytes, mapped, MAPPED_SIZE);
		memcpy(address.bytes + MAPPED_SIZE, diversion->to.bytes, 4);
		address.family = AF_INET6;
	}
	return address_to_socket(&address, diversion->port, ret);
}

bool diversion_find(const struct egress_rules *rules, int domain,
		    const struct sockaddr_storage *given, size_t size,
		    struct diversion *ret)
{
	struct diversion found = { .port = 0 };

	if (!read_address(domain, given, size, &found))
		return false;
	if (found.asked.family == AF_INET6 && !rules->ipv6)
		return false;
	if (!find_peer(rules, &found.asked, &found.to))
		return false;
	found.size = put_socket(domain, &found, &found.socket);
	*ret = found;
	return true;
}
