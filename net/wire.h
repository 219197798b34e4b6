// SPDX-License-Identifier: Apache-2.0
/* A container's interface to a network that several containers share.
 *
 * Such a network is a namespace of its own with nothing but a bridge, which is
 * the kernel's: data goes from container to container without us. Who makes the
 * interface needs rights over both namespaces, so this is done by a process of
 * its own that enters the user namespace above both and then ends.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "net/address.h"

#define WIRE_ADDRESSES_MAX 2 /* one a family */

/* An address and how many bits of it are the network's. */
struct wire_address {
	struct address address;
	uint8_t prefix;
};

struct wire_settings {
	const char *interface; /* name in the container; borrowed */
	uint32_t mtu;          /* bytes */
	bool is_removal;       /* take it away; what follows is of no use */
	uint8_t ether[ETHER_SIZE];
	size_t address_count;
	struct wire_address addresses[WIRE_ADDRESSES_MAX];
};

/**
 * wire_make() - Make the interface, and the bridge if there is none yet
 * @network:	The shared network namespace
 * @container:	The container's
 *
 * Leaves this process in other namespaces. Return: 0, negative errno
 */
must_check int wire_make(const struct wire_settings *settings, int network,
			 int container, struct error *err);

#endif
