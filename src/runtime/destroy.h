// SPDX-License-Identifier: Apache-2.0
/* Taking a container away: its processes, its cgroup, its directory. */
#ifndef RUNTIME_DESTROY_H
#define RUNTIME_DESTROY_H

#include "container/state.h"

/**
 * destroy_container() - End what runs of a container, and leave nothing of it
 * @dir:	Locked, or of a container that nobody else knows of
 * @state:	What there is of it; its cgroup is let go of
 *
 * Waits until init has ended, up to 10 s. Then the poststop hooks are run,
 * whose failures are warnings.
 *
 * Return: 0, negative errno; then what is left can be destroyed again
 */
must_check int destroy_container(const struct state_dir *dir,
				 struct state *state, struct error *err);

#endif
