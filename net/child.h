// SPDX-License-Identifier: Apache-2.0
/* A helper of holt-net's: a process of its own, that ends with us and has
 * nothing of ours but one end of a socket.
 */
#ifndef NET_CHILD_H
#define NET_CHILD_H

#include "base/error.h"

/**
 * child_start() - Fork a helper
 * @run:	What it does; it ends when that returns
 * @data:	For @run, as it is now
 * @ret_sock:	Our end of a SOCK_SEQPACKET pair, whose other end @run gets
 *
 * Return: 0, negative errno
 */
must_check int child_start(void (*run)(int sock, const void *data),
			   const void *data, int *ret_sock, struct error *err);

#endif
