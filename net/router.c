// SPDX-License-Identifier: Apache-2.0
#include "net/router.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "net/child.h"
#include "net/confine.h"
#include "net/mtu.h"
#include "net/nft.h"
#include "net/orphans.h"
#include "net/rtnl.h"
#include "net/sysctl.h"
#include "net/tun.h"

#define PORT_NAME "port0"
#define TUN_NAME  "tun0"

/* Numbers of interfaces in a namespace that we have just made. */
enum { LOOPBACK = 1, TUN = 2, PORT = 3 };
enum { LANE_MARK = 1, LANE_TABLE = 100 };
enum { NAMESPACE_NET, NAMESPACE_USER, NAMESPACE_COUNT };
enum { MADE_TUN, MADE_TCP_V4, MADE_TCP_V6, MADE_COUNT };

/* The largest there is: what is smaller on the way is for the kernel to do. */
enum { TUN_MTU = 65535 };

must_check static int become_root_in(int userns, struct error *err)
{
	if (userns >= 0 && setns(userns, CLONE_NEWUSER) < 0)
		return error_set(err, errno,
				 "enter the container's user namespace");
	/* To be the container's root makes /proc/sys/net ours. Where that id
	 * isn't mapped the capabilities do.
	 */
	(void)!setresgid(0, 0, 0);
	(void)!setresuid(0, 0, 0);
	return 0;
}

static void add_router_family(struct netlink_batch *batch, int family)
{
	const struct address *guest = address_of(LINK_GUEST, family);
	const struct rtnl_route routes[] = {
		{ .family = family,
		  .to = guest,
		  .prefix = (uint8_t)(address_bytes(family) * 8),
		  .interface = PORT },
		{ .family = family, .interface = TUN },
		{ .family = family,
		  .interface = LOOPBACK,
		  .table = LANE_TABLE,
		  .local = true },
	};

	rtnl_add_address(batch, PORT, address_of(LINK_ROUTER, family),
			 (uint8_t)(address_bytes(family) * 8));
	rtnl_add_neighbour(batch, PORT, guest, ether_guest);
	for (size_t i = 0; i < ARRAY_COUNT(routes); i++)
		rtnl_add_route(batch, &routes[i]);
	rtnl_add_mark_rule(batch, family, LANE_MARK, LANE_TABLE);
	/* A container that has forgotten who its neighbours are may ask. For
	 * IPv4 a sysctl does that.
	 */
	if (family == AF_INET6) {
		rtnl_add_proxy(batch, PORT, address_of(LINK_GATEWAY, family));
		rtnl_add_proxy(batch, PORT,
			       address_of(LINK_NAMESERVER, family));
	}
}

must_check static int make_router(const struct router_settings *settings,
				  int netns, struct error *err)
{
	struct netlink_batch batch = { 0 };
	size_t v4_count;

	if (sysctl_of_router(settings->ipv6, err) < 0)
		return -err->code;
	rtnl_add_veth(
		&batch, PORT,
		&(struct rtnl_end){ PORT_NAME, ether_gateway, settings->mtu },
		&(struct rtnl_end){ settings->interface, ether_guest,
				    settings->mtu },
		netns);
	rtnl_add_up(&batch, LOOPBACK, 0);
	rtnl_add_up(&batch, TUN, TUN_MTU);
	rtnl_add_up(&batch, PORT, 0);
	rtnl_add_forwarding(&batch, TUN, false);
	rtnl_add_forwarding(&batch, PORT, true);
	add_router_family(&batch, AF_INET);
	v4_count = batch.count;
	if (settings->ipv6)
		add_router_family(&batch, AF_INET6);
	/* The kernel may run without IPv6. */
	netlink_forgive(&batch, v4_count);
	if (netlink_commit(&batch, NETLINK_ROUTE, err) < 0)
		return error_wrap(err, "configure the router");
	return 0;
}

/* The way out, perhaps straight to libslirp: see mtu.h. Two of its segments are
 * all that is on the way: each is to be acknowledged at once.
 */
static void add_way_out(struct netlink_batch *batch,
			const struct rtnl_route *route, bool is_tuned)
{
	enum { HEADS = 40 };
	struct rtnl_route tuned = *route;

	if (is_tuned) {
		tuned.quickack = true;
		tuned.mtu = MTU_TO_STACK;
		tuned.advmss = MTU_FROM_STACK - HEADS;
	}
	rtnl_add_route(batch, &tuned);
}

struct way_out {
	bool is_tun;   /* of IP packets: nobody else is on the wire */
	bool is_tuned; /* for libslirp */
	bool is_again; /* there may be one */
};

