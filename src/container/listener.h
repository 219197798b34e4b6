// SPDX-License-Identifier: Apache-2.0
/* Who answers for a filter with SCMP_ACT_NOTIFY: an agent of somebody else's,
 * at a UNIX socket (config-linux.md, "The Container Process State").
 */
#ifndef CONTAINER_LISTENER_H
#define CONTAINER_LISTENER_H

#include "container/state_json.h"
#include "oci/seccomp.h"

/* Where the descriptor goes, and what is told with it; borrowed. */
struct listener {
	const char *path;         /* of the socket, absolute */
	const char *metadata;     /* NULL: none */
	struct state_facts facts; /* of the container; .pid 0: the command is
				   * its init */
};

/** listener_is_needed() - Is this a filter that notifies somebody? */
bool listener_is_needed(const struct seccomp_program *program);

/**
 * listener_find() - Where the listener of a profile is
 * @program:	Of that profile
 * @ret:	Borrowed from the profile, or from the environment
 *		(RUN_OCI_SECCOMP_RECEIVER); NULL: none is needed
 * @err:	None is named, or there is no socket
 *
 * Return: 0, negative errno
 */
must_check int listener_find(const struct seccomp_profile *profile,
			     const struct seccomp_program *program,
			     const char **ret, struct error *err);

/**
 * listener_hand_over() - Wait for the filter of a command, and pass it on
 * @sync:	Socket to the command's process
 * @interrupt:	As for stage_wait_long(); -1: none
 * @pid:	Of the command, as we see it
 * @err:	Also what went wrong in that process
 *
 * Return: 0, negative errno: the command must not go on
 */
must_check int listener_hand_over(const struct listener *listener, int sync,
				  int interrupt, pid_t pid, struct error *err);

#endif
