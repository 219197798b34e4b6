// SPDX-License-Identifier: Apache-2.0
/* The nameservers that queries are forwarded to, and how they are read from
 * the text of resolv.conf(5).
 */
#ifndef NET_SERVERS_H
#define NET_SERVERS_H

#include <stddef.h>

#include "net/address.h"

#define SERVERS_MAX 3 /* as many as the C library uses */

/* Zero is: none. */
struct servers {
	size_t count;
	struct address list[SERVERS_MAX];
};

/**
 * servers_add() - Append one
 *
 * Return: 0, -ENOSPC: SERVERS_MAX are there already
 */
must_check int servers_add(struct servers *servers,
			   const struct address *address);

/** servers_equal() - The same ones in the same order? */
bool servers_equal(const struct servers *a, const struct servers *b);

/**
 * servers_parse() - The nameservers of a resolv.conf
 * @text:	Its content. As in the C library, what isn't understood is
 *		passed over, and so are servers after the third.
 */
struct servers servers_parse(const char *text);

#endif
