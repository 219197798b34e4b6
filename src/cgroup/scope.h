// SPDX-License-Identifier: Apache-2.0
/* Cgroups that systemd makes: a scope (or slice) with the container in it. */
#ifndef CGROUP_SCOPE_H
#define CGROUP_SCOPE_H

#include "cgroup/host.h"
#include "cgroup/place.h"

/**
 * scope_plan() - Decide how its unit is called; change nothing, ask nobody
 * @err:	EINVAL: cgroupsPath or an annotation makes no sense
 *
 * Return: 0, negative errno
 */
must_check int scope_plan(const struct cgroup_request *request,
			  const struct cgroup_host *host, struct cgroup *ret,
			  struct error *err);

/**
 * scope_make() - Have the unit started with a process in it, and set its limits
 * @cgroup:	Gets the directory that systemd has made
 *
 * Return: 0, negative errno; then scope_remove() removes what there is
 */
must_check int scope_make(struct cgroup *cgroup,
			  const struct cgroup_request *request, pid_t pid,
			  struct error *err);

/** scope_update() - Tell systemd of new limits, which it may write rounded. */
must_check int scope_update(const struct cgroup *cgroup,
			    const struct spec_resources *resources,
			    struct error *err);

/**
 * scope_attach() - Have systemd put a process of ours into it
 * @below:	A cgroup below it; NULL: it itself
 *
 * Return: 0, negative errno
 */
must_check int scope_attach(const struct cgroup *cgroup, const char *below,
			    pid_t pid, struct error *err);

/**
 * scope_remove() - Have the unit stopped, killing what is in it
 *
 * Return: 0, also if there is none; negative errno
 */
must_check int scope_remove(const struct cgroup *cgroup, struct error *err);

#endif
