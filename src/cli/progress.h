// SPDX-License-Identifier: Apache-2.0
/* How far something long has come, on stderr: bars on a terminal, and lines
 * elsewhere, of which there is one at least every ten seconds.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Opaque. */
struct progress;

/** progress_new() - @quiet: nothing is shown at all. For progress_clear(). */
struct progress *progress_new(bool quiet);

/**
 * progress_set() - How far one thing has come
 * @name:	Short, and its own; what is new gets a line of its own
 * @what:	What is done with it: "fetching"; copied
 * @at:		Of @size bytes; a @size of 0 isn't known
 */
void progress_set(struct progress *progress, const char *name, const char *what,
		  uint64_t at, uint64_t size);

/** progress_done() - It is finished; @what says how: "done". */
void progress_done(struct progress *progress, const char *name,
		   const char *what);

/** progress_say() - A line of text above the bars. */
void progress_say(struct progress *progress, const char *fmt, ...)
	like_printf(2, 3);

/** progress_clear() - What is shown stays; NULL is none. */
void progress_clear(struct progress **where);

#endif
