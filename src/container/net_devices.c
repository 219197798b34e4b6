// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: an interface loses its addresses when it moves, so they
 * are noted before, as the requests that will set them again. Those are sent on
 * a socket that the container's init has lent us, so that we need not enter its
 * namespace.
 */
#include "container/net_devices.h"

#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/netlink.h"

/* What an interface had. */
struct addresses {
	unsigned int index; /* of the interface */
	struct netlink_request *items;
	size_t count;
};

static void addresses_clear(struct addresses *addresses)
{
	free(addresses->items);
}

static bool is_kept(const struct rtattr *attribute)
{
	return attribute->rta_type == IFA_ADDRESS ||
	       attribute->rta_type == IFA_LOCAL ||
	       attribute->rta_type == IFA_BROADCAST;
}

static int note_address(const struct nlmsghdr *message, void *argument)
{
	struct addresses *addresses = argument;
	const struct ifaddrmsg *found = NLMSG_DATA(message);
	int length = (int)IFA_PAYLOAD(message);
	struct netlink_request *request;
	struct ifaddrmsg body = { 0 };

	if (message->nlmsg_type != RTM_NEWADDR ||
	    found->ifa_index != addresses->index ||
	    found->ifa_scope != RT_SCOPE_UNIVERSE ||
	    !(found->ifa_flags & IFA_F_PERMANENT))
		return 0;
	addresses->items =
		xrealloc_array(addresses->items, addresses->count + 1,
			       sizeof(*addresses->items));
	request = &addresses->items[addresses->count++];
	body.ifa_family = found->ifa_family;
	body.ifa_prefixlen = found->ifa_prefixlen;
	body.ifa_scope = found->ifa_scope;
	netlink_begin(request, RTM_NEWADDR,
		      NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body,
		      sizeof(body));
	for (const struct rtattr *attribute = IFA_RTA(found);
	     RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length))
		if (is_kept(attribute) &&
		    netlink_add(request, attribute->rta_type,
				RTA_DATA(attribute),
				RTA_PAYLOAD(attribute)) < 0)
			return -EMSGSIZE;
	return 0;
}

static int note_addresses(int sock, struct addresses *ret, struct error *err)
{
	const struct ifaddrmsg any = { .ifa_family = AF_UNSPEC };
	struct netlink_request request;
	int result;

	netlink_begin(&request, RTM_GETADDR, NLM_F_DUMP, &any, sizeof(any));
	result = netlink_ask(sock, &request, note_address, ret);
	return result < 0 ? error_set(err, -result, "read its addresses") : 0;
}

static int move_away(int sock, unsigned int index, int target, const char *name,
		     struct error *err)
{
	const struct ifinfomsg body = { .ifi_index = (int)index };
	struct netlink_request request;
	int result;

	netlink_begin(&request, RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
	result = netlink_add(&request, IFLA_NET_NS_FD, &target, sizeof(target));
	if (result == 0)
		result = netlink_add(&request, IFLA_IFNAME, name,
				     strlen(name) + 1);
	if (result == 0)
		result = netlink_ask(sock, &request, NULL, NULL);
	if (result == -EPERM)
		return error_say(
			err, EPERM,
			"network devices can't be moved by a rootless user");
	if (result == -EINVAL)
		return error_say(err, EINVAL,
				 "it can't be moved to another namespace");
	return result < 0 ? error_set(err, -result, "move it") : 0;
}

static int read_index(const struct nlmsghdr *message, void *argument)
{
	const struct ifinfomsg *found = NLMSG_DATA(message);

	if (message->nlmsg_type != RTM_NEWLINK)
		return 0;
	*(int *)argument = found->ifi_index;
	return 0;
}

/* Return: 0, -ENODEV, other negative errno */
static int find(int sock, const char *name, int *ret)
{
	const struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	struct netlink_request request;
	int result;

	netlink_begin(&request, RTM_GETLINK, NLM_F_ACK, &body, sizeof(body));
	result = netlink_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
	return result < 0 ? result
			  : netlink_ask(sock, &request, read_index, ret);
}

/* The kernel moves first and renames then: a name that is taken would be found
 * out too late.
 */
static int check_free(int sock, const char *name, struct error *err)
{
	int index, result = find(sock, name, &index);

	if (result == -ENODEV)
		return 0;
	if (result < 0)
		return error_set(err, -result, "look for %s", name);
	return error_say(err, EEXIST,
			 "the container has an interface %s already", name);
}

/* Its number may be another in there. */
static int find_moved(int sock, const char *name, int *ret, struct error *err)
{
	int result = find(sock, name, ret);

	return result < 0 ? error_set(err, -result, "find %s again", name) : 0;
}

static int bring_up(int sock, int index, struct error *err)
{
	const struct ifinfomsg body = {
		.ifi_index = index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct netlink_request request;
	int result;

	netlink_begin(&request, RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
	result = netlink_ask(sock, &request, NULL, NULL);
	return result < 0 ? error_set(err, -result, "bring it up") : 0;
}

static int set_addresses(int sock, int index, struct addresses *addresses,
			 struct error *err)
{
	for (size_t i = 0; i < addresses->count; i++) {
		struct netlink_request *request = &addresses->items[i];
		struct ifaddrmsg *body = NLMSG_DATA(&request->head);
		int result;

		body->ifa_index = (unsigned int)index;
		result = netlink_ask(sock, request, NULL, NULL);
		if (result < 0)
			return error_set(err, -result, "set its addresses");
	}
	return 0;
}

static int move(const struct spec_net_device *device, int ours, int theirs,
		int target, struct error *err)
{
	auto_with(addresses_clear) struct addresses addresses = {
		.index = if_nametoindex(device->name),
	};
	const char *name = device->new_name ? device->new_name : device->name;
	int index = 0;

	if (!addresses.index)
		return error_say(err, ENODEV, "there is no such interface");
	if (check_free(theirs, name, err) < 0 ||
	    note_addresses(ours, &addresses, err) < 0 ||
	    move_away(ours, addresses.index, target, name, err) < 0 ||
	    find_moved(theirs, name, &index, err) < 0 ||
	    set_addresses(theirs, index, &addresses, err) < 0)
		return -err->code;
	return bring_up(theirs, index, err);
}

int net_devices_move(const struct plan *plan, int sock, struct error *err)
{
	auto_close int ours =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	auto_close int target = ioctl(sock, SIOCGSKNS);

	if (ours < 0)
		return error_set(err, errno, "open a netlink socket");
	if (target < 0)
		return error_set(err, errno,
				 "open the container's network namespace");
	for (size_t i = 0; i < plan->net_device_count; i++)
		if (move(&plan->net_devices[i], ours, sock, target, err) < 0)
			return error_wrap(err, "netDevices: %s",
					  plan->net_devices[i].name);
	return 0;
}
