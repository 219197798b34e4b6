// SPDX-License-Identifier: Apache-2.0
/* Configuring interfaces by rtnetlink(7), without the program ip.
 *
 * Requests are collected in a batch and sent together; the kernel handles them
 * in order and answers each. Building is pure, netlink_commit() acts.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/address.h"

#define NETLINK_REQUESTS_MAX 16
#define NETLINK_SIZE_MAX     2048

/* Zero is the empty batch. */
struct netlink_batch {
	size_t count;
	size_t size;
	struct {
		const char *what; /* borrowed; for messages: "add the route" */
		bool optional;    /* its failure is forgiven */
	} requests[NETLINK_REQUESTS_MAX];
	_Alignas(8) uint8_t data[NETLINK_SIZE_MAX];
};

/** netlink_add_up() - Set an interface up, and more if it isn't zero
 * @mtu:	Bytes, 0: as it is
 * @ether:	Its hardware address, NULL: as it is
 */
void netlink_add_up(struct netlink_batch *batch, unsigned int interface,
		    uint32_t mtu, const uint8_t *ether);

/** netlink_add_address() - Give an interface an address, usable at once */
void netlink_add_address(struct netlink_batch *batch, unsigned int interface,
			 const struct address *address, uint8_t prefix);

/** netlink_add_default_route() - Send everything else to @gateway */
void netlink_add_default_route(struct netlink_batch *batch,
			       unsigned int interface,
			       const struct address *gateway);

/** netlink_add_neighbour() - Say for good who @address is on the link */
void netlink_add_neighbour(struct netlink_batch *batch, unsigned int interface,
			   const struct address *address, const uint8_t *ether);

/** netlink_forgive() - Make the requests from @first on optional */
void netlink_forgive(struct netlink_batch *batch, size_t first);

/**
 * netlink_commit() - Do all that is in the batch, in this network namespace
 * @err:	Says which request failed
 *
 * Return: 0, negative errno of the first request that isn't optional
 */
must_check int netlink_commit(const struct netlink_batch *batch,
			      struct error *err);

#endif
