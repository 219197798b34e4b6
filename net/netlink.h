// SPDX-License-Identifier: Apache-2.0
/* Talking to the kernel's netlink(7): requests are collected in a batch and
 * sent together; the kernel handles them in order and answers each. Building is
 * pure, netlink_commit() acts. What the requests are: see rtnl.h and nft.h.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define NETLINK_REQUESTS_MAX 40
#define NETLINK_SIZE_MAX     4096

struct netlink_request {
	const char *what; /* borrowed; for messages: "add the route" */
	bool optional;    /* its failure is forgiven */
	bool silent;      /* the kernel says something only if it failed */
};

/* Zero is the empty batch. */
struct netlink_batch {
	size_t count;
	size_t size;
	size_t request; /* where the last one begins */
	struct netlink_request requests[NETLINK_REQUESTS_MAX];
	_Alignas(8) uint8_t data[NETLINK_SIZE_MAX];
};

/**
 * netlink_begin() - Append a request; attributes follow it
 * @what:	For messages; borrowed
 * @flags:	NLM_F_*, besides the ones that each has
 * @body:	The fixed part, of @size bytes
 */
void netlink_begin(struct netlink_batch *batch, const char *what, uint16_t type,
		   uint16_t flags, const void *body, size_t size);

/** netlink_put() - Append an attribute to the last request */
void netlink_put(struct netlink_batch *batch, uint16_t type, const void *data,
		 size_t size);

/** netlink_put_text() - The same of a text, with its NUL */
void netlink_put_text(struct netlink_batch *batch, uint16_t type,
		      const char *text);

/** netlink_put_u32() - The same of a number in the machine's byte order */
void netlink_put_u32(struct netlink_batch *batch, uint16_t type,
		     uint32_t value);

/** netlink_put_raw() - Bytes that no attribute is around */
void netlink_put_raw(struct netlink_batch *batch, const void *data,
		     size_t size);

/**
 * netlink_nest() - Begin an attribute that holds those up to netlink_unnest()
 *
 * Return: for netlink_unnest()
 */
size_t netlink_nest(struct netlink_batch *batch, uint16_t type);

void netlink_unnest(struct netlink_batch *batch, size_t nest);

/** netlink_hush() - The last request is answered only when it fails */
void netlink_hush(struct netlink_batch *batch);

/** netlink_forgive() - Make the requests from @first on optional */
void netlink_forgive(struct netlink_batch *batch, size_t first);

/**
 * netlink_commit() - Do all that is in the batch, in this network namespace
 * @protocol:	NETLINK_ROUTE, NETLINK_NETFILTER
 * @err:	Says which request failed
 *
 * Return: 0, negative errno of the first request that isn't optional
 */
must_check int netlink_commit(const struct netlink_batch *batch, int protocol,
			      struct error *err);

#endif
