// SPDX-License-Identifier: Apache-2.0
/* The mounts of a spec as operations, and what runtime-spec demands beside
 * them: default devices, their links, masked paths. Pure.
 */
#ifndef PLAN_MOUNTS_H
#define PLAN_MOUNTS_H

#include "plan/host.h"
#include "plan/plan.h"

/** plan_mounts() - Fill plan->mounts, files and devices from the spec. */
must_check int plan_mounts(const struct spec *spec, const struct host *host,
			   struct plan *plan, struct error *err);

#endif
