// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "net/nft.h"
#include "net/rtnl.h"

/* Find an attribute behind a fixed part of @body bytes. */
static const struct rtattr *find(const struct nlmsghdr *head, size_t body,
				 unsigned short type)
{
	const struct rtattr *at =
		(const void *)((const uint8_t *)head + NLMSG_SPACE(body));
	size_t left = head->nlmsg_len - NLMSG_SPACE(body);

	for (; RTA_OK(at, left); at = RTA_NEXT(at, left))
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
	return NULL;
}

static const struct nlmsghdr *first(const struct netlink_batch *batch)
{
	return (const void *)batch->data;
}

Test(netlink, a_route_carries_what_tcp_is_to_do)
{
	struct netlink_batch batch = { 0 };
	const struct rtattr *metrics, *at;
	size_t left, count = 0;
	uint32_t values[RTAX_MAX + 1] = { 0 };

	rtnl_add_route(&batch, &(struct rtnl_route){ .family = AF_INET,
						     .interface = 7,
						     .quickack = true,
						     .advmss = 32767 });
	metrics = find(first(&batch), sizeof(struct rtmsg), RTA_METRICS);
	cr_assert_not_null(metrics);
	left = RTA_PAYLOAD(metrics);
	for (at = RTA_DATA(metrics); RTA_OK(at, left);
	     at = RTA_NEXT(at, left), count++)
		memcpy(&values[at->rta_type], RTA_DATA(at), 4);
	cr_assert_eq(count, 2);
	cr_assert_eq(values[RTAX_QUICKACK], 1);
	cr_assert_eq(values[RTAX_ADVMSS], 32767);
}

Test(netlink, up_carries_the_mtu)
{
	struct netlink_batch batch = { 0 };
	const struct rtattr *at;
	uint32_t mtu;

	rtnl_add_up(&batch, 7, 1500);
	cr_assert_eq(first(&batch)->nlmsg_type, RTM_NEWLINK);
	cr_assert_eq(first(&batch)->nlmsg_len, batch.size);
	at = find(first(&batch), sizeof(struct ifinfomsg), IFLA_MTU);
	cr_assert_not_null(at);
	memcpy(&mtu, RTA_DATA(at), sizeof(mtu));
	cr_assert_eq(mtu, 1500);
}

Test(netlink, up_alone_has_no_attributes)
{
	struct netlink_batch batch = { 0 };

	rtnl_add_up(&batch, 1, 0);
	cr_assert_eq(batch.size, NLMSG_SPACE(sizeof(struct ifinfomsg)));
}

Test(netlink, an_ipv6_address_does_not_wait_for_duplicates)
{
	struct netlink_batch batch = { 0 };
	const struct ifaddrmsg *body;

	rtnl_add_address(&batch, 2, address_of(LINK_GUEST, AF_INET6), 64);
	body = NLMSG_DATA(first(&batch));
	cr_assert(body->ifa_flags & IFA_F_NODAD);
	cr_assert_eq(body->ifa_prefixlen, 64);
	cr_assert_eq(RTA_PAYLOAD(find(first(&batch), sizeof(*body), IFA_LOCAL)),
		     16);
}

Test(netlink, messages_follow_each_other)
{
	struct netlink_batch batch = { 0 };
	const struct nlmsghdr *at;
	size_t left;
	unsigned int count = 0;

	rtnl_add_up(&batch, 2, 1280);
	rtnl_add_address(&batch, 2, address_of(LINK_GUEST, AF_INET), 24);
	rtnl_add_neighbour(&batch, 2, address_of(LINK_GATEWAY, AF_INET),
			   ether_gateway);
	rtnl_add_route(&batch,
		       &(struct rtnl_route){
			       .family = AF_INET,
			       .interface = 2,
			       .gateway = address_of(LINK_GATEWAY, AF_INET),
		       });
	left = batch.size;
	for (at = first(&batch); NLMSG_OK(at, left);
	     at = NLMSG_NEXT(at, left)) {
		cr_assert_eq(at->nlmsg_seq, count);
		cr_assert(at->nlmsg_flags & NLM_F_ACK);
		count++;
	}
	cr_assert_eq(count, 4);
	cr_assert_eq(left, 0);
}

Test(netlink, forgiving_begins_where_it_is_told)
{
	struct netlink_batch batch = { 0 };

	rtnl_add_up(&batch, 1, 0);
	rtnl_add_up(&batch, 2, 0);
	netlink_forgive(&batch, 1);
	cr_assert_not(batch.requests[0].optional);
	cr_assert(batch.requests[1].optional);
}

Test(netlink, the_kernels_refusal_names_the_request)
{
	struct netlink_batch batch = { 0 };
	struct error err = { 0 };

	/* No such interface, whoever asks. */
	rtnl_add_address(&batch, 999999, address_of(LINK_GUEST, AF_INET), 24);
	cr_assert_lt(netlink_commit(&batch, NETLINK_ROUTE, &err), 0);
	cr_assert_str_eq(err.text, "add the address");
	netlink_forgive(&batch, 0);
	cr_assert_eq(netlink_commit(&batch, NETLINK_ROUTE, &err), 0);
}

/* The attribute of @type in @size bytes at @at. */
static const struct nlattr *find_in(const void *at, size_t size, uint16_t type)
{
	const struct rtattr *attribute = at;

	for (; RTA_OK(attribute, size); attribute = RTA_NEXT(attribute, size))
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			return (const void *)attribute;
	return NULL;
}

static const void *inside(const struct nlattr *nest)
{
	return (const uint8_t *)nest + NLA_HDRLEN;
}

Test(netlink, a_pair_of_interfaces_says_where_its_other_end_is)
{
	struct netlink_batch batch = { 0 };
	const struct nlattr *at;
	uint32_t netns;

	rtnl_add_veth(&batch, 3,
		      &(struct rtnl_end){ "port0", ether_gateway, 1500 },
		      &(struct rtnl_end){ "tap0", ether_guest, 1500 }, 17);
	cr_assert_eq(first(&batch)->nlmsg_len, batch.size);
	at = find_in((const uint8_t *)first(&batch) +
			     NLMSG_SPACE(sizeof(struct ifinfomsg)),
		     batch.size - NLMSG_SPACE(sizeof(struct ifinfomsg)),
		     IFLA_LINKINFO);
	cr_assert_not_null(at);
	cr_assert(at->nla_type & NLA_F_NESTED);
	at = find_in(inside(at), at->nla_len - NLA_HDRLEN, IFLA_INFO_DATA);
	cr_assert_not_null(at);
	at = inside(at); /* the only one: VETH_INFO_PEER */
	at = find_in((const uint8_t *)inside(at) + sizeof(struct ifinfomsg),
		     at->nla_len - NLA_HDRLEN - sizeof(struct ifinfomsg),
		     IFLA_NET_NS_FD);
	cr_assert_not_null(at);
	memcpy(&netns, inside(at), sizeof(netns));
	cr_assert_eq(netns, 17);
}

Test(netlink, what_is_done_as_a_whole_has_ends_that_nobody_answers)
{
	struct netlink_batch batch = { 0 };
	size_t last;

	nft_add_lane(&batch, 2, 1);
	last = batch.count - 1;
	cr_assert(batch.requests[0].silent);
	cr_assert(batch.requests[last].silent);
	for (size_t i = 1; i < last; i++)
		cr_assert_not(batch.requests[i].silent);
	cr_assert_not(first(&batch)->nlmsg_flags & NLM_F_ACK);
}
