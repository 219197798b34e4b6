// SPDX-License-Identifier: Apache-2.0
/* Write the id maps of a new user namespace, ourselves where the kernel lets
 * us, through newuidmap and newgidmap side by side where it doesn't.
 *
 * The helpers are told the process by its number. That is safe as long as the
 * caller hasn't reaped it: a number is free for others only after that. So the
 * caller must not ignore SIGCHLD, for then the kernel reaps by itself.
 */
#ifndef IDMAP_APPLY_H
#define IDMAP_APPLY_H

#include <sys/types.h>

#include "base/proc.h"
#include "idmap/helpers.h"
#include "idmap/map.h"

/**
 * idmap_needs_helpers() - Does the kernel refuse this map from us directly?
 *
 * Without CAP_SETUID (CAP_SETGID) over our own user namespace it takes just one
 * extent of one id, our own effective one.
 */
bool idmap_needs_helpers(const struct id_map *uids, const struct id_map *gids);

struct idmap_helper {
	struct process process;
	int output; /* read end of its stderr; 0: none */
	bool running;
};

/* Maps being written; waits for the helpers are the caller's to place. Zero is
 * nothing to wait for.
 */
struct idmap_apply {
	struct idmap_helper uid_helper, gid_helper;
	const struct id_map *uids, *gids; /* borrowed */
};

/**
 * idmap_apply_begin() - Write the maps of process @pid, or start the helpers
 * @pid:	A child of ours, in its new user namespace, that waits for us
 *		and has not been reaped, so its number can't be another's. It
 *		must be dumpable, or its files in /proc are root's.
 * @uids:	Validated; borrowed until the end
 * @gids:	Validated; borrowed until the end. A single-id map gets
 *		setgroups "deny" where we lack CAP_SETGID.
 * @helpers:	Used when idmap_needs_helpers(); may be NULL otherwise
 * @ret:	For idmap_apply_finish(); untouched on failure
 *
 * Return: 0, negative errno
 */
must_check int idmap_apply_begin(pid_t pid, const struct id_map *uids,
				 const struct id_map *gids,
				 const struct idmap_helpers *helpers,
				 struct idmap_apply *ret, struct error *err);

/**
 * idmap_apply_finish() - Wait until both maps are written
 * @apply:	Is cleared
 * @err:	What the helper said, and its cause in words
 *
 * Return: 0, negative errno
 */
must_check int idmap_apply_finish(struct idmap_apply *apply, struct error *err);

/** idmap_apply_clear() - Give up: end the helpers that still run. */
void idmap_apply_clear(struct idmap_apply *apply);

#endif
