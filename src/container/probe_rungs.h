// SPDX-License-Identifier: Apache-2.0
/* The rungs of the ladder, and what they share. They run in forked processes;
 * what they have to say they write into memory shared with the one that asked.
 */
#ifndef CONTAINER_PROBE_RUNGS_H
#define CONTAINER_PROBE_RUNGS_H

#include "container/probe_finding.h"

/* How ids can be mapped here. */
enum probe_ids { PROBE_IDS_NONE, PROBE_IDS_SINGLE, PROBE_IDS_FULL };

/* Handed up the ladder. */
struct probe_state {
	enum probe_ids ids;
};

typedef void probe_fn(struct probe_state *state, struct finding *ret);

/* probe_ids.c */
probe_fn probe_namespaces, probe_maps;
/* probe_mount.c, probe_overlay.c */
probe_fn probe_mounts, probe_pivot, probe_overlay;
/* probe_network.c */
probe_fn probe_tap, probe_network_program, probe_dns;
/* probe_lanes.c */
probe_fn probe_lanes, probe_bypass;
/* probe_cgroup.c, probe_exec.c, probe_around.c */
probe_fn probe_cgroup, probe_exec, probe_around;
/* probe_parts.c */
probe_fn probe_part_holt, probe_part_net, probe_part_newuidmap,
	probe_part_newgidmap;

#endif
