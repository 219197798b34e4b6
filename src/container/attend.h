// SPDX-License-Identifier: Apache-2.0
/* Stay with a container in the foreground: pass signals on, carry bytes between
 * our terminal and its own, and come back with its exit status.
 */
#ifndef CONTAINER_ATTEND_H
#define CONTAINER_ATTEND_H

#include <signal.h>

#include "container/launch.h"

/** attend_signals() - The signals that are passed on; to block before launch.
 */
void attend_signals(sigset_t *ret);

/**
 * attend_size() - The size of our terminal, for a process that gets one
 * @process:	Whose terminal is to have it, unless it has been told one
 *
 * Said before it runs, so that there is no moment in which its command finds a
 * terminal without a size. Without a terminal of our own nothing changes.
 */
void attend_size(struct spec_process *process);

struct attend_options {
	bool interactive; /* what is typed goes to the container's terminal */
	/* As its holt-net was started, for the one that takes its place if it
	 * dies; NULL: it has none.
	 */
	const struct network_settings *network;
};

/**
 * attend() - Until the container's init has ended
 * @running:	Its init is reaped here
 *
 * Our terminal is raw meanwhile if the container has one, and its size follows
 * ours; it is set back before return.
 *
 * Return: exit status 0..255 of the command (128 plus the signal that ended
 * it), negative errno
 */
must_check int attend(struct running *running,
		      const struct attend_options *options, struct error *err);

#endif
