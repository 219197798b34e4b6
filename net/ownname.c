// SPDX-License-Identifier: Apache-2.0
#include "net/ownname.h"

#include <string.h>

const char *const ownname_list[] = {
	"host.containers.internal",
	"host.docker.internal",
	NULL,
};

bool ownname_is(const char *name)
{
	for (const char *const *own = ownname_list; *own; own++)
		if (strcmp(name, *own) == 0)
			return true;
	return false;
}
