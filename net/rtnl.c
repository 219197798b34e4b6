// SPDX-License-Identifier: Apache-2.0
#include "net/rtnl.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

enum {
	REPLACE = NLM_F_CREATE | NLM_F_REPLACE,
	MAKE = NLM_F_CREATE | NLM_F_EXCL
};

static void put_address(struct netlink_batch *batch, uint16_t type,
			const struct address *address)
{
	netlink_put(batch, type, address->bytes,
		    address_bytes(address->family));
}

static void put_end(struct netlink_batch *batch, const struct rtnl_end *end)
{
	netlink_put_text(batch, IFLA_IFNAME, end->name);
	netlink_put(batch, IFLA_ADDRESS, end->ether, ETHER_SIZE);
	netlink_put_u32(batch, IFLA_MTU, end->mtu);
}

/* What makes the interface of the last request one of a pair. */
static void put_peer(struct netlink_batch *batch, const struct rtnl_end *end,
		     int netns)
{
	const struct ifinfomsg body = { 0 };
	size_t info = netlink_nest(batch, IFLA_LINKINFO), data, peer;

	netlink_put_text(batch, IFLA_INFO_KIND, "veth");
	data = netlink_nest(batch, IFLA_INFO_DATA);
	peer = netlink_nest(batch, VETH_INFO_PEER);
	netlink_put_raw(batch, &body, sizeof(body));
	put_end(batch, end);
	netlink_put_u32(batch, IFLA_NET_NS_FD, (uint32_t)netns);
	netlink_unnest(batch, peer);
	netlink_unnest(batch, data);
	netlink_unnest(batch, info);
}

void rtnl_add_veth(struct netlink_batch *batch, unsigned int index,
		   const struct rtnl_end *ours, const struct rtnl_end *theirs,
		   int netns)
{
	const struct ifinfomsg body = { .ifi_index = (int)index };

	netlink_begin(batch, "make a pair of interfaces", RTM_NEWLINK, MAKE,
		      &body, sizeof(body));
	put_end(batch, ours);
	put_peer(batch, theirs, netns);
}

void rtnl_add_bridge(struct netlink_batch *batch, const char *name)
{
	const struct ifinfomsg body = { 0 };
	size_t info;

	netlink_begin(batch, "make a bridge", RTM_NEWLINK, MAKE, &body,
		      sizeof(body));
	netlink_put_text(batch, IFLA_IFNAME, name);
	info = netlink_nest(batch, IFLA_LINKINFO);
	netlink_put_text(batch, IFLA_INFO_KIND, "bridge");
	netlink_unnest(batch, info);
}

void rtnl_add_bridge_port(struct netlink_batch *batch, unsigned int bridge,
			  const struct rtnl_end *theirs, int netns)
{
	const struct ifinfomsg body = { .ifi_flags = IFF_UP,
					.ifi_change = IFF_UP };

	netlink_begin(batch, "make an interface at the bridge", RTM_NEWLINK,
		      MAKE, &body, sizeof(body));
	netlink_put_u32(batch, IFLA_MASTER, bridge);
	netlink_put_u32(batch, IFLA_MTU, theirs->mtu);
	put_peer(batch, theirs, netns);
}

void rtnl_add_deletion(struct netlink_batch *batch, unsigned int interface)
{
	const struct ifinfomsg body = { .ifi_index = (int)interface };

	netlink_begin(batch, "delete the interface", RTM_DELLINK, 0, &body,
		      sizeof(body));
}

void rtnl_add_up(struct netlink_batch *batch, unsigned int interface,
		 uint32_t mtu)
{
	const struct ifinfomsg body = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)interface,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};

	netlink_begin(batch, "set the interface up", RTM_NEWLINK, 0, &body,
		      sizeof(body));
	if (mtu)
		netlink_put_u32(batch, IFLA_MTU, mtu);
}

void rtnl_add_forwarding(struct netlink_batch *batch, unsigned int interface,
			 bool proxy)
{
	const struct ifinfomsg body = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)interface,
	};
	size_t specific, inet, conf;

	netlink_begin(batch, "let the interface forward", RTM_SETLINK, 0, &body,
		      sizeof(body));
	specific = netlink_nest(batch, IFLA_AF_SPEC);
	inet = netlink_nest(batch, AF_INET);
	conf = netlink_nest(batch, IFLA_INET_CONF);
	netlink_put_u32(batch, IPV4_DEVCONF_FORWARDING, 1);
	netlink_put_u32(batch, IPV4_DEVCONF_PROXY_ARP, proxy);
	netlink_unnest(batch, conf);
	netlink_unnest(batch, inet);
	netlink_unnest(batch, specific);
}

