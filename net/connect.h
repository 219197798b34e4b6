// SPDX-License-Identifier: Apache-2.0
/* What becomes of a call of connect(2) (supervisor.h): it is diverted to a
 * socket of the host's, or carried out on the container's own.
 */
#ifndef NET_CONNECT_H
#define NET_CONNECT_H

#include "net/diversion.h"
#include "net/guest.h"
#include "net/waiting.h"

/* Who may be connected to by the host's sockets. */
struct connect_rules {
	struct egress_rules egress;
	struct guest guest;
	int route; /* of route_open(), in the host's network */
};

/**
 * connect_call() - Answer it, or have it wait
 * @matter:	With .kind and .domain
 */
void connect_call(const struct connect_rules *rules, struct waitings *waitings,
		  struct matter *matter);

#endif
