// SPDX-License-Identifier: Apache-2.0
/* linux.resources as what is written to which file, on cgroup v1 and v2. Pure.
 */
#ifndef CGROUP_SETTINGS_H
#define CGROUP_SETTINGS_H

#include "cgroup/setting.h"

/**
 * cgroup_settings_v2() - For cgroup v2 (config-linux.md, "Control groups")
 * @ret:	Empty; gets what is to be written
 * @err:	EOPNOTSUPP: names a field that v2 has no counterpart of
 *
 * Return: 0, negative errno
 */
must_check int cgroup_settings_v2(const struct spec_resources *resources,
				  struct cgroup_settings *ret,
				  struct error *err);

/** cgroup_settings_v1() - The same for cgroup v1, with its device lists. */
must_check int cgroup_settings_v1(const struct spec_resources *resources,
				  struct cgroup_settings *ret,
				  struct error *err);

/**
 * cgroup_weight() - cpu.weight of v2 for cpu.shares of v1
 * @shares:	2..262144; what lies outside counts as the nearest
 *
 * The curve that runc and crun have used since 2025: 2, 1024 and 262144 become
 * 1, 100 and 10000.
 */
uint64_t cgroup_weight(uint64_t shares);

#endif
