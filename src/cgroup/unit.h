// SPDX-License-Identifier: Apache-2.0
/* Names of systemd's units, as linux.cgroupsPath has them: "slice:prefix:name".
 * Pure.
 */
#ifndef CGROUP_UNIT_H
#define CGROUP_UNIT_H

#include <stdbool.h>

#include "base/error.h"

struct unit_name {
	char *unit;  /* owned: "prefix-name.scope", or "name.slice" */
	char *slice; /* owned: what it is in; not for a slice */
};

void unit_name_clear(struct unit_name *name);

/**
 * unit_name_make() - The unit that a container will be
 * @path:	linux.cgroupsPath, "slice:prefix:name", each part of which may
 *		be empty; NULL: the usual slice, the prefix "holt"
 * @id:		Of the container: the name where there is none
 * @is_user:	The unit is one of the user's manager: user.slice is usual
 *		there, system.slice otherwise
 * @ret:	Empty
 * @err:	EINVAL: says what is wrong with the path
 *
 * What can't stand in the name of a unit is escaped, as systemd-escape(1) does.
 *
 * Return: 0, -EINVAL
 */
must_check int unit_name_make(const char *path, const char *id, bool is_user,
			      struct unit_name *ret, struct error *err);

/** unit_is_slice() - Does the name of the unit end in ".slice"? */
bool unit_is_slice(const char *unit);

/**
 * unit_slice_directory() - Where a slice is below the root slice
 * @slice:	"a-b.slice"; "-.slice" is the root itself
 *
 * Return: "/a.slice/a-b.slice", or "" for the root; owned
 */
char *unit_slice_directory(const char *slice);

#endif
