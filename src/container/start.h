// SPDX-License-Identifier: Apache-2.0
/* Starting a container that was created: the two ends of the socket on which
 * its init waits (init/park.c).
 */
#ifndef CONTAINER_START_H
#define CONTAINER_START_H

#include "container/listener.h"
#include "container/state.h"

/**
 * start_listen() - The socket that a new container's init will wait at
 * @dir:	Gets the file "start"
 *
 * Return: a close-on-exec descriptor, negative errno
 */
must_check int start_listen(const struct state_dir *dir, struct error *err);

/**
 * start_go() - Let a created container run its command
 * @dir:	Locked
 * @listener:	Of its filter; NULL: that has none
 * @state:	Of the container, for its init
 * @err:	In init's words when it can't; .exit_code is 126 or 127 when it
 *		was the command that couldn't be executed
 *
 * Return: 0 when the command runs, negative errno
 */
must_check int start_go(const struct state_dir *dir,
			const struct listener *listener,
			const struct state *state, struct error *err);

#endif
