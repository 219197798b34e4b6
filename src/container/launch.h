// SPDX-License-Identifier: Apache-2.0
/* The parent's side of starting a container: clone, id maps, network, and the
 * stages of init/sync.h. All or nothing: what fails is killed and reaped.
 */
#ifndef CONTAINER_LAUNCH_H
#define CONTAINER_LAUNCH_H

#include "container/network.h"
#include "idmap/apply.h"
#include "plan/plan.h"

struct launch {
	const struct plan *plan;
	const struct idmap_helpers *helpers;    /* may be NULL */
	const struct network_settings *network; /* NULL: no holt-net */
	int stdin_fd; /* what the command reads; -1: our own */
};

/* A container whose command has been executed. */
struct running {
	struct process init;
	int terminal; /* master; -1: none */
	struct network network;
};

/**
 * launch() - Start the container and wait until its command runs
 * @launch:	plan->wait has to be set if there is a network
 * @ret:	Untouched on failure
 * @err:	Also what went wrong in the child, in its own words; .exit_code
 *is 126 or 127 when it was the command that couldn't be executed
 *
 * The caller has blocked the signals it means to pass on.
 *
 * Return: 0, negative errno
 */
must_check int launch(const struct launch *launch, struct running *ret,
		      struct error *err);

/** running_clear() - Kill what still runs, and let go of everything. */
void running_clear(struct running *running);

#endif
