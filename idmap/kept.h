// SPDX-License-Identifier: Apache-2.0
/* A user namespace that is kept for a while: one below ours, in which every id
 * that newuidmap and newgidmap let us map is itself. Who enters it has all
 * capabilities there, so the maps of a user namespace made within it can be
 * written directly: both helpers together take longer than all the rest of a
 * start. Containers in it are as far from each other as they would be without
 * it: each has a user namespace of its own, next to the others.
 *
 * Its keeper (container/keeper.h) holds a lock on the file that has its number.
 * The number is only where to look: what is found there is taken for what it
 * is, by its owner and its maps.
 */
#ifndef IDMAP_KEPT_H
#define IDMAP_KEPT_H

#include <sys/types.h>

#include "idmap/map.h"

/**
 * kept_userns_open() - Find one that these maps can be written in
 * @directory:	Private, where the file is
 * @uids:	Of the namespace to be made
 * @gids:	Of the namespace to be made
 *
 * The keeper is told that it is still wanted.
 *
 * Return: descriptor, close-on-exec; -ENOENT: nobody keeps one; -EAGAIN: it is
 * not there yet, or no longer; -ERANGE: it lacks some of these ids
 */
must_check int kept_userns_open(const char *directory,
				const struct id_map *uids,
				const struct id_map *gids);

/**
 * kept_userns_claim() - Become the one who keeps it
 * @directory:	As above
 *
 * Return: descriptor that holds the lock while it, or a copy of it in a child,
 * is open, close-on-exec; -EWOULDBLOCK: another is; negative errno
 */
must_check int kept_userns_claim(const char *directory);

/**
 * kept_userns_announce() - From now on it can be found
 * @claim:	Of kept_userns_claim()
 * @pid:	A process in it
 *
 * Return: 0, negative errno
 */
must_check int kept_userns_announce(int claim, pid_t pid);

/**
 * kept_userns_idle() - For how long has nobody asked for it?
 *
 * Return: seconds, not negative; -ENOENT: its file was removed, so nobody can
 */
must_check int kept_userns_idle(int claim);

#endif
