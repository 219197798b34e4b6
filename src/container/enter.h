// SPDX-License-Identifier: Apache-2.0
/* Bring a process into a container that runs: the parent's side. All or
 * nothing: what fails is killed and reaped.
 */
#ifndef CONTAINER_ENTER_H
#define CONTAINER_ENTER_H

#include "container/door.h"
#include "container/launch.h"

struct enter {
	struct destination to;
	struct plan *plan; /* of plan_make_process(), .preserve_fds and .detach
			    * set; what depends on the target is filled in */

	/* Of the command's filter, if that has one. */
	const struct listener *listener;

	/* Called when there is a process and, if it has one, its terminal,
	 * before it executes the command. NULL: nothing to do.
	 * Return: 0, negative errno with a text, which ends the process
	 */
	int (*ready)(void *argument, const struct running *running,
		     struct error *err);
	void *argument;
};

/**
 * enter() - Start a process in a container, and wait until its command runs
 * @ret:	Our child; untouched on failure
 * @err:	Also what went wrong in the child, in its own words; .exit_code
 *		is 126 or 127 when it was the command that couldn't be executed.
 *		ESRCH: the container's init has ended
 *
 * The caller has blocked the signals it means to pass on, and its program can't
 * be written by the container (container/seal.h). From here on it can't be
 * traced.
 *
 * Return: 0, negative errno
 */
must_check int enter(const struct enter *enter, struct running *ret,
		     struct error *err);

#endif
