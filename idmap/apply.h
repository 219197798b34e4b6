// SPDX-License-Identifier: Apache-2.0
/* Write the id maps of a new user namespace, ourselves where the kernel lets
 * us, through newuidmap and newgidmap side by side where it doesn't.
 */
#ifndef IDMAP_APPLY_H
#define IDMAP_APPLY_H

#include <sys/types.h>

#include "base/proc.h"
#include "idmap/map.h"

/* The setuid helpers, found before anything is made. Zero: not looked for. */
struct idmap_helpers {
	char *newuidmap, *newgidmap; /* owned paths; NULL: not to be had */
};

/**
 * idmap_helpers_find() - Find newuidmap and newgidmap
 * @path:	PATH, or NULL
 * @err:	Says which is missing or can't work, and why: not installed; neither
 *		setuid nor with the file capability; on a nosuid mount; no_new_privs
 *		is set on us. One named cause, with its remedy.
 *
 * Return: 0, negative errno
 */
must_check int idmap_helpers_find(const char *path,
				  struct idmap_helpers *ret_helpers,
				  struct error *err);

void idmap_helpers_clear(struct idmap_helpers *helpers);

/**
 * idmap_needs_helpers() - Does the kernel refuse this map from us directly?
 *
 * Without CAP_SETUID (CAP_SETGID) over our own user namespace it takes just one
 * extent of one id, our own effective one.
 */
bool idmap_needs_helpers(const struct id_map *uids, const struct id_map *gids);

/* Maps being written; waits for the helpers are the caller's to place. */
struct idmap_apply {
	struct process uid_helper, gid_helper; /* .pid 0: none */
	int uid_output, gid_output; /* read ends of the helpers' stderr; -1 */
};

/**
 * idmap_apply_begin() - Write the maps of process @pid, or start the helpers
 * @pid:	A child of ours, in its new user namespace, that waits for us and
 *		has not been reaped, so its number can't be another's
 * @uids:	Validated
 * @gids:	Validated. A single-id map written by us gets setgroups "deny"
 * @helpers:	Used when idmap_needs_helpers(); may be NULL otherwise
 * @ret:	For idmap_apply_finish()
 *
 * Return: 0, negative errno
 */
must_check int idmap_apply_begin(pid_t pid, const struct id_map *uids,
				 const struct id_map *gids,
				 const struct idmap_helpers *helpers,
				 struct idmap_apply *ret, struct error *err);

/**
 * idmap_apply_finish() - Wait until both maps are written
 * @err:	What the helper said, and its cause in words
 *
 * Return: 0, negative errno
 */
must_check int idmap_apply_finish(struct idmap_apply *apply,
				  struct error *err);

#endif
