// SPDX-License-Identifier: Apache-2.0
#include "net/sysctl.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define IPV6_CONF  "/proc/sys/net/ipv6/conf/"
#define CONGESTION "/proc/sys/net/ipv4/tcp_congestion_control"

enum { PING_ID_MAX = 2147483647, TEXT_MAX = 4096 };

struct row {
	const char *path; /* of one interface, if there is %s in it */
	const char *value;
	int ipv6; /* only with it (1), only without it (0), always (-1) */
};

static const struct row guest_rows[] = {
	/* Ports are nobody's privilege in here. */
	{ "/proc/sys/net/ipv4/ip_unprivileged_port_start", "0", -1 },
	/* Only we could advertise a router, and we don't. */
	{ IPV6_CONF "default/accept_ra", "0", 1 },
	{ IPV6_CONF "%s/accept_ra", "0", 1 },
	{ IPV6_CONF "%s/router_solicitations", "0", 1 },
	/* The link-local address too is ready at once. */
	{ IPV6_CONF "%s/accept_dad", "0", 1 },
	{ IPV6_CONF "%s/disable_ipv6", "1", 0 },
};

/* What there is for IPv4 only goes by netlink (rtnl.h). */
static const struct row router_needs[] = {
	/* Sockets there have servers' addresses, with their ports. */
	{ "/proc/sys/net/ipv4/ip_unprivileged_port_start", "0", -1 },
	{ IPV6_CONF "all/forwarding", "1", 1 },
};

static const struct row router_rows[] = {
	{ IPV6_CONF "default/accept_dad", "0", 1 },
	{ IPV6_CONF "default/proxy_ndp", "1", 1 },
	/* Nothing is late on a wire of no length, and a container may use a
	 * port again at once.
	 */
	{ "/proc/sys/net/ipv4/tcp_max_tw_buckets", "0", -1 },
};

/* Where br_netfilter is loaded each frame on a bridge goes through the filters
 * of IP too. There are none in a namespace with nothing but a bridge, and to
 * find that out costs a tenth of the throughput.
 */
static const struct row bridge_rows[] = {
	{ "/proc/sys/net/bridge/bridge-nf-call-iptables", "0", -1 },
	{ "/proc/sys/net/bridge/bridge-nf-call-ip6tables", "0", -1 },
	{ "/proc/sys/net/bridge/bridge-nf-call-arptables", "0", -1 },
};

/* Replace the %s. The text is cut, and names nothing, if it doesn't fit. */
static void write_path(const char *pattern, const char *interface, char *text,
		       size_t size)
{
	const char *place = strstr(pattern, "%s");

	if (place)
		(void)snprintf(text, size, "%.*s%s%s", (int)(place - pattern),
			       pattern, interface, place + 2);
	else
		(void)snprintf(text, size, "%s", pattern);
}

static bool write_value(const char *path, const char *value)
{
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	return fd >= 0 && write(fd, value, strlen(value)) > 0;
}

static bool read_value(const char *path, char *text, size_t size)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

	if (length < 0)
		return false;
	text[length] = '\0';
	return true;
}

struct extent {
	uint64_t inside;
	uint64_t outside;
	uint64_t count;
};

/* Read the line at @at. Return: is it one? */
static bool next_extent(const char **at, struct extent *ret)
{
	uint64_t numbers[3];

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		char *end;

		numbers[i] = strtoul(*at, &end, 10);
		if (end == *at)
			return false;
		*at = end;
	}
	*ret = (struct extent){ numbers[0], numbers[1], numbers[2] };
	return true;
}

bool sysctl_ping_range(const char *gid_map, char *text, size_t size)
{
	struct extent first, next;
	uint64_t last;

	if (!next_extent(&gid_map, &first) || first.count == 0 ||
	    first.inside > PING_ID_MAX)
		return false;
	last = first.inside + first.count - 1;
	while (next_extent(&gid_map, &next))
		if (next.inside == last + 1 && next.count > 0 &&
		    next.outside + next.count > first.outside)
			last += next.count;
	if (last > PING_ID_MAX)
		last = PING_ID_MAX;

	int length = snprintf(text, size, "%lu %lu",
			      (unsigned long)first.inside, (unsigned long)last);

	return length > 0 && (size_t)length < size;
}

/* BBR paces its packets, which on a hop without a wire only costs: it halves
 * the throughput.
 */
static void avoid_bbr(void)
{
	char name[32];

	if (!read_value(CONGESTION, name, sizeof(name)) ||
	    strncmp(name, "bbr", 3) != 0)
		return;
	if (!write_value(CONGESTION, "cubic"))
		(void)write_value(CONGESTION, "reno");
}

static bool applies(const struct row *row, bool ipv6)
{
	return row->ipv6 < 0 || row->ipv6 == (int)ipv6;
}

void sysctl_of_interface(const char *interface, bool ipv6)
{
	char path[128];

	for (size_t i = 0; i < ARRAY_COUNT(guest_rows); i++) {
		if (!applies(&guest_rows[i], ipv6))
			continue;
		write_path(guest_rows[i].path, interface, path, sizeof(path));
		(void)write_value(path, guest_rows[i].value);
	}
}

void sysctl_of_guest(const char *interface, bool ipv6)
{
	char map[TEXT_MAX], range[64];

	sysctl_of_interface(interface, ipv6);
	if (read_value("/proc/self/gid_map", map, sizeof(map)) &&
	    sysctl_ping_range(map, range, sizeof(range)))
		(void)write_value("/proc/sys/net/ipv4/ping_group_range", range);
	avoid_bbr();
}

void sysctl_of_bridge(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(bridge_rows); i++)
		(void)write_value(bridge_rows[i].path, bridge_rows[i].value);
}

int sysctl_of_router(bool ipv6, struct error *err)
{
	for (size_t i = 0; i < ARRAY_COUNT(router_needs); i++)
		/* The kernel may run without IPv6. */
		if (applies(&router_needs[i], ipv6) &&
		    !write_value(router_needs[i].path, router_needs[i].value) &&
		    errno != ENOENT)
			return error_set(err, errno, "write %s",
					 router_needs[i].path);
	for (size_t i = 0; i < ARRAY_COUNT(router_rows); i++)
		if (applies(&router_rows[i], ipv6))
			(void)write_value(router_rows[i].path,
					  router_rows[i].value);
	avoid_bbr();
	return 0;
}
