// SPDX-License-Identifier: Apache-2.0
/* Requests of rtnetlink(7), for a batch: interfaces, addresses, neighbours,
 * routes and rules, without the program ip.
 */
#ifndef NET_RTNL_H
#define NET_RTNL_H

#include "net/address.h"
#include "net/netlink.h"

/* A route; what is zero or NULL isn't said. */
struct rtnl_route {
	int family;
	const struct address *to; /* NULL: everything */
	uint8_t prefix;           /* of @to */
	unsigned int interface;
	const struct address *gateway;
	uint32_t table;  /* 0: main */
	bool local;      /* what is for @to is for this machine */
	bool yields;     /* it is an error if there is one already */
	bool quickack;   /* TCP acknowledges each segment */
	uint32_t mtu;    /* bytes of a packet */
	uint32_t advmss; /* bytes of a TCP segment that others are told of */
};

/* An end of a pair of interfaces. */
struct rtnl_end {
	const char *name;
	const uint8_t *ether; /* hardware address */
	uint32_t mtu;         /* bytes */
};

/**
 * rtnl_add_veth() - Make a pair of interfaces
 * @index:	Number of ours, that nobody has
 * @ours:	Made in this network namespace
 * @theirs:	The other end, made in @netns
 */
void rtnl_add_veth(struct netlink_batch *batch, unsigned int index,
		   const struct rtnl_end *ours, const struct rtnl_end *theirs,
		   int netns);

/** rtnl_add_bridge() - Make a bridge, unless there is one */
void rtnl_add_bridge(struct netlink_batch *batch, const char *name);

/**
 * rtnl_add_bridge_port() - Make a pair of interfaces, one of them the bridge's
 * @bridge:	Its number
 * @theirs:	The other end, made in @netns
 *
 * The end at the bridge is up, and the kernel names it.
 */
void rtnl_add_bridge_port(struct netlink_batch *batch, unsigned int bridge,
			  const struct rtnl_end *theirs, int netns);

/** rtnl_add_deletion() - Delete an interface, and with it what it is paired to
 */
void rtnl_add_deletion(struct netlink_batch *batch, unsigned int interface);

/**
 * rtnl_add_up() - Set an interface up
 * @mtu:	Bytes, 0: as it is
 */
void rtnl_add_up(struct netlink_batch *batch, unsigned int interface,
		 uint32_t mtu);

/**
 * rtnl_add_forwarding() - Route IPv4 that comes from an interface
 * @proxy:	Answer there for whoever isn't there (proxy ARP)
 */
void rtnl_add_forwarding(struct netlink_batch *batch, unsigned int interface,
			 bool proxy);

/** rtnl_add_address() - Give an interface an address, usable at once */
void rtnl_add_address(struct netlink_batch *batch, unsigned int interface,
		      const struct address *address, uint8_t prefix);

/** rtnl_add_neighbour() - Say for good who @address is on the link */
void rtnl_add_neighbour(struct netlink_batch *batch, unsigned int interface,
			const struct address *address, const uint8_t *ether);

/** rtnl_add_proxy() - Answer who asks for @address on the link */
void rtnl_add_proxy(struct netlink_batch *batch, unsigned int interface,
		    const struct address *address);

void rtnl_add_route(struct netlink_batch *batch,
		    const struct rtnl_route *route);

/** rtnl_add_mark_rule() - What has @mark is routed by @table */
void rtnl_add_mark_rule(struct netlink_batch *batch, int family, uint32_t mark,
			uint32_t table);

#endif
