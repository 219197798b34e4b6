// SPDX-License-Identifier: Apache-2.0
/* "includes" and "excludes" of a rule in docker's form of seccomp profiles:
 * where the rule holds.
 */
#ifndef OCI_SECCOMP_CONDITION_H
#define OCI_SECCOMP_CONDITION_H

#include "base/json.h"

/* Zero: says nothing. */
struct seccomp_condition {
	struct strv capabilities;  /* "caps" */
	struct strv architectures; /* "arches", docker's names */
	char *min_kernel;          /* "4.8"; NULL: any */
};

void seccomp_condition_clear(struct seccomp_condition *condition);

/** seccomp_condition_read() - json_reader; @target is a condition. */
int seccomp_condition_read(const struct json_node *node, void *target,
			   struct error *err);

/**
 * seccomp_condition_includes() - As "includes": does all of it hold?
 * @capabilities: The container's bounding set
 */
bool seccomp_condition_includes(const struct seccomp_condition *condition,
				uint64_t capabilities);

/** seccomp_condition_excludes() - As "excludes": does any of it hold? */
bool seccomp_condition_excludes(const struct seccomp_condition *condition,
				uint64_t capabilities);

#endif
