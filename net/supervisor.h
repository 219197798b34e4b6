// SPDX-License-Identifier: Apache-2.0
/* Answers the container's calls of connect(2), bind(2) and listen(2), of which
 * its seccomp filter notifies us (seccomp_unotify(2)).
 *
 * A connection to outside is made here: a new socket of the host's network
 * connects to a copy of the address that nobody can change any more, and then
 * takes the place of the container's, under the same number. On a socket of the
 * host's nothing else is ever done: it can't be bound, can't listen, and
 * connects to nobody else.
 *
 * Between our look at a descriptor and what the kernel does when we let a call
 * go on, another thread can put another socket under that number. So connect(2)
 * of all IP sockets and listen(2) of all sockets are done here, on just the one
 * that was looked at. Let go on is only what needs the caller itself:
 * connect(2) of others, to find a path and to tell who it is, and bind(2), for
 * the right to low ports. For who is quick enough to put a socket of the host's
 * there, that is bound to the interface by which its peer is reached, and only
 * the host's root can change that: it may then connect to others there, but
 * never to the host's loopback, and may have a port that it can't listen on.
 *
 * Nobody waits for anybody: a connection that takes its time is waited for in
 * the loop. Signals wait until the connection stands, or a moment: then the
 * call is interrupted as it would be otherwise, and the connection goes on.
 */
#ifndef NET_SUPERVISOR_H
#define NET_SUPERVISOR_H

#include "net/connect.h"

struct supervisor {
	struct connect_rules rules;
	int listener;   /* of the filter */
	int owner;      /* socket; when it is closed, we end */
	uint64_t netns; /* SO_NETNS_COOKIE of the host's sockets */
	/* Where the calls are written down for notice_abandon(): the last one,
	 * and those that wait, of which there are WAITINGS_MAX; NULL: nowhere.
	 */
	uint64_t *calls;
};

/**
 * supervisor_run() - Answer until the container or the network has ended
 *
 * With the rights of confine_supervisor().
 */
void supervisor_run(const struct supervisor *supervisor);

#endif
