// SPDX-License-Identifier: Apache-2.0
/* Hooks that run in our own namespaces: prestart, createRuntime, poststart,
 * poststop (config.md, "POSIX-platform Hooks"). Those of the container's
 * namespaces are init's (init/hooks.c).
 */
#ifndef CONTAINER_HOOKS_H
#define CONTAINER_HOOKS_H

#include "container/state_json.h"
#include "plan/plan.h"

/* What all hooks of a container share. */
struct hooks_setting {
	const struct spec *spec; /* .hooks and .annotations */
	const char *bundle;      /* the working directory */
	const char *id;
};

/** hooks_point_word() - "createRuntime" and so on. */
const char *hooks_point_word(enum spec_hook_point point);

/**
 * hooks_plan() - Prepare those that init runs (createContainer, startContainer)
 * @setting:	Has to outlive the plan
 * @plan:	Gets them; also whether there are others at creation
 * @err:	A createContainer hook that isn't there: it is opened here, for
 *		its path is one of our namespace
 *
 * Return: 0, negative errno
 */
must_check int hooks_plan(const struct hooks_setting *setting,
			  struct plan *plan, struct error *err);

/**
 * hooks_run() - Run those of one point, in their order, to the first failure
 * @pid:	Of the container's init; for the state that they read
 * @err:	Names the hook, says how it ended, and ends with what it said
 *
 * A hook that exceeds its timeout is killed with its process group. Its output
 * goes where the annotations run.oci.hooks.stdout and .stderr say. After the
 * container's end (poststop) every failure is a warning, and the rest is run.
 *
 * Return: 0, negative errno
 */
must_check int hooks_run(const struct hooks_setting *setting,
			 enum spec_hook_point point, pid_t pid,
			 struct error *err);

/** hooks_run_creating() - prestart and createRuntime. */
must_check int hooks_run_creating(const struct hooks_setting *setting,
				  pid_t pid, struct error *err);

/** hooks_run_poststop() - poststop: every failure is a warning. */
void hooks_run_poststop(const struct hooks_setting *setting);

#endif
