// SPDX-License-Identifier: Apache-2.0
/* Requests on the control socket once the network runs: JSON objects with a
 * member "execute", as slirp4netns' API has them, one a message. None is known
 * so far that would change the network, so each is answered with an error
 * which names it.
 */
#ifndef NET_CONTROL_H
#define NET_CONTROL_H

#include <stddef.h>

#define CONTROL_REQUEST_MAX 4096
#define CONTROL_REPLY_MAX   256

/**
 * control_reply() - The answer to one request
 * @request:	Need not be JSON
 * @reply:	Room for CONTROL_REPLY_MAX bytes; ends with NUL
 *
 * Return: length of the reply
 */
size_t control_reply(const char *request, size_t size, char *reply);

/**
 * control_on_message() - Take one request off the socket and answer it
 *
 * Return: 1; 0: the other side is gone
 */
int control_on_message(int sock);

#endif
