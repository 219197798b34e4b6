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
 * @event:	"create", "start", "exec", "pause", "resume", "update", "delete"
 *
 * A line is written by one write(2), so those of several writers don't mix. At
 * a megabyte the file makes room for a new one. That nothing can be written is
 * no reason for a command to fail: it is logged.
 */
void journal_add(const char *root, const char *event,
		 const struct state *state);

#endif
