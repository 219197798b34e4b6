// SPDX-License-Identifier: Apache-2.0
/* newuidmap(1) and newgidmap(1): where they are, and whether they can do what
 * they are for. They need CAP_SETUID and CAP_SETGID, from the setuid bit or
 * from file capabilities; distributions differ.
 */
#ifndef IDMAP_HELPERS_H
#define IDMAP_HELPERS_H

#include "base/error.h"

/* Found before anything is made. Zero: not looked for. */
struct idmap_helpers {
	char *newuidmap, *newgidmap; /* owned paths */
};

/**
 * idmap_helpers_find() - Find newuidmap and newgidmap
 * @path:	PATH, or NULL
 * @ret_helpers: Untouched on failure
 * @err:	Says which is missing (ENOENT) or can't work (EPERM), and why:
 *		not installed; neither setuid nor with the file capability; on
 *		a nosuid mount; no_new_privs is set on us. One named cause, with
 *		its remedy.
 *
 * One that can't work is passed over when a better one is in the usual places.
 *
 * Return: 0, negative errno
 */
must_check int idmap_helpers_find(const char *path,
				  struct idmap_helpers *ret_helpers,
				  struct error *err);

void idmap_helpers_clear(struct idmap_helpers *helpers);

#endif
