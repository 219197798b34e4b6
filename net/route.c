// SPDX-License-Identifier: Apache-2.0
#include "net/route.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

struct request {
	struct nlmsghdr head;
	struct rtmsg route;
	struct rtattr to;
	uint8_t bytes[ADDRESS_SIZE];
};

int route_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		      NETLINK_ROUTE);
}

/* The interface in the kernel's answer, if that is a way to somebody. */
static unsigned int read_interface(const struct nlmsghdr *head)
{
	const struct rtmsg *route = NLMSG_DATA(head);
	size_t left = RTM_PAYLOAD(head);
	unsigned int interface = 0;

	if (head->nlmsg_type != RTM_NEWROUTE ||
	    (route->rtm_type != RTN_UNICAST && route->rtm_type != RTN_LOCAL))
		return 0;
	for (const struct rtattr *at = RTM_RTA(route); RTA_OK(at, left);
	     at = RTA_NEXT(at, left))
		if (at->rta_type == RTA_OIF)
			memcpy(&interface, RTA_DATA(at), sizeof(interface));
	return interface;
}

static unsigned int ask(int sock, const struct address *to, unsigned int flags)
{
	uint8_t size = address_bytes(to->family);
	struct request request = {
		.head = { .nlmsg_len = offsetof(struct request, bytes) + size,
			  .nlmsg_type = RTM_GETROUTE,
			  .nlmsg_flags = NLM_F_REQUEST },
		.route = { .rtm_family = (uint8_t)to->family,
			   .rtm_dst_len = (uint8_t)(size * 8),
			   .rtm_flags = flags },
		.to = { .rta_len = (uint16_t)RTA_LENGTH(size),
			.rta_type = RTA_DST },
	};
	_Alignas(NLMSG_ALIGNTO) uint8_t answer[4096];
	const struct nlmsghdr *head = (const void *)answer;

	memcpy(request.bytes, to->bytes, size);
	if (send(sock, &request, request.head.nlmsg_len, 0) < 0)
		return 0;

	/* It is there already: the kernel answers while we send. */
	ssize_t got = recv(sock, answer, sizeof(answer), 0);

	return got > 0 && NLMSG_OK(head, (size_t)got) ? read_interface(head)
						      : 0;
}

unsigned int route_find(int sock, const struct address *to)
{
	return ask(sock, to, 0);
}

unsigned int route_owner(int sock, const struct address *of)
{
	return ask(sock, of, RTM_F_FIB_MATCH);
}
