// SPDX-License-Identifier: Apache-2.0
/* Where a network namespace sends to. */
#ifndef NET_ROUTE_H
#define NET_ROUTE_H

#include "net/address.h"

enum { ROUTE_LOOPBACK = 1 }; /* the number of lo, in each namespace */

/** route_open() - A socket that asks this namespace. Return: it, -1 with errno
 */
int route_open(void);

/**
 * route_find() - By which interface is this address reached?
 * @sock:	Of route_open(), which decides about the namespace
 *
 * Of an address of this machine, that is its loopback, whatever interface has
 * it. Return: its number; 0: it can't be reached
 */
unsigned int route_find(int sock, const struct address *to);

/**
 * route_owner() - Which interface has this address of this machine?
 *
 * Return: its number, 0
 */
unsigned int route_owner(int sock, const struct address *of);

#endif
