// SPDX-License-Identifier: Apache-2.0
/* The user namespace that is kept between containers (idmap/kept.h), from the
 * side of who uses it, and the process that keeps it. There is one for each
 * runtime directory. It sleeps, wakes when its time is over, and goes if nobody
 * has asked for its namespace meanwhile; killed at any moment it is missed by
 * nobody, for then the helpers write the maps as ever.
 */
#ifndef CONTAINER_KEEPER_H
#define CONTAINER_KEEPER_H

#include "idmap/map.h"

/* For how long, if the environment doesn't say: in scripts one start follows
 * the other sooner, and whoever types doesn't see a millisecond.
 */
#define KEEPER_SECONDS_VARIABLE "HOLT_KEEP_USERNS"
enum { KEEPER_SECONDS = 10, KEEPER_SECONDS_MAX = 86400 };

/* What a start found. */
struct keeper {
	int userns;           /* of kept_userns_open(); -1: none */
	unsigned int seconds; /* begin to keep one, for so long; 0: don't */
};

/**
 * keeper_find() - Is there a user namespace that these maps can be written in?
 * @uids:	That we need newuidmap for, or newgidmap
 * @gids:	The same
 * @ret:	For keeper_clear(); untouched on failure
 * @err:	EINVAL: $HOLT_KEEP_USERNS is not a number of seconds
 *
 * Return: 0, negative errno
 */
must_check int keeper_find(const struct id_map *uids, const struct id_map *gids,
			   struct keeper *ret, struct error *err);

/**
 * keeper_start() - Let there be one for the next start, if none was found
 *
 * Doesn't wait for it. What fails is told with --debug only.
 */
void keeper_start(const struct keeper *keeper);

void keeper_clear(struct keeper *keeper);

/**
 * keeper_run() - Be what keeper_start() starts
 * @seconds:	To be kept after who asked last
 *
 * The process that is left stays in the background.
 *
 * Return: 0, also if another one is there; negative errno
 */
must_check int keeper_run(unsigned int seconds, struct error *err);

#endif
