// SPDX-License-Identifier: Apache-2.0
/* Moving the data of a TCP connection to another one without touching it:
 * through a pipe, by splice(2).
 */
#ifndef NET_PUMP_H
#define NET_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUMP_PIPES_KEPT 32

/* One direction. Zero is the beginning. */
struct pump_way {
	bool has_pipe;
	bool is_at_end; /* there won't be more from the sender */
	bool is_told;   /* and the receiver knows */
	int pipe[2];
	size_t held; /* bytes in the pipe */
};

/* Pipes that nobody uses now. */
struct pump_pipes {
	size_t count;
	int kept[PUMP_PIPES_KEPT][2];
};

enum pump_result {
	PUMP_IDLE,   /* there is nothing to be moved before the next event */
	PUMP_MORE,   /* there may be, but it's others' turn */
	PUMP_ENDED,  /* the receiver has been told of the end */
	PUMP_BROKEN, /* one of the connections is */
};

/**
 * pump_move() - Move what can be
 * @from:	Socket, as is @to; both non-blocking
 *
 * A pipe is held only as long as there is something in it.
 */
enum pump_result pump_move(struct pump_pipes *pipes, struct pump_way *way,
			   int from, int to);

/** pump_stop() - Give up what wasn't moved yet */
void pump_stop(struct pump_pipes *pipes, struct pump_way *way);

#endif
