// SPDX-License-Identifier: Apache-2.0
/* What works on this machine: a ladder of probes, each of which really does
 * what a container start does, in processes and namespaces that are gone
 * afterwards. A probe that needs what an earlier one found broken isn't tried.
 * Each runs in a process of its own under a time limit, for file systems and
 * name services may hang.
 */
#ifndef CONTAINER_PROBE_H
#define CONTAINER_PROBE_H

#include "container/probe_finding.h"

struct findings {
	struct finding *items; /* owned */
	size_t count;
};

/**
 * probe_all() - Walk the whole ladder, in less than two seconds
 * @ret:	Untouched on failure
 *
 * Return: 0, negative errno (when not even the probes can be run)
 */
must_check int probe_all(struct findings *ret, struct error *err);

void findings_clear(struct findings *findings);

#endif
