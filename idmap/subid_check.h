// SPDX-License-Identifier: Apache-2.0
/* What may be wrong with a user's subordinate ids, and the very command that
 * mends it. Pure, but for a look into passwd when there is something to say.
 */
#ifndef IDMAP_SUBID_CHECK_H
#define IDMAP_SUBID_CHECK_H

#include <sys/types.h>

#include "idmap/map.h"

enum subid_kind { SUBID_UID, SUBID_GID };

/* What may be wrong with a user's ranges; each has a remedy of its own. */
enum subid_problem {
	SUBID_OK,
	SUBID_ABSENT,     /* no line for this user, no file, or no such user */
	SUBID_TOO_SMALL,  /* fewer than 65536 ids: most images need that many */
	SUBID_HAS_OWN_ID, /* a range contains the user's own id */
	SUBID_OVERLAPS,   /* a range is partly another user's */
	SUBID_COVERS_USER, /* a range contains another user of the machine */
	SUBID_UNEQUAL,     /* more uids than gids, or the other way round */
	SUBID_MALFORMED,   /* a line of this user can't be read */
	SUBID_UNREACHABLE, /* libsubid failed, or can't be loaded */
};

/* One of the two files, or the half of libsubid's answer. All borrowed. */
struct subid_side {
	const char *path;
	const char *text;               /* "" when there is no file */
	const struct id_ranges *ranges; /* as granted */
	uint64_t usable;                /* ids without doubles and one's own */
	size_t bad_line;                /* number of a bad line, 0: none */
	int code;                       /* errno of reading the file, or 0 */
	uint32_t own_id;
};

struct subid_facts {
	const char *user; /* NULL: without an entry in passwd */
	uid_t uid;
	const char *source;          /* in nsswitch.conf; NULL: files */
	const char *passwd;          /* path */
	bool thorough;               /* may read it without need */
	const struct error *failure; /* of libsubid; NULL: none */
	struct subid_side sides[2];  /* by enum subid_kind */
};

/**
 * subid_check() - Find the worst problem
 * @ret_message: Owned by the caller; NULL when SUBID_OK
 */
enum subid_problem subid_check(const struct subid_facts *facts,
			       char **ret_message);

#endif
