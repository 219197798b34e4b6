// SPDX-License-Identifier: Apache-2.0
/* The command line of holt-net. */
#ifndef NET_OPTIONS_H
#define NET_OPTIONS_H

#include "net/publish.h"
#include "net/servers.h"

#define MTU_MIN     1280 /* IPv6 needs it; below, stacks have overflowed */
#define MTU_MAX     65520
#define MTU_DEFAULT 21885 /* three full segments fill libslirp's window */

struct options {
	int control_fd;
	uint32_t mtu; /* bytes */
	bool host_loopback;
	bool no_ipv6;
	bool help;
	struct servers dns;         /* none: the host's */
	const char *api_socket;     /* path, borrowed; NULL: none */
	struct publish_port *ports; /* owned */
	size_t port_count;
};

/**
 * options_parse() - Read the arguments
 * @argv:	Ends with NULL; the first is the program's name
 * @ret:	Untouched on failure
 * @err:	Names the argument
 *
 * Return: 0, negative errno
 */
must_check int options_parse(char *const *argv, struct options *ret,
			     struct error *err);

/** options_help() - The text of --help */
const char *options_help(void);

#endif
