// SPDX-License-Identifier: Apache-2.0
/* Requests about the published ports of a running container, to its holt-net
 * (holt-net(1), REQUESTS).
 */
#ifndef CLI_PORT_REQUESTS_H
#define CLI_PORT_REQUESTS_H

#include <stddef.h>
#include <stdint.h>

#include "container/name.h"

/* One that is published. */
struct port_entry {
	unsigned int id; /* for port_requests_remove() */
	char *protocol;  /* "tcp", "udp"; owned */
	char *address;   /* of the host; owned */
	unsigned short host_port;
	unsigned short guest_port;
};

/* Zero is none. */
struct port_list {
	struct port_entry *entries; /* owned */
	size_t count;
};

void port_list_clear(struct port_list *list);

/**
 * port_requests_list() - What is published, by the port inside
 * @ret:	Empty; for port_list_clear(), also after a failure
 * @err:	ENOTSUP: the container has no ports of its own
 *
 * Return: 0, negative errno
 */
must_check int port_requests_list(const struct name_owner *container,
				  struct port_list *ret, struct error *err);

/* One that is wanted; the texts are borrowed. */
struct port_wish {
	const char *protocol;
	const char *address; /* PORT_MAPPING_ANY: all there are */
	uint16_t host_port;  /* 0: whichever is free */
	uint16_t guest_port;
};

/* What there is then: one port, or the same of both families. */
struct port_added {
	unsigned int id;
	unsigned int id6;         /* 0: there is none */
	unsigned short host_port; /* that was chosen */
};

/**
 * port_requests_add() - Publish a port
 * @err:	Names who has it, or tells whose it is
 *
 * Return: 0, negative errno
 */
must_check int port_requests_add(const struct name_owner *container,
				 const struct port_wish *wish,
				 struct port_added *ret, struct error *err);

/** port_requests_remove() - Return: 0, negative errno */
must_check int port_requests_remove(const struct name_owner *container,
				    unsigned int id, struct error *err);

#endif
