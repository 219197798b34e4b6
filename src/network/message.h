// SPDX-License-Identifier: Apache-2.0
/* Requests to the holder of a network and its answers: JSON, and descriptors
 * beside it, once each way over a connection.
 */
#ifndef NETWORK_MESSAGE_H
#define NETWORK_MESSAGE_H

#include "base/json.h"

struct json_object;

/**
 * message_send() - Send a message and end
 * @fd:		Descriptor to go with it, -1: none
 *
 * Return: 0, negative errno
 */
must_check int message_send(int sock, struct json_object *message, int fd);

/**
 * message_receive() - Receive one
 * @ret:	For auto_json; untouched on failure
 * @ret_fd:	Owned by the caller; -1: none came
 * @err:	ECONNRESET: the other side ended without a word
 *
 * Return: 0, negative errno
 */
must_check int message_receive(int sock, struct json_object **ret, int *ret_fd,
			       struct error *err);

#endif
