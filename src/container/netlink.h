// SPDX-License-Identifier: Apache-2.0
/* Requests to the kernel's routing netlink (rtnetlink(7)), one at a time. */
#ifndef CONTAINER_NETLINK_H
#define CONTAINER_NETLINK_H

#include <linux/rtnetlink.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/* A request that is being put together. */
struct netlink_request {
	_Alignas(NLMSG_ALIGNTO) union {
		struct nlmsghdr head;
		char bytes[512];
	};
};

/**
 * netlink_begin() - Begin a request
 * @type:	RTM_*
 * @flags:	NLM_F_*, besides NLM_F_REQUEST
 * @body:	What follows the header for that type; @size bytes
 */
void netlink_begin(struct netlink_request *request, uint16_t type,
		   uint16_t flags, const void *body, size_t size);

/** netlink_add() - Append an attribute. Return: 0, -EMSGSIZE */
must_check int netlink_add(struct netlink_request *request, uint16_t type,
			   const void *data, size_t size);

/* Called for each message of an answer. Return: 0, negative errno */
typedef int netlink_take(const struct nlmsghdr *message, void *argument);

/**
 * netlink_ask() - Send it and wait for the end of its answer
 * @request:	With NLM_F_ACK or NLM_F_DUMP, or there is no end
 * @take:	NULL: only whether it went well is of interest
 *
 * Return: 0, negative errno, also of @take
 */
must_check int netlink_ask(int sock, const struct netlink_request *request,
			   netlink_take *take, void *argument);

#endif
