// SPDX-License-Identifier: Apache-2.0
/* The command line of holt-net. */
#ifndef NET_OPTIONS_H
#define NET_OPTIONS_H

#include "command/option.h"
#include "net/keep.h"
#include "net/mtu.h"
#include "net/publish.h"
#include "net/servers.h"
#include "net/wire.h"

struct options {
	int control_fd; /* -1: none was given */
	int keep_fd;    /* the same */
	bool is_again;  /* in the place of one that has died */
	uint32_t mtu;   /* bytes */
	bool host_loopback;
	bool no_ipv6;
	bool bypass; /* sockets of the host in the container (bypass.h) */
	struct servers dns;         /* none: the host's */
	struct list allow, deny;    /* rules, see rule.h */
	const char *log;            /* path, borrowed; NULL: none */
	const char *api_socket;     /* path, borrowed; NULL: none */
	struct publish_port *ports; /* owned */
	size_t port_count;
	struct list names;         /* paths; of list_clear() */
	bool internal;             /* no way out */
	struct keep *keep;         /* of keep_fd; NULL: none */
	struct wire_settings wire; /* with an interface: be that and end */
};

/** options_command - What there is, for options_parse() and help_command() */
extern const struct command options_command;

/** options_finish() - What follows from all that were given */
void options_finish(struct options *options);

/** options_none() - As if nothing had been given */
struct options options_none(void);

/* For other command lines with the same things. */
option_parse_fn options_parse_mtu; /* uint32_t */

#endif
