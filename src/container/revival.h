// SPDX-License-Identifier: Apache-2.0
/* Starts holt-net again when it has died, so that the container loses no more
 * than its open connections. One that dies again and again is given up: then
 * the container goes on without its network.
 *
 * Nothing here waits; whoever attends the container (attend.h) does that.
 */
#ifndef CONTAINER_REVIVAL_H
#define CONTAINER_REVIVAL_H

#include <poll.h>

#include "container/network.h"

/* So many deaths within that time are too many. */
#define REVIVAL_DEATHS_MAX 5
#define REVIVAL_WITHIN_MS  10000

/* What it waits for, in the order of events. */
enum { REVIVAL_DEATH, REVIVAL_ANSWER, REVIVAL_EVENTS };

enum revival_state {
	REVIVAL_NONE,   /* holt-net runs; at first */
	REVIVAL_PAUSE,  /* it will be started at .due_ms */
	REVIVAL_STARTS, /* it has until .due_ms to say that it is ready */
	REVIVAL_BYPASS, /* the same of the bypass */
	REVIVAL_GIVEN_UP,
};

/* Zero but for what is borrowed. */
struct revival {
	const struct network_settings *settings; /* NULL: there is no network */
	struct network *network;
	const struct process *init; /* of the container */
	enum revival_state state;
	int64_t due_ms;
	size_t deaths;                        /* in all */
	int64_t times_ms[REVIVAL_DEATHS_MAX]; /* when the last ones were */
	char lost[sizeof(struct error)];      /* what won't be there again */
};

/** revival_prepare() - Say what is waited for: REVIVAL_EVENTS of them */
void revival_prepare(const struct revival *revival, struct pollfd *ret);

/** revival_timeout() - Milliseconds until revival_serve() has work; -1: none */
int revival_timeout(const struct revival *revival);

/** revival_serve() - After a wait: do what there is to be done */
void revival_serve(struct revival *revival, const struct pollfd *events);

#endif
