// SPDX-License-Identifier: Apache-2.0
/* Address ranges of networks, and the addresses in them by number: 10.89.0.0/24
 * number 2 is 10.89.0.2. Pure.
 */
#ifndef NETWORK_SUBNET_H
#define NETWORK_SUBNET_H

#include <stdint.h>

#include "base/error.h"

#define SUBNET_TEXT_MAX   64
#define SUBNET_NUMBER_MAX 65534

/* Zero (family AF_UNSPEC) is none. */
struct subnet {
	int family;
	uint8_t bytes[16]; /* network order, the first 4 for IPv4 */
	uint8_t prefix;    /* bits */
};

/**
 * subnet_parse() - "10.89.0.0/24", "fd12::/64"
 * @ret:	Bits behind the prefix are cleared; untouched on failure
 *
 * Return: 0, -EINVAL
 */
must_check int subnet_parse(const char *text, struct subnet *ret);

/** subnet_format() - The other way round; @text: SUBNET_TEXT_MAX bytes */
void subnet_format(const struct subnet *subnet, char *text);

/** subnet_overlaps() - Have they an address in common? */
bool subnet_overlaps(const struct subnet *a, const struct subnet *b);

/** subnet_last() - The highest number that a container may have */
uint32_t subnet_last(const struct subnet *subnet);

/** subnet_address() - Address of that number; @text: SUBNET_TEXT_MAX bytes */
void subnet_address(const struct subnet *subnet, uint32_t number, char *text);

/**
 * subnet_number() - Which number an address has
 *
 * Return: 1 to subnet_last(); 0: it can't be a container's there
 */
uint32_t subnet_number(const struct subnet *subnet, const char *address);

#endif
