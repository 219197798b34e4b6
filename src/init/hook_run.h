// SPDX-License-Identifier: Apache-2.0
/* One hook, from its start to its end; for both sides of a container. Uses no
 * heap.
 */
#ifndef INIT_HOOK_RUN_H
#define INIT_HOOK_RUN_H

#include "plan/plan.h"

/* Of what a hook says: its end. */
enum { HOOK_WORDS_SIZE = 8192 };

struct hook_words {
	char text[HOOK_WORDS_SIZE + 1];
	size_t length;
};

/**
 * hook_run() - Run a hook, and wait for it
 * @state:	What it reads, in parts; ends with NULL
 * @ret_words:	On failure: what it said and @err doesn't hold
 * @err:	How it ended and its last words; ETIMEDOUT: it was killed with
 *		its process group
 *
 * What it wrote to files of its own (@op->stdout_fd, @op->stderr_fd) isn't
 * among its words.
 *
 * Return: 0 if it ended with status 0, negative errno
 */
must_check int hook_run(const struct hook_op *op, const char *const *state,
			struct hook_words *ret_words, struct error *err);

/** hook_words_tell() - Call @tell for each line. @words is used up. */
void hook_words_tell(struct hook_words *words,
		     void (*tell)(void *argument, const char *line),
		     void *argument);

#endif
