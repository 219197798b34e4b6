// SPDX-License-Identifier: Apache-2.0
/* What the settings of both versions are put together with. */
#ifndef CGROUP_SETTINGS_PARTS_H
#define CGROUP_SETTINGS_PARTS_H

#include "cgroup/settings.h"

/** setting_add() - Append one; @value is taken over. */
struct cgroup_setting *setting_add(struct cgroup_settings *list,
				   const char *controller, const char *file,
				   char *value);

/** setting_add_number() - Append one if there is a number for it. */
void setting_add_number(struct cgroup_settings *list, const char *controller,
			const char *file, const struct spec_number *number);

/** setting_add_rdma() - linux.resources.rdma, the same on both versions. */
void setting_add_rdma(const struct spec_resources *resources,
		      struct cgroup_settings *list);

#endif
