// SPDX-License-Identifier: Apache-2.0
/* The parent's side of starting a container: clone, id maps, network, and the
 * stages of init/sync.h. All or nothing: what fails is killed and reaped.
 */
#ifndef CONTAINER_LAUNCH_H
#define CONTAINER_LAUNCH_H

#include "cgroup/cgroup.h"
#include "container/listener.h"
#include "container/network.h"
#include "idmap/apply.h"
#include "plan/plan.h"

struct running;

struct launch {
	const struct plan *plan;
	const struct idmap_helpers *helpers; /* may be NULL */
	int kept_userns; /* of kept_userns_open(), instead of them; -1: none */
	const struct network_settings *network; /* NULL: no holt-net */
	bool hold;    /* its user and mount namespace, for who looks for them;
		       * with plan->wait */
	int stdin_fd; /* what the command reads; -1: our own */

	/* Where it runs: planned, and made by now, or to be made around it.
	 * NULL: where we are.
	 */
	struct cgroup *cgroup;
	const struct cgroup_request *cgroup_request;

	/* Of the command's filter, if that has one and unless plan->park. */
	const struct listener *listener;

	/* Called at STAGE_HOOKS, if plan->runtime_hooks. */
	int (*hooks)(void *argument, const struct running *running,
		     struct error *err);

	/* Called when all is made but the command, before that may begin or
	 * the container lives without us; if plan->wait. NULL: nothing to do.
	 * Return: 0, negative errno with a text, which ends the container
	 */
	int (*ready)(void *argument, const struct running *running,
		     struct error *err);
	void *argument;
};

/* A container whose command has been executed, or waits for that (plan->park).
 */
struct running {
	struct process init;
	int terminal; /* master; -1: none */
	struct network network;
	bool is_mapped; /* it was born in launch->kept_userns */
	/* What it lives in, if launch->hold and it isn't where we are; -1 */
	int userns, mntns;
};

#define RUNNING_NONE \
	((struct running){ \
		.init = { 0, -1 }, \
		.terminal = -1, \
		.network = NO_NETWORK, \
		.userns = -1, \
		.mntns = -1, \
	})

/**
 * launch() - Start the container and wait until its command runs, or is parked
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

/** running_release() - Leave it to itself, and let go of everything. */
void running_release(struct running *running);

/** running_clear() - Kill what still runs, and let go of everything. */
void running_clear(struct running *running);

#endif
