// SPDX-License-Identifier: Apache-2.0
/* Published ports of a running network, whoever serves them: the lane, or
 * libslirp where there is none.
 */
#ifndef NET_PORTS_H
#define NET_PORTS_H

#include "net/network.h"

/**
 * ports_open() - Listen on all that were asked for
 * @list:	@count of them
 */
must_check int ports_open(struct network *network,
			  const struct publish_port *list, size_t count,
			  struct error *err);

/**
 * ports_open_again() - Listen on those that there were when our like has died
 * @ret_lost:	Says which others have taken meanwhile; zero: none
 */
void ports_open_again(struct network *network, struct error *ret_lost);

/** ports_start() - Take what comes to all that are open */
must_check int ports_start(struct network *network, struct error *err);

/**
 * ports_add() - Open one more, and take what comes
 *
 * Return: its number, negative errno
 */
must_check int ports_add(struct network *network,
			 const struct publish_port *port, struct error *err);

/** ports_remove() - Close the port @number */
void ports_remove(struct network *network, size_t number);

#endif