static void add_guest_family(struct netlink_batch *batch, unsigned int index,
			     int family, const struct way_out *way)
{
	const struct address *gateway = address_of(LINK_GATEWAY, family);
	size_t route;

	rtnl_add_address(batch, index, address_of(LINK_GUEST, family),
			 family == AF_INET ? ADDRESS_V4_PREFIX
					   : ADDRESS_V6_PREFIX);
	/* Known neighbours: the first packet needn't wait for a resolution. */
	if (!way->is_tun) {
		rtnl_add_neighbour(batch, index, gateway, ether_gateway);
		rtnl_add_neighbour(batch, index,
				   address_of(LINK_NAMESERVER, family),
				   ether_gateway);
	}
	route = batch->count;
	add_way_out(batch,
		    &(struct rtnl_route){ .family = family,
					  .interface = index,
					  .gateway = gateway,
					  .yields = way->is_again },
		    way->is_tuned);
	/* It may have another way out by now. */
	if (way->is_again)
		netlink_forgive(batch, route);
}

/* In the container's namespace, where there is a tap0 of either kind. */
must_check static int configure_guest(const struct router_settings *settings,
				      bool is_tun, struct error *err)
{
	struct netlink_batch batch = { 0 };
	unsigned int index = if_nametoindex(settings->interface);
	const struct way_out way = {
		.is_tun = is_tun,
		.is_tuned = is_tun && settings->mtu >= MTU_DEFAULT,
		.is_again = settings->is_again,
	};
	size_t v4_count;

	if (!index)
		return error_set(err, errno, "find the interface %s",
				 settings->interface);
	if (settings->is_bare)
		return 0;
	if (settings->is_again) {
		sysctl_of_interface(settings->interface, settings->ipv6);
	} else {
		sysctl_of_guest(settings->interface, settings->ipv6);
		rtnl_add_up(&batch, LOOPBACK, 0);
	}
	rtnl_add_up(&batch, index, is_tun ? settings->mtu : 0);
	add_guest_family(&batch, index, AF_INET, &way);
	v4_count = batch.count;
	if (settings->ipv6)
		add_guest_family(&batch, index, AF_INET6, &way);
	netlink_forgive(&batch, v4_count);
	if (netlink_commit(&batch, NETLINK_ROUTE, err) < 0)
		return error_wrap(err, "configure %s", settings->interface);
	return 0;
}

/* Without this all goes through tun0, which is slower but no less safe. */
static void make_lane(struct error *ret)
{
	struct netlink_batch batch = { 0 };

	nft_add_lane(&batch, TUN, LANE_MARK);
	if (netlink_commit(&batch, NETLINK_NETFILTER, ret) == 0)
		*ret = (struct error){ 0 };
}

must_check static int enter(int netns, struct error *err)
{
	if (setns(netns, CLONE_NEWNET) < 0)
		return error_set(err, errno,
				 "enter the container's network namespace");
	return 0;
}

/* The interface goes with the router that it is paired to, some time after the
 * last of that one's processes; or not at all, without one.
 */
must_check static int remove_interface(const struct router_settings *settings,
				       struct error *err)
{
	struct netlink_batch batch = { 0 };
	unsigned int index = if_nametoindex(settings->interface);

	if (!index)
		return 0;
	rtnl_add_deletion(&batch, index);
	/* This may be the moment. */
	netlink_forgive(&batch, 0);
	return netlink_commit(&batch, NETLINK_ROUTE, err);
}

must_check static int remove_old(const struct router_settings *settings,
				 int netns, struct error *err)
{
	if (enter(netns, err) < 0 || remove_interface(settings, err) < 0)
		return -err->code;
	orphans_abort();
	return 0;
}

/* Without a router; @err says why. */
must_check static int make_direct(const struct router_settings *settings,
				  int netns, struct router *ret,
				  struct error *err)
{
	auto_close int tun = -1;

	ret->lane = *err;
	*err = (struct error){ 0 };
	if (enter(netns, err) < 0)
		return -err->code;
	tun = tun_make(settings->interface, err);
	if (tun < 0 || configure_guest(settings, true, err) < 0)
		return -err->code;
	ret->tun = steal_fd(&tun);
	return 0;
}

must_check static int make(const struct router_settings *settings,
			   const int *namespaces, struct router *ret,
			   struct error *err)
{
	auto_close int tun = -1;
	auto_close int here = -1;

	if (become_root_in(namespaces[NAMESPACE_USER], err) < 0)
		return -err->code;
	if (settings->is_again &&
	    remove_old(settings, namespaces[NAMESPACE_NET], err) < 0)
		return error_wrap(err, "remove the old %s",
				  settings->interface);
	if (unshare(CLONE_NEWNET) < 0)
		return error_set(err, errno, "make a network namespace");
	here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	tun = tun_make(TUN_NAME, err);
	if (tun < 0)
		return -err->code;
	if (here < 0)
		return error_set(err, errno, "open /proc/self/ns/net");
	if (make_router(settings, namespaces[NAMESPACE_NET], err) < 0)
		return make_direct(settings, namespaces[NAMESPACE_NET], ret,
				   err);
	make_lane(&ret->lane);
	if (enter(namespaces[NAMESPACE_NET], err) < 0 ||
	    configure_guest(settings, false, err) < 0)
		return -err->code;
	if (setns(here, CLONE_NEWNET) < 0)
		return error_set(err, errno, "come back to the router");
	ret->tun = steal_fd(&tun);
	return 0;
}

