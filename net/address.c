// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

const uint8_t ether_guest[] = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x64 };
const uint8_t ether_gateway[] = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 };

#define V4(last) \
	{ \
		.family = AF_INET, .bytes = { 10, 0, 2, (last) } \
	}
#define V6(high, low) \
	{ \
		.family = AF_INET6, .bytes = { \
			[0] = 0xfd, \
			[14] = (high), \
			[15] = (low) \
		} \
	}

static const struct address link_v4[LINK_COUNT] = {
	[LINK_GUEST] = V4(100),    [LINK_GATEWAY] = V4(2),
	[LINK_NAMESERVER] = V4(3), [LINK_ROUTER] = V4(1),
	[LINK_DNS_V4] = V4(103),   [LINK_DNS_V6] = V4(104),
};

static const struct address link_v6[LINK_COUNT] = {
	[LINK_GUEST] = V6(1, 0x00),   [LINK_GATEWAY] = V6(0, 2),
	[LINK_NAMESERVER] = V6(0, 3), [LINK_ROUTER] = V6(0, 1),
	[LINK_DNS_V4] = V6(1, 0x03),  [LINK_DNS_V6] = V6(1, 0x04),
};

const struct address *address_of(enum link_role role, int family)
{
	return family == AF_INET ? &link_v4[role] : &link_v6[role];
}

bool address_is(const uint8_t *bytes, int family, enum link_role role)
{
	return memcmp(bytes, address_of(role, family)->bytes,
		      address_bytes(family)) == 0;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family && a->scope == b->scope &&
	       memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

int address_parse(const char *text, struct address *ret)
{
	struct address address = { .family = AF_INET6 };
	const char *percent = strchr(text, '%');
	char plain[INET6_ADDRSTRLEN];
	size_t length = percent ? (size_t)(percent - text) : strlen(text);

	if (length >= sizeof(plain))
		return -EINVAL;
	memcpy(plain, text, length);
	plain[length] = '\0';
	if (!percent && inet_pton(AF_INET, plain, address.bytes) == 1)
		address.family = AF_INET;
	else if (inet_pton(AF_INET6, plain, address.bytes) != 1)
		return -EINVAL;
	if (percent) {
		address.scope = if_nametoindex(percent + 1);
		if (!address.scope)
			return -ENODEV;
	}
	*ret = address;
	return 0;
}

socklen_t address_to_socket(const struct address *address, uint16_t port,
			    struct sockaddr_storage *ret)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	memset(ret, 0, sizeof(*ret));
	if (address->family == AF_INET) {
		v4.sin_port = htons(port);
		memcpy(&v4.sin_addr, address->bytes, sizeof(v4.sin_addr));
		memcpy(ret, &v4, sizeof(v4));
		return sizeof(v4);
	}
	v6.sin6_port = htons(port);
	v6.sin6_scope_id = address->scope;
	memcpy(&v6.sin6_addr, address->bytes, sizeof(v6.sin6_addr));
	memcpy(ret, &v6, sizeof(v6));
	return sizeof(v6);
}

uint16_t address_from_socket(const struct sockaddr_storage *from,
			     struct address *ret)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	*ret = (struct address){ .family = from->ss_family };
	if (from->ss_family == AF_INET) {
		memcpy(&v4, from, sizeof(v4));
		memcpy(ret->bytes, &v4.sin_addr, 4);
		return ntohs(v4.sin_port);
	}
	memcpy(&v6, from, sizeof(v6));
	if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
		ret->family = AF_INET;
		memcpy(ret->bytes, v6.sin6_addr.s6_addr + 12, 4);
	} else {
		ret->scope = v6.sin6_scope_id;
		memcpy(ret->bytes, &v6.sin6_addr, 16);
	}
	return ntohs(v6.sin6_port);
}

/* Loopback and link-local addresses are the host's own business. */
static bool is_local(const struct address *client)
{
	static const struct address loopback = { .bytes = { [15] = 1 } };
	const uint8_t *at = client->bytes;

	if (client->family == AF_INET)
		return at[0] == 127 || at[0] == 0;
	return memcmp(at, loopback.bytes, ADDRESS_SIZE) == 0 ||
	       (at[0] == 0xfe && (at[1] & 0xc0) == 0x80);
}

struct address address_of_client(const struct address *client)
{
	bool is_ours = is_local(client);

	for (enum link_role role = 0; role < LINK_COUNT; role++)
		is_ours |= address_is(client->bytes, client->family, role);
	return is_ours ? *address_of(LINK_GATEWAY, client->family) : *client;
}
