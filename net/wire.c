// SPDX-License-Identifier: Apache-2.0
#include "net/wire.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/rtnl.h"
#include "net/sysctl.h"

#define BRIDGE_NAME "br0"

/* Where we have to be to have rights over @netns. */
must_check static int enter_owner(int netns, struct error *err)
{
	auto_close int owner = ioctl(netns, NS_GET_USERNS);
	struct stat theirs, ours;

	if (owner < 0)
		return error_set(err, errno,
				 "find the network's user namespace");
	if (fstat(owner, &theirs) < 0 || stat("/proc/self/ns/user", &ours) < 0)
		return error_set(err, errno, "look at user namespaces");
	if (theirs.st_ino != ours.st_ino && setns(owner, CLONE_NEWUSER) < 0)
		return error_set(err, errno,
				 "enter the network's user namespace");
	return 0;
}

/* The bridge may be there: another container's, of this very moment even. */
must_check static int make_bridge(struct error *err)
{
	struct netlink_batch batch = { 0 };

	sysctl_of_bridge();
	rtnl_add_bridge(&batch, BRIDGE_NAME);
	netlink_forgive(&batch, 0);
	if (netlink_commit(&batch, NETLINK_ROUTE, err) < 0)
		return -err->code;
	if (!if_nametoindex(BRIDGE_NAME))
		return error_set(err, errno, "make the bridge " BRIDGE_NAME);
	return 0;
}

must_check static int plug_in(const struct wire_settings *settings,
			      int container, struct error *err)
{
	struct netlink_batch batch = { 0 };
	const struct rtnl_end theirs = { settings->interface, settings->ether,
					 settings->mtu };
	unsigned int bridge = if_nametoindex(BRIDGE_NAME);

	rtnl_add_up(&batch, bridge, 0);
	rtnl_add_bridge_port(&batch, bridge, &theirs, container);
	return netlink_commit(&batch, NETLINK_ROUTE, err);
}

/* In the container's namespace. */
must_check static int configure(const struct wire_settings *settings,
				struct error *err)
{
	struct netlink_batch batch = { 0 };
	unsigned int index = if_nametoindex(settings->interface);
	bool has_v6 = false;

	for (size_t i = 0; i < settings->address_count; i++)
		has_v6 |= settings->addresses[i].address.family == AF_INET6;
	sysctl_of_interface(settings->interface, has_v6);
	rtnl_add_up(&batch, index, 0);
	for (size_t i = 0; i < settings->address_count; i++)
		rtnl_add_address(&batch, index, &settings->addresses[i].address,
				 settings->addresses[i].prefix);
	return netlink_commit(&batch, NETLINK_ROUTE, err);
}

/* With one end the other goes too. */
must_check static int unplug(const struct wire_settings *settings,
			     struct error *err)
{
	struct netlink_batch batch = { 0 };
	unsigned int index = if_nametoindex(settings->interface);

	if (!index)
		return error_set(err, errno, "find the interface %s",
				 settings->interface);
	rtnl_add_deletion(&batch, index);
	return netlink_commit(&batch, NETLINK_ROUTE, err);
}

must_check static int enter(int netns, const char *whose, struct error *err)
{
	if (setns(netns, CLONE_NEWNET) < 0)
		return error_set(err, errno, "enter the %s network namespace",
				 whose);
	return 0;
}

int wire_make(const struct wire_settings *settings, int network, int container,
	      struct error *err)
{
	if (enter_owner(network, err) < 0)
		return -err->code;
	if (settings->is_removal)
		return enter(container, "container's", err) < 0
			       ? -err->code
			       : unplug(settings, err);
	if (enter(network, "shared", err) < 0 || make_bridge(err) < 0 ||
	    plug_in(settings, container, err) < 0 ||
	    enter(container, "container's", err) < 0)
		return -err->code;
	return configure(settings, err) < 0
		       ? error_wrap(err, "configure %s", settings->interface)
		       : 0;
}
