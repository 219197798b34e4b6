// SPDX-License-Identifier: Apache-2.0
/* The child's side of bringing a process into a container that runs. */
#ifndef INIT_ENTER_H
#define INIT_ENTER_H

#include "plan/plan.h"

/* What the processes on the way in are told, and what the first one answers; in
 * memory that it shares with the parent.
 */
struct passage {
	const struct plan *plan; /* of it, what the process itself is */
	int target;              /* pidfd of a process of the container */
	int namespaces; /* CLONE_NEW*: those of the target's that aren't ours */
	int root;       /* the target's root, where it shares our mounts; -1 */
	int sync;       /* our end of the socket that sync.h describes */

	pid_t pid; /* of the process, as the parent sees it; 0: it failed, and
		    * has said why on the socket */
};

/**
 * enter_pass() - Join the namespaces and start the process there
 * @passage:	Where to
 *
 * Runs in a process of its own, which no process of the container can see, with
 * its own copies of the descriptors, and ends when that one is started: as a
 * child of the parent (CLONE_PARENT). With plan->wait that one waits for
 * STAGE_GO before it goes on to its command.
 */
_Noreturn void enter_pass(struct passage *passage);

#endif