void rtnl_add_address(struct netlink_batch *batch, unsigned int interface,
		      const struct address *address, uint8_t prefix)
{
	struct ifaddrmsg body = {
		.ifa_family = (uint8_t)address->family,
		.ifa_prefixlen = prefix,
		.ifa_index = interface,
	};

	/* Nobody else is on the link: no waiting for duplicates to be found. */
	if (address->family == AF_INET6)
		body.ifa_flags = IFA_F_NODAD | IFA_F_PERMANENT;
	netlink_begin(batch, "add the address", RTM_NEWADDR, REPLACE, &body,
		      sizeof(body));
	put_address(batch, IFA_LOCAL, address);
	put_address(batch, IFA_ADDRESS, address);
}

static void add_neighbour(struct netlink_batch *batch, const char *what,
			  const struct ndmsg *body,
			  const struct address *address)
{
	netlink_begin(batch, what, RTM_NEWNEIGH, REPLACE, body, sizeof(*body));
	put_address(batch, NDA_DST, address);
}

void rtnl_add_neighbour(struct netlink_batch *batch, unsigned int interface,
			const struct address *address, const uint8_t *ether)
{
	const struct ndmsg body = {
		.ndm_family = (uint8_t)address->family,
		.ndm_ifindex = (int)interface,
		.ndm_state = NUD_PERMANENT,
	};

	add_neighbour(batch, "add the neighbour", &body, address);
	netlink_put(batch, NDA_LLADDR, ether, ETHER_SIZE);
}

void rtnl_add_proxy(struct netlink_batch *batch, unsigned int interface,
		    const struct address *address)
{
	const struct ndmsg body = {
		.ndm_family = (uint8_t)address->family,
		.ndm_ifindex = (int)interface,
		.ndm_state = NUD_PERMANENT,
		.ndm_flags = NTF_PROXY,
	};

	add_neighbour(batch, "answer for a neighbour", &body, address);
}

static void put_metrics(struct netlink_batch *batch,
			const struct rtnl_route *route)
{
	const struct {
		uint16_t type;
		uint32_t value;
	} metrics[] = {
		{ RTAX_QUICKACK, route->quickack },
		{ RTAX_MTU, route->mtu },
		{ RTAX_ADVMSS, route->advmss },
	};
	size_t nest = netlink_nest(batch, RTA_METRICS);

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		if (metrics[i].value)
			netlink_put_u32(batch, metrics[i].type,
					metrics[i].value);
	netlink_unnest(batch, nest);
}

void rtnl_add_route(struct netlink_batch *batch, const struct rtnl_route *route)
{
	struct rtmsg body = {
		.rtm_family = (uint8_t)route->family,
		.rtm_dst_len = route->prefix,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_scope = RT_SCOPE_LINK,
		.rtm_type = route->local ? RTN_LOCAL : RTN_UNICAST,
	};

	if (route->local)
		body.rtm_scope = RT_SCOPE_HOST;
	else if (route->gateway || route->family == AF_INET6)
		body.rtm_scope = RT_SCOPE_UNIVERSE;
	netlink_begin(batch, "add the route", RTM_NEWROUTE,
		      route->yields ? MAKE : REPLACE, &body, sizeof(body));
	netlink_put_u32(batch, RTA_TABLE,
			route->table ? route->table : RT_TABLE_MAIN);
	netlink_put_u32(batch, RTA_OIF, route->interface);
	if (route->to)
		put_address(batch, RTA_DST, route->to);
	if (route->gateway)
		put_address(batch, RTA_GATEWAY, route->gateway);
	if (route->quickack || route->mtu || route->advmss)
		put_metrics(batch, route);
}

void rtnl_add_mark_rule(struct netlink_batch *batch, int family, uint32_t mark,
			uint32_t table)
{
	const struct fib_rule_hdr body = {
		.family = (uint8_t)family,
		.action = FR_ACT_TO_TBL,
	};

	netlink_begin(batch, "add the routing rule", RTM_NEWRULE, MAKE, &body,
		      sizeof(body));
	netlink_put_u32(batch, FRA_FWMARK, mark);
	netlink_put_u32(batch, FRA_TABLE, table);
}
