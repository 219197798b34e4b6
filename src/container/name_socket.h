// SPDX-License-Identifier: Apache-2.0
/* Requests to the network of a running container (holt-net(1), REQUESTS): a
 * socket beside the file of its name (name.h), called a dot and the number of
 * that file: a name may be longer than the path of a socket.
 *
 * Who holds the name makes it and removes it. What was left by one that was
 * killed goes with the file that it left.
 */
#ifndef CONTAINER_NAME_SOCKET_H
#define CONTAINER_NAME_SOCKET_H

#include "base/error.h"

/**
 * name_socket_listen() - Make it
 * @path:	Of the file of a name
 * @file:	That file, locked
 *
 * Return: descriptor, listening and non-blocking; negative errno
 */
must_check int name_socket_listen(const char *path, int file,
				  struct error *err);

/**
 * name_socket_connect() - To who takes the requests
 *
 * Return: descriptor; -ENOENT: there are none to be taken; other negative errno
 */
must_check int name_socket_connect(const char *path, int file);

/** name_socket_remove() - If there is one */
void name_socket_remove(const char *path, int file);

#endif
