// SPDX-License-Identifier: Apache-2.0
/* What follows once a container's command runs. */
#ifndef RUNTIME_STARTED_H
#define RUNTIME_STARTED_H

#include "container/state.h"

/**
 * started_container() - Run the poststart hooks
 * @err:	One of them failed: the container has been destroyed
 *
 * Return: 0, negative errno
 */
must_check int started_container(const struct state_dir *dir,
				 struct state *state, struct error *err);

/**
 * started_failed() - A container's last steps have failed: end and remove it
 *
 * One whose command couldn't be executed is left as one that has stopped.
 * Return: -err->code
 */
int started_failed(const struct state_dir *dir, struct state *state,
		   struct error *err);

#endif
