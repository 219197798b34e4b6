// SPDX-License-Identifier: Apache-2.0
/* Which limits does a container ask for? */
#ifndef CGROUP_LIMITS_H
#define CGROUP_LIMITS_H

#include "oci/spec.h"

struct limit_asked {
	const char *field;      /* "memory.limit", below linux.resources */
	const char *controller; /* of the kernel that would set it */
};

/**
 * limits_find() - A thing that would limit something
 * @index:	Which of them: from 0 on
 * @ret:	Names it; static or owned by @resources
 *
 * Engines write sections out with nothing in them, or with zeros and -1 for "no
 * limit": those ask for nothing. Rules for devices don't count here.
 *
 * Return: are there as many?
 */
bool limits_find(const struct spec_resources *resources, size_t index,
		 struct limit_asked *ret);

#endif
