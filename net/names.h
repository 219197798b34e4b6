// SPDX-License-Identifier: Apache-2.0
/* Names of containers on the networks that this one shares, as whoever holds
 * those networks writes them down: lines of an address and a name.
 */
#ifndef NET_NAMES_H
#define NET_NAMES_H

#include <stddef.h>

#include "net/address.h"
#include "net/dnsmsg.h"

#define NAMES_FILES_MAX  32
#define NAMES_MAX        4096      /* lines in all; more are passed over */
#define NAMES_OF_ONE_MAX 16        /* addresses in an answer */
#define NAMES_SIZE_MAX   (1 << 18) /* bytes of a file */

struct names_entry {
	uint8_t file;
	struct address address;
	char name[DNS_NAME_MAX + 1]; /* lower case */
};

/* Zero is none. */
struct names {
	size_t count;
	struct names_entry entries[NAMES_MAX];
};

/**
 * names_replace() - What file number @file says now
 * @text:	Lines that make no sense are passed over
 */
void names_replace(struct names *names, uint8_t file, const char *text);

/**
 * names_find() - The addresses of a name
 * @name:	In lower case
 * @family:	AF_INET, AF_INET6
 * @ret:	Room for NAMES_OF_ONE_MAX
 * @ret_count:	How many there are, of that family
 *
 * Return: is there such a name, in any family?
 */
bool names_find(const struct names *names, const char *name, int family,
		const struct address **ret, size_t *ret_count);

/**
 * names_find_address() - The first name of an address
 *
 * Return: in lower case, as long as @names is; NULL: it has none
 */
const char *names_find_address(const struct names *names,
			       const struct address *address);

#endif
