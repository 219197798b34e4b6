// SPDX-License-Identifier: Apache-2.0
/* Who we work for, and which ids they may map. */
#ifndef CONTAINER_CALLER_H
#define CONTAINER_CALLER_H

#include <sys/types.h>

#include "idmap/map.h"

struct caller {
	uid_t uid;
	gid_t gid;
	char *name; /* owned; NULL: not in passwd */
	char *home; /* owned; NULL: not in passwd */
};

/**
 * caller_read() - Ask who we are
 *
 * /etc/passwd is looked at first: for almost everybody that saves loading what
 * nsswitch.conf(5) names beside it.
 */
void caller_read(struct caller *ret);

void caller_clear(struct caller *caller);

/**
 * caller_map_all() - Every id of our own user namespace, mapped to itself
 * @uids, @gids: Empty; for callers with CAP_SETUID and CAP_SETGID there
 *
 * Files keep their owners, and what root may do ends at the container's
 * namespaces all the same.
 *
 * Return: 0, negative errno
 */
must_check int caller_map_all(struct id_map *uids, struct id_map *gids,
			      struct error *err);

/**
 * caller_has_ids() - Does our own user namespace have the ids of these maps?
 *
 * Inside another container the ranges of /etc/subuid are often those of a
 * world that isn't there.
 */
bool caller_has_ids(const struct id_map *uids, const struct id_map *gids);

/**
 * caller_may_set_groups() - May setgroups(2) be called around us?
 *
 * Where not, it may not in any user namespace that is made here.
 */
bool caller_may_set_groups(void);

/** caller_is_rootless() - Are we anything but the machine's root? */
bool caller_is_rootless(void);

#endif
