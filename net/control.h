// SPDX-License-Identifier: Apache-2.0
/* Requests of the launcher's, on the control socket once the network runs: as
 * api.h has them, one a message.
 */
#ifndef NET_CONTROL_H
#define NET_CONTROL_H

#include "net/network.h"

#define CONTROL_REQUEST_MAX 4096

/**
 * control_on_message() - Take one request off the socket and answer it
 *
 * Return: 1; 0: the other side is gone
 */
int control_on_message(struct network *network);

#endif
