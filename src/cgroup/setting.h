// SPDX-License-Identifier: Apache-2.0
/* A list of what is written to the files of a cgroup. */
#ifndef CGROUP_SETTING_H
#define CGROUP_SETTING_H

#include "oci/spec.h"

struct cgroup_setting {
	const char *controller; /* whose directory; static, NULL: of "file" */
	char *file, *value;     /* owned */
	const char *instead;    /* file that is written where .file isn't there;
				 * static, NULL: none */
	bool optional;          /* where the file isn't there, so be it */
};

/* Zero is the empty list. */
struct cgroup_settings {
	struct cgroup_setting *items; /* owned, in order */
	size_t count;
};

void cgroup_settings_clear(struct cgroup_settings *settings);

/** setting_add() - Append one; @value is taken over. */
struct cgroup_setting *setting_add(struct cgroup_settings *list,
				   const char *controller, const char *file,
				   char *value);

/** setting_add_number() - Append one if there is a number for it. */
void setting_add_number(struct cgroup_settings *list, const char *controller,
			const char *file, const struct spec_number *number);

/**
 * setting_add_burst() - linux.resources.cpu.burst, with which the kernel goes
 * for no more than the quota
 * @file:	The name that it has on this version
 * @err:	EINVAL: names both
 *
 * Return: 0, negative errno
 */
must_check int setting_add_burst(const struct spec_resources *resources,
				 const char *file, struct cgroup_settings *list,
				 struct error *err);

/** setting_add_rdma() - linux.resources.rdma, the same on both versions. */
void setting_add_rdma(const struct spec_resources *resources,
		      struct cgroup_settings *list);

#endif
