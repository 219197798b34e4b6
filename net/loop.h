// SPDX-License-Identifier: Apache-2.0
/* The event loop of a running network. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "net/network.h"

/**
 * loop_add_sources() - Register what all this waits for
 *
 * Return: 0, negative errno
 */
must_check int loop_add_sources(struct network *network, struct error *err);

/** loop_run() - Be the network until the container's init has ended, or we can
 * be it no more and another can
 */
void loop_run(struct network *network);

#endif
