// SPDX-License-Identifier: Apache-2.0
/* Landlock (landlock(7)): no files but those below a few directories, no TCP,
 * no abstract sockets and signals beyond ourselves; as far as the kernel knows
 * it.
 */
#ifndef BASE_LANDLOCK_H
#define BASE_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What may still be done below a directory. */
enum landlock_access {
	LANDLOCK_READ_FILES, /* files whose path is known */
	LANDLOCK_READ,       /* files and directories */
	LANDLOCK_ALL,
};

struct landlock_place {
	int directory; /* descriptor, borrowed; -1: this row doesn't count */
	enum landlock_access access;
};

/**
 * landlock_restrict() - For good, and for all that this process starts
 * @places:	What stays, @count of them
 * @tcp:	TCP may be used
 *
 * What is open already stays open. no_new_privs has to be set. Neither heap nor
 * stdio is used.
 *
 * Return: 1; 0: this kernel has no Landlock, or not switched on; negative errno
 */
must_check int landlock_restrict(const struct landlock_place *places,
				 size_t count, bool tcp, struct error *err);

#endif
