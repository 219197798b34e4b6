// SPDX-License-Identifier: Apache-2.0
/* Moving the data of a TCP connection to another one: a little by copying it,
 * which is the least work, and much without touching it, through a pipe, by
 * splice(2).
 */
#ifndef NET_PUMP_H
#define NET_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUMP_PIPES_KEPT 32
/* A pipe has room for as much, also where a user has too many. */
#define PUMP_COPY_MAX 8192

/* One direction. Zero is the beginning. */
struct pump_way {
	bool is_bulk; /* what comes is too much to be copied */
	bool has_pipe;
	bool is_at_end; /* there won't be more from the sender */
	int pipe[2];
	size_t held; /* bytes in the pipe */
};

/* What all ways share. */
struct pump {
	size_t count;
	int kept[PUMP_PIPES_KEPT][2]; /* pipes that nobody uses now */
	char copied[PUMP_COPY_MAX];
};

enum pump_result {
	PUMP_IDLE,   /* there is nothing to be moved before the next event */
	PUMP_MORE,   /* there may be, but it's others' turn */
	PUMP_ENDED,  /* all is moved: the receiver is to be told of the end */
	PUMP_BROKEN, /* one of the connections is */
};

/**
 * pump_move() - Move what can be
 * @from:	Socket, as is @to; both non-blocking
 *
 * A pipe is held only as long as there is something in it. What comes last may
 * stay in @to until it is shut down or closed, and then goes in one segment
 * with the end.
 */
enum pump_result pump_move(struct pump *pump, struct pump_way *way, int from,
			   int to);

/** pump_stop() - Give up what wasn't moved yet */
void pump_stop(struct pump *pump, struct pump_way *way);

#endif
