// SPDX-License-Identifier: Apache-2.0
/* The names under which addresses are looked up (RFC 1035 §3.5, RFC 3596
 * §2.5). Pure.
 */
#ifndef NET_REVERSE_H
#define NET_REVERSE_H

#include "net/address.h"

/**
 * reverse_parse() - "2.0.89.10.in-addr.arpa", or 32 digits and "ip6.arpa"
 * @name:	In lower case, without a dot at the end
 * @ret:	Untouched on failure
 *
 * Return: 0; -EINVAL: it is no such name, or not of one whole address
 */
must_check int reverse_parse(const char *name, struct address *ret);

#endif
