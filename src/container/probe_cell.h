// SPDX-License-Identifier: Apache-2.0
/* A cell is what a container starts as: a process in new namespaces of every
 * kind, made by one clone3(2), its ids mapped by the parent. A probe runs in it
 * and it is gone.
 */
#ifndef CONTAINER_PROBE_CELL_H
#define CONTAINER_PROBE_CELL_H

#include "base/proc.h"
#include "container/probe_rungs.h"
#include "idmap/apply.h"

/**
 * probe_fork() - fork(2) with a pidfd
 *
 * By clone(2), which no filter for containers forbids.
 *
 * Return: pid, 0 in the child, negative errno
 */
must_check pid_t probe_fork(int *ret_pidfd);

/* The id maps of a cell. Zero: none are written. */
struct cell_maps {
	struct id_map uids, gids;
	struct idmap_helpers helpers;
};

void cell_maps_clear(struct cell_maps *maps);

/** cell_maps_make() - The maps that probe_maps() found to work; zero maps for
 * PROBE_IDS_NONE.
 */
must_check int cell_maps_make(enum probe_ids ids, struct cell_maps *ret,
			      struct error *err);

/**
 * cell_run() - Run @probe in a cell and wait for its end
 * @state:	For @probe, in shared memory
 * @ret:	For @probe, in shared memory
 * @maps:	NULL: none are written
 * @err:	The namespaces or the maps couldn't be made
 *
 * Return: 0 when @probe has run, negative errno
 */
must_check int cell_run(const struct cell_maps *maps, probe_fn *probe,
			struct probe_state *state, struct finding *ret,
			struct error *err);

/* Does something with a cell, from outside. Return: 0, negative errno */
typedef int cell_visit_fn(const struct process *cell, void *argument,
			  struct error *err);

/**
 * cell_visit() - Make a cell in which nothing runs, visit it and end it
 * @maps:	As for cell_run()
 *
 * Return: 0, negative errno; also what @visit returned
 */
must_check int cell_visit(const struct cell_maps *maps, cell_visit_fn *visit,
			  void *argument, struct error *err);

/** cell_probe() - cell_run() with the ids of @state; a failure is a finding. */
void cell_probe(probe_fn *probe, struct probe_state *state,
		struct finding *ret);

#endif
