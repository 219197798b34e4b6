// SPDX-License-Identifier: Apache-2.0
#include "image/worker/confine.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/landlock.h"
#include "image/worker/report.h"

int confine_to_trees(int writable, int readable, struct error *err)
{
	static const struct rlimit none = { 0, 0 };
	const struct landlock_place places[] = {
		{ writable, LANDLOCK_ALL },
		{ readable, LANDLOCK_READ },
	};
	int result;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(err, errno, "set no_new_privs");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0)
		return error_set(err, errno, "forbid core dumps");
	result = landlock_restrict(places, ARRAY_COUNT(places), false, err);
	if (result == 0)
		report_warning(
			"this kernel has no Landlock: holt-image may reach files that it needn't");
	return result < 0 ? result : 0;
}