/* @is_reset: when it is closed, whoever does that, unless it is told otherwise.
 * Return: descriptor, -1
 */
static int make_socket(int family, bool is_reset)
{
	const struct linger linger = { .l_onoff = is_reset };
	bool is_v4 = family == AF_INET;
	const struct {
		int level;
		int name;
	} options[] = {
		{ is_v4 ? SOL_IP : SOL_IPV6,
		  is_v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT },
		/* Connections to one server have the same address here. */
		{ SOL_SOCKET, SO_REUSEADDR },
		{ SOL_SOCKET, SO_KEEPALIVE },
		{ SOL_TCP, TCP_NODELAY },
	};
	static const int on = 1;
	auto_close int sock =
		socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_LINGER, &linger,
				   sizeof(linger)) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_COUNT(options); i++)
		if (setsockopt(sock, options[i].level, options[i].name, &on,
			       sizeof(on)) < 0)
			return -1;
	return steal_fd(&sock);
}

/* Return: is there somebody to go on for? */
static bool answer(int sock, int family)
{
	int sockets[ROUTER_SOCKETS_MAX];
	size_t count = 0;
	int result;

	while (count < ARRAY_COUNT(sockets) &&
	       (sockets[count] = make_socket(family, true)) >= 0)
		count++;
	result = fd_send(sock, "s", 1, sockets, count);
	while (count > 0)
		close(sockets[--count]);
	return result == 0;
}

/* Hand over what is made. Return: is there somebody to go on for? */
static bool give(int sock, const struct router *router)
{
	static const int families[MADE_COUNT] = {
		[MADE_TCP_V4] = AF_INET,
		[MADE_TCP_V6] = AF_INET6,
	};
	int fds[MADE_COUNT] = { router->tun };
	size_t count = 1;
	int result;

	while (!router->lane.code && count < MADE_COUNT &&
	       (fds[count] = make_socket(families[count], false)) >= 0)
		count++;
	result = fd_send(sock, &router->lane, sizeof(router->lane), fds, count);
	while (count > 0)
		close(fds[--count]);
	return result == 0;
}

static void helper(int sock, const void *settings)
{
	int namespaces[NAMESPACE_COUNT] = { -1, -1 };
	struct router router = { .tun = -1 };
	struct error err = { 0 };
	char byte;

	/* Processes of the container must not look into this one. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (fd_receive(sock, &byte, sizeof(byte), namespaces,
		       NAMESPACE_COUNT) <= 0)
		return;
	if (make(settings, namespaces, &router, &err) == 0 &&
	    confine_router(&err) < 0)
		close(router.tun);
	if (err.code) {
		(void)!fd_send(sock, &err, sizeof(err), NULL, 0);
		return;
	}
	if (!give(sock, &router))
		return;
	for (size_t i = 0; i < NAMESPACE_COUNT; i++)
		cleanup_close(&namespaces[i]);
	while (fd_receive(sock, &byte, sizeof(byte), NULL, 0) == 1 &&
	       answer(sock, byte == '6' ? AF_INET6 : AF_INET))
		continue;
}

int router_start(const struct router_settings *settings, int *ret_sock,
		 struct error *err)
{
	return child_start(helper, settings, ret_sock, err);
}

int router_request(int sock, int userns, int netns, struct error *err)
{
	const int namespaces[] = {
		[NAMESPACE_NET] = netns,
		[NAMESPACE_USER] = userns,
	};
	int result = fd_send(sock, "n", 1, namespaces,
			     userns < 0 ? NAMESPACE_USER : NAMESPACE_COUNT);

	return result < 0 ? error_set(err, -result, "ask for the router") : 0;
}

int router_receive(int sock, struct router *ret, struct error *err)
{
	struct router router = { .tun = -1 };
	int fds[MADE_COUNT];
	ssize_t size = fd_receive(sock, &router.lane, sizeof(router.lane), fds,
				  MADE_COUNT);

	if (size == sizeof(router.lane) && fds[MADE_TUN] >= 0) {
		router.tun = fds[MADE_TUN];
		router.tcp_v4 = fds[MADE_TCP_V4];
		router.tcp_v6 = fds[MADE_TCP_V6];
		*ret = router;
		return 0;
	}
	if (size == sizeof(router.lane) && router.lane.code) {
		*err = router.lane;
		return -err->code;
	}
	return error_say(err, EIO, "the helper that makes the router died");
}

int router_ask(int sock, int family)
{
	return fd_send(sock, family == AF_INET6 ? "6" : "4", 1, NULL, 0);
}
