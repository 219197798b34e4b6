// SPDX-License-Identifier: Apache-2.0
/* What -p and holt port take: which ports of the host lead to which inside. */
#ifndef CLI_PORT_MAPPING_H
#define CLI_PORT_MAPPING_H

#include <stdint.h>

#include "base/error.h"

#define PORT_MAPPING_ANY "*" /* address: all there are */

struct port_range {
	uint16_t first; /* 0: whichever is free */
	uint16_t last;
};

/* What a word says; the texts are parts of it. */
struct port_mapping {
	const char *address;
	const char *protocol;   /* "tcp", "udp" */
	struct port_range host; /* as many as .guest, or none */
	struct port_range guest;
};

/** port_range_size() - How many ports it has */
static inline uint32_t port_range_size(const struct port_range *range)
{
	return (uint32_t)range->last - range->first + 1;
}

/**
 * port_mapping_read() - Take [[ADDRESS:][HOST]:]CONTAINER[/PROTOCOL] apart
 * @word:	For messages
 * @text:	A copy of it, in which the texts are
 *
 * Return: 0, -EINVAL
 */
must_check int port_mapping_read(const char *word, char *text,
				 struct port_mapping *ret, struct error *err);

#endif
