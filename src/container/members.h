// SPDX-License-Identifier: Apache-2.0
/* The processes of a container: those of its cgroup; without one, those of its
 * PID namespace.
 */
#ifndef CONTAINER_MEMBERS_H
#define CONTAINER_MEMBERS_H

#include "container/state.h"

/**
 * members_list() - Which processes there are
 * @ret:	Process ids as we see them, ascending; owned by the caller
 * @err:	EOPNOTSUPP: there is neither a cgroup nor a PID namespace of the
 *		container's own that would tell
 *
 * Return: 0, negative errno
 */
must_check int members_list(const struct state *state, pid_t **ret,
			    size_t *ret_count, struct error *err);

/**
 * members_wait_for_reaper() - Does all that is left wait to be reaped?
 * @init:	Of a container with a PID namespace of its own
 *
 * Its init can't end before those who came in from outside, with `exec`, have
 * been reaped by their parents, and some parents never do that.
 *
 * Return: true if init is on its way out and all the others are zombies
 */
bool members_wait_for_reaper(const struct process *init);

/**
 * members_signal() - Send a signal to every process of a container
 *
 * Those that have ended meanwhile are no error. Return: 0, negative errno
 */
must_check int members_signal(const struct state *state, int signal,
			      struct error *err);

/**
 * members_halt() - Stop every process of a container by SIGSTOP
 * @err:	ETIMEDOUT: some don't stop
 *
 * Also those that are born meanwhile. Where it fails, all go on.
 *
 * Return: 0, negative errno
 */
must_check int members_halt(const struct state *state, struct error *err);

#endif
