// SPDX-License-Identifier: Apache-2.0
#include "net/tap.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "net/child.h"
#include "net/netlink.h"
#include "net/sysctl.h"

#define TUN_PATH "/dev/net/tun"

enum { LOOPBACK_INDEX = 1, NAMESPACE_COUNT = 2 };

must_check static int enter(int userns, int netns, struct error *err)
{
	if (setns(userns, CLONE_NEWUSER) < 0)
		return error_set(err, errno,
				 "enter the container's user namespace");
	if (setns(netns, CLONE_NEWNET) < 0)
		return error_set(err, errno,
				 "enter the container's network namespace");
	/* To be the container's root makes /proc/sys/net ours. Where that id
	 * isn't mapped the capabilities do.
	 */
	(void)!setresgid(0, 0, 0);
	(void)!setresuid(0, 0, 0);
	return 0;
}

must_check static int tun_error(int code, struct error *err)
{
	if (code == ENOENT || code == ENODEV || code == ENXIO)
		return error_say(
			err, code,
			"%s: there is no such device; the administrator can make it with `modprobe tun`",
			TUN_PATH);
	if (code == EACCES || code == EPERM)
		return error_say(
			err, code,
			"%s: permission denied; the administrator can allow it with `chmod 0666 %s`",
			TUN_PATH, TUN_PATH);
	return error_set(err, code, "open %s", TUN_PATH);
}

/* Return: descriptor, negative errno */
must_check static int make_tap(unsigned int *ret_index, struct error *err)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	auto_close int tap = open(TUN_PATH, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (tap < 0)
		return tun_error(errno, err);
	memcpy(request.ifr_name, TAP_NAME, sizeof(TAP_NAME));
	if (ioctl(tap, TUNSETIFF, &request) < 0)
		return error_set(err, errno, "make the interface " TAP_NAME);
	/* Otherwise our end would wait tens of milliseconds for the kernel to
	 * take the interface down: this way it goes with its namespace.
	 */
	if (ioctl(tap, TUNSETPERSIST, 1) < 0)
		return error_set(err, errno, "keep the interface " TAP_NAME);

	auto_close int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock < 0 || ioctl(sock, SIOCGIFINDEX, &request) < 0)
		return error_set(err, errno, "find the interface " TAP_NAME);
	*ret_index = (unsigned int)request.ifr_ifindex;
	return steal_fd(&tap);
}

static void add_family(struct netlink_batch *batch, unsigned int index,
		       int family)
{
	const uint8_t *ether =
		family == AF_INET ? ether_gateway : ether_gateway_v6;

	netlink_add_address(batch, index, address_of(LINK_GUEST, family),
			    family == AF_INET ? ADDRESS_V4_PREFIX
					      : ADDRESS_V6_PREFIX);
	/* Known neighbours: the first packet needn't wait for a resolution. */
	netlink_add_neighbour(batch, index, address_of(LINK_GATEWAY, family),
			      ether);
	netlink_add_neighbour(batch, index, address_of(LINK_NAMESERVER, family),
			      ether);
	netlink_add_default_route(batch, index,
				  address_of(LINK_GATEWAY, family));
}

must_check static int configure(const struct tap_settings *settings,
				unsigned int index, struct error *err)
{
	struct netlink_batch batch = { 0 };

	sysctl_apply(settings->ipv6);
	netlink_add_up(&batch, LOOPBACK_INDEX, 0, NULL);
	netlink_add_up(&batch, index, settings->mtu, ether_guest);
	add_family(&batch, index, AF_INET);

	size_t v4_count = batch.count;

	if (settings->ipv6)
		add_family(&batch, index, AF_INET6);
	/* The kernel may run without IPv6. */
	netlink_forgive(&batch, v4_count);
	if (netlink_commit(&batch, err) < 0)
		return error_wrap(err, "configure " TAP_NAME);
	return 0;
}

/* Return: descriptor of the tap, negative errno */
must_check static int serve(const struct tap_settings *settings,
			    const int *namespaces, struct error *err)
{
	unsigned int index = 0;

	if (enter(namespaces[0], namespaces[1], err) < 0)
		return -err->code;

	auto_close int tap = make_tap(&index, err);

	if (tap < 0 || configure(settings, index, err) < 0)
		return -err->code;
	return steal_fd(&tap);
}

static void helper(int sock, const void *settings)
{
	int namespaces[NAMESPACE_COUNT] = { -1, -1 };
	struct error err = { 0 };
	char byte;
	int tap;

	/* Processes of the container must not look into this one. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (fd_receive(sock, &byte, sizeof(byte), namespaces,
		       NAMESPACE_COUNT) <= 0)
		return;
	tap = serve(settings, namespaces, &err);
	(void)!fd_send(sock, &err, sizeof(err), &tap, tap >= 0 ? 1 : 0);
}

int tap_start(const struct tap_settings *settings, int *ret_sock,
	      struct error *err)
{
	return child_start(helper, settings, ret_sock, err);
}

int tap_request(int sock, int userns, int netns, struct error *err)
{
	const int namespaces[] = { userns, netns };
	struct error answer = { 0 };
	int tap = -1, result;

	result = fd_send(sock, "n", 1, namespaces, NAMESPACE_COUNT);
	if (result < 0)
		return error_set(err, -result, "ask for the interface");

	ssize_t size = fd_receive(sock, &answer, sizeof(answer), &tap, 1);

	if (size == sizeof(answer) && answer.code) {
		*err = answer;
		return -err->code;
	}
	if (size != sizeof(answer) || tap < 0)
		return error_say(err, EIO,
				 "the helper that makes " TAP_NAME " died");
	return tap;
}

void tap_write(int tap, const uint8_t *frame, size_t size)
{
	/* Whatever the reason, the sender will send again or not. */
	(void)!write(tap, frame, size);
}
