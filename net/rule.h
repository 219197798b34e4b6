// SPDX-License-Identifier: Apache-2.0
/* One rule about where the container may send. Pure.
 *
 *   NAME|*.NAME|ADDRESS|NETWORK/PREFIX [:PORT[-PORT][/tcp|/udp]]
 *
 * An IPv6 address with a port is in brackets. Without a port it is about
 * everything, pings too.
 */
#ifndef NET_RULE_H
#define NET_RULE_H

#include "net/address.h"
#include "net/dnsmsg.h"

enum rule_kind {
	RULE_NETWORK, /* an address is one of a single member */
	RULE_NAME,
	RULE_BELOW, /* all names below one, but not that */
};

struct rule {
	bool is_deny;
	enum rule_kind kind;
	uint8_t protocol;    /* IPPROTO_TCP, IPPROTO_UDP; 0: any */
	uint16_t first_port; /* host order; 0: whatever there is */
	uint16_t last_port;
	uint8_t prefix; /* bits of .network that count */
	struct address network;
	char name[DNS_NAME_MAX + 1]; /* lower case, no dot at the end */
	const char *text;            /* as it was given; borrowed */
};

/**
 * rule_parse() - Read a rule
 * @text:	Borrowed by the rule
 * @ret:	Untouched on failure
 *
 * Return: 0, negative errno
 */
must_check int rule_parse(const char *text, bool is_deny, struct rule *ret,
			  struct error *err);

/** rule_has_name() - Is it about @name (lower case, no dot at the end)? */
bool rule_has_name(const struct rule *rule, const char *name);

/** rule_has_address() - Is it about a network that @address is in? */
bool rule_has_address(const struct rule *rule, const struct address *address);

/**
 * rule_has_port() - Is it about such packets?
 * @port:	Host order; 0 for protocols without ports
 */
bool rule_has_port(const struct rule *rule, uint8_t protocol, uint16_t port);

/** rule_has_all_ports() - Is it about everything there is at a destination? */
static inline bool rule_has_all_ports(const struct rule *rule)
{
	return rule->first_port == 0;
}

#endif
