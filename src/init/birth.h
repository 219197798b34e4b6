// SPDX-License-Identifier: Apache-2.0
/* How the container's init comes into the world. */
#ifndef INIT_BIRTH_H
#define INIT_BIRTH_H

#include "base/error.h"
#include "plan/plan.h"

/**
 * birth_clone() - clone3(2) with a copy of our memory
 * @flags:	CLONE_*
 * @cgroup:	Directory to be born in; -1: ours
 * @ret_pidfd:	Of the child; close-on-exec
 *
 * Return: pid, 0 in the child, -errno
 */
must_check pid_t birth_clone(uint64_t flags, int cgroup, int *ret_pidfd);

/* What the process in between says, with a pidfd if there is a pid. */
struct birth_message {
	pid_t pid; /* as our parent sees it; 0: error says why there is none */
	struct error error;
};

/**
 * birth_pass() - Be the process in between: enter what a process can only be
 *		  born into, and give birth there to a child of our parent
 * @joins:	Of join_open()
 * @cgroup:	As above
 * @sock:	Gets one struct birth_message
 *
 * Returns in the child alone; the process in between ends.
 */
void birth_pass(const struct plan *plan, const int *joins, int cgroup,
		int sock);

#endif
