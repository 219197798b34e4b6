// SPDX-License-Identifier: Apache-2.0
/* Which ways the connections of a container go, as its holt-net says it
 * (holt-net(1), REQUESTS).
 */
#ifndef CONTAINER_LANES_H
#define CONTAINER_LANES_H

#include <stdbool.h>

#include "base/error.h"

struct lanes {
	char *tcp; /* "kernel", "libslirp"; owned */
	bool bypass;
	char *reason; /* why not by the kernel; owned; NULL: nothing to say */
	int code;     /* the errno that goes with it; 0: none */
};

void lanes_clear(struct lanes *lanes);

/**
 * lanes_ask() - Ask a holt-net
 * @sock:	Its control socket, when the network runs, or a connection to
 *the socket where it takes requests
 * @ret:	Zero; for lanes_clear(), also after a failure
 *
 * Return: 0, negative errno
 */
must_check int lanes_ask(int sock, struct lanes *ret, struct error *err);

#endif
