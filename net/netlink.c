// SPDX-License-Identifier: Apache-2.0
#include "net/netlink.h"

#include <assert.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Begin a request with its fixed part. The kernel finds the length in the
 * header, which grows with each attribute.
 */
static struct nlmsghdr *begin(struct netlink_batch *batch, const char *what,
			      uint16_t type, const void *body, size_t body_size)
{
	struct nlmsghdr *head = (void *)(batch->data + batch->size);
	size_t size = NLMSG_SPACE(body_size);

	assert(batch->count < NETLINK_REQUESTS_MAX);
	assert(batch->size + size <= NETLINK_SIZE_MAX);
	memset(head, 0, size);
	head->nlmsg_len = (uint32_t)size;
	head->nlmsg_type = type;
	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (type != RTM_NEWLINK)
		head->nlmsg_flags |= NLM_F_CREATE | NLM_F_REPLACE;
	head->nlmsg_seq = (uint32_t)batch->count;
	memcpy(NLMSG_DATA(head), body, body_size);
	batch->requests[batch->count].what = what;
	batch->requests[batch->count].optional = false;
	batch->count++;
	batch->size += size;
	return head;
}

static void attribute(struct netlink_batch *batch, struct nlmsghdr *head,
		      uint16_t type, const void *data, size_t size)
{
	struct rtattr *at = (void *)(batch->data + batch->size);

	assert(batch->size + RTA_SPACE(size) <= NETLINK_SIZE_MAX);
	memset(at, 0, RTA_SPACE(size));
	at->rta_type = type;
	at->rta_len = (uint16_t)RTA_LENGTH(size);
	memcpy(RTA_DATA(at), data, size);
	head->nlmsg_len += (uint32_t)RTA_SPACE(size);
	batch->size += RTA_SPACE(size);
}

void netlink_add_up(struct netlink_batch *batch, unsigned int interface,
		    uint32_t mtu, const uint8_t *ether)
{
	struct ifinfomsg body = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)interface,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nlmsghdr *head = begin(batch, "set the interface up",
				      RTM_NEWLINK, &body, sizeof(body));

	if (mtu)
		attribute(batch, head, IFLA_MTU, &mtu, sizeof(mtu));
	if (ether)
		attribute(batch, head, IFLA_ADDRESS, ether, ETHER_SIZE);
}

void netlink_add_address(struct netlink_batch *batch, unsigned int interface,
			 const struct address *address, uint8_t prefix)
{
	struct ifaddrmsg body = {
		.ifa_family = (uint8_t)address->family,
		.ifa_prefixlen = prefix,
		.ifa_index = interface,
	};
	uint8_t size = address_bytes(address->family);
	struct nlmsghdr *head;

	/* We are alone on the link: no waiting for duplicates to be found. */
	if (address->family == AF_INET6)
		body.ifa_flags = IFA_F_NODAD | IFA_F_PERMANENT;
	head = begin(batch, "add the address", RTM_NEWADDR, &body,
		     sizeof(body));
	attribute(batch, head, IFA_LOCAL, address->bytes, size);
	attribute(batch, head, IFA_ADDRESS, address->bytes, size);
}

void netlink_add_default_route(struct netlink_batch *batch,
			       unsigned int interface,
			       const struct address *gateway)
{
	struct rtmsg body = {
		.rtm_family = (uint8_t)gateway->family,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};
	struct nlmsghdr *head = begin(batch, "add the default route",
				      RTM_NEWROUTE, &body, sizeof(body));

	attribute(batch, head, RTA_OIF, &interface, sizeof(interface));
	attribute(batch, head, RTA_GATEWAY, gateway->bytes,
		  address_bytes(gateway->family));
}

void netlink_add_neighbour(struct netlink_batch *batch, unsigned int interface,
			   const struct address *address, const uint8_t *ether)
{
	struct ndmsg body = {
		.ndm_family = (uint8_t)address->family,
		.ndm_ifindex = (int)interface,
		.ndm_state = NUD_PERMANENT,
	};
	struct nlmsghdr *head = begin(batch, "add the neighbour", RTM_NEWNEIGH,
				      &body, sizeof(body));

	attribute(batch, head, NDA_DST, address->bytes,
		  address_bytes(address->family));
	attribute(batch, head, NDA_LLADDR, ether, ETHER_SIZE);
}

void netlink_forgive(struct netlink_batch *batch, size_t first)
{
	for (size_t i = first; i < batch->count; i++)
		batch->requests[i].optional = true;
}

/* Judge the answers in one datagram. Return: how many there were, negative
 * errno of the first that matters
 */
static int judge(const struct netlink_batch *batch, void *data, size_t size,
		 struct error *err)
{
	int answers = 0;

	for (struct nlmsghdr *head = data; NLMSG_OK(head, size);
	     head = NLMSG_NEXT(head, size)) {
		const struct nlmsgerr *answer = NLMSG_DATA(head);

		if (head->nlmsg_type != NLMSG_ERROR ||
		    head->nlmsg_seq >= batch->count)
			continue;
		answers++;
		if (answer->error && !batch->requests[head->nlmsg_seq].optional)
			return error_set(err, -answer->error, "%s",
					 batch->requests[head->nlmsg_seq].what);
	}
	return answers;
}

int netlink_commit(const struct netlink_batch *batch, struct error *err)
{
	auto_close int sock =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	_Alignas(8) uint8_t answer[8192];
	size_t left = batch->count;

	if (sock < 0)
		return error_set(err, errno, "open a netlink socket");
	if (send(sock, batch->data, batch->size, 0) < 0)
		return error_set(err, errno, "send to the kernel's netlink");
	while (left > 0) {
		ssize_t size = recv(sock, answer, sizeof(answer), 0);

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return error_set(err, size < 0 ? errno : EIO,
					 "receive from the kernel's netlink");

		int answers = judge(batch, answer, (size_t)size, err);

		if (answers < 0)
			return answers;
		left -= (size_t)answers < left ? (size_t)answers : left;
	}
	return 0;
}
