// SPDX-License-Identifier: Apache-2.0
#include "net/orphans.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/address.h"

/* A list may lack some whose neighbours were ended while it was made. */
enum { ROUNDS = 4 };

/* Those that have a peer. Who is about to connect finds it in our place. */
static const uint32_t states = 1U << TCP_ESTABLISHED | 1U << TCP_FIN_WAIT1 |
			       1U << TCP_FIN_WAIT2 | 1U << TCP_CLOSE_WAIT |
			       1U << TCP_LAST_ACK | 1U << TCP_CLOSING;

struct request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 body;
};

static bool ask(int sock, uint16_t type, uint16_t flags,
		const struct inet_diag_req_v2 *body)
{
	const struct request request = {
		.head = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = type,
			  .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) },
		.body = *body,
	};

	return send(sock, &request, sizeof(request), MSG_NOSIGNAL) ==
	       sizeof(request);
}

static bool is_guest(int family, const void *address)
{
	const uint8_t *bytes = address;

	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(address))
		return address_is(bytes + 12, AF_INET, LINK_GUEST);
	return address_is(bytes, family, LINK_GUEST);
}

/* What it connects to at that address is itself. */
static bool is_orphan(const struct inet_diag_msg *found)
{
	return is_guest(found->idiag_family, found->id.idiag_src) &&
	       !is_guest(found->idiag_family, found->id.idiag_dst);
}

/* What the kernel says to that is of no use: some end by themselves. */
static bool end(int sock, const struct inet_diag_msg *found)
{
	const struct inet_diag_req_v2 body = {
		.sdiag_family = found->idiag_family,
		.sdiag_protocol = IPPROTO_TCP,
		.id = found->id,
	};

	return is_orphan(found) && ask(sock, SOCK_DESTROY, 0, &body);
}

/* One message with a part of the list. @count: grows by those that were ended.
 * Return: are there more?
 */
static bool end_some(int sock, const void *message, size_t size, size_t *count)
{
	const struct nlmsghdr *head = message;

	for (; NLMSG_OK(head, size); head = NLMSG_NEXT(head, size)) {
		if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		    head->nlmsg_len <
			    NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
			return false;
		*count += end(sock, NLMSG_DATA(head));
	}
	return true;
}

/* Return: how many there were */
static size_t end_all(int family)
{
	const struct inet_diag_req_v2 body = {
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = states,
	};
	auto_close int list =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	auto_close int sock =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	_Alignas(struct nlmsghdr) uint8_t message[32768];
	size_t count = 0;
	ssize_t size;

	if (list < 0 || sock < 0 ||
	    !ask(list, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &body))
		return 0;
	do {
		size = recv(list, message, sizeof(message), 0);
	} while (size > 0 && end_some(sock, message, (size_t)size, &count));
	return count;
}

void orphans_abort(void)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < ARRAY_COUNT(families); i++)
		for (int round = 0; round < ROUNDS && end_all(families[i]) > 0;
		     round++)
			continue;
}
