// SPDX-License-Identifier: Apache-2.0
/* Setting the limits of a cgroup that is there. */
#ifndef CGROUP_APPLY_H
#define CGROUP_APPLY_H

#include "cgroup/place.h"
#include "oci/spec.h"

/**
 * cgroup_apply() - Write what the resources ask for
 * @best_effort: What can't be set is a warning
 *
 * Return: 0, negative errno
 */
must_check int cgroup_apply(const struct cgroup *cgroup,
			    const struct spec_resources *resources,
			    bool best_effort, struct error *err);

/**
 * cgroup_apply_devices() - Let v2 enforce the rules for devices, by BPF
 *
 * Not where the kernel lets us load no program: then nobody in there may make a
 * device either. Return: 0, negative errno
 */
must_check int cgroup_apply_devices(const char *dir,
				    const struct spec_resources *resources,
				    struct error *err);

/** cgroup_is_best_effort() - Does the container say it can do without limits?
 */
bool cgroup_is_best_effort(const struct strv *annotations);

#endif
