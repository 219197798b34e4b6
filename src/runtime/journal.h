// SPDX-License-Identifier: Apache-2.0
/* What has happened to the containers below a root, as lines of JSON in a file
 * that every command appends to: `events`.
 */
#ifndef RUNTIME_JOURNAL_H
#define RUNTIME_JOURNAL_H

#include "container/state.h"

/* Below a root; no id can begin with a dot. */
#define JOURNAL_FILE     ".events.jsonl"
#define JOURNAL_OLD_FILE ".events.old.jsonl"

/**
 * journal_add() - Append that something has happened
 * @dir:	Of the container
 * @event:	"create", "start", "pause", "resume", "update", "delete", "oom"
 *		(the kernel has killed in it for want of memory)
 *
 * A line is written by one write(2), so those of several writers don't mix. At
 * a megabyte the file makes room for a new one. That nothing can be written is
 * no reason for a command to fail: it is logged.
 */
void journal_add(const struct state_dir *dir, const char *event,
		 const struct state *state);

/** journal_add_exec() - "exec", with the process that was started */
void journal_add_exec(const struct state_dir *dir, const struct state *state,
		      pid_t pid);

/**
 * journal_add_exit() - "exit", once for each container
 * @state:	.is_ended is set
 * @status:	Of its init; -1: nobody knows
 */
void journal_add_exit(const struct state_dir *dir, struct state *state,
		      int status);

#endif
