// SPDX-License-Identifier: Apache-2.0
/* From what is wanted to what will be done. */
#ifndef PLAN_MAKE_H
#define PLAN_MAKE_H

#include "plan/host.h"
#include "plan/plan.h"

/* Fields that are refused by name so far. */
enum {
	PLAN_HAS_INTEL_RDT = 0,
	PLAN_HAS_NET_DEVICES = 1,
	PLAN_HAS_MOUNT_IDS = 1,
};

/**
 * plan_make() - From what is wanted to what will be done; pure
 * @spec:	Has to outlive the plan
 * @host:	The facts it depends on
 * @ret:	Empty, but for .seccomp, if the caller has it compiled; filled
 *		to where an error was met
 * @err:	EINVAL: names the mount and the option, the id that isn't
 * mapped...
 *
 * Return: 0, negative errno
 */
must_check int plan_make(const struct spec *spec, const struct host *host,
			 struct plan *ret, struct error *err);

/**
 * plan_make_process() - The part of plan_make() that is about the process alone
 * @spec:	Of a container that runs, with the process that shall come in
 * @ret:	Empty; what is said of namespaces, root and mounts stays so
 * @err:	As above
 *
 * Return: 0, negative errno
 */
must_check int plan_make_process(const struct spec *spec,
				 const struct host *host, struct plan *ret,
				 struct error *err);

#endif
