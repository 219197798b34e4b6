// SPDX-License-Identifier: Apache-2.0
/* The subordinate ids of a user: from libsubid where nsswitch.conf(5) names a
 * source other than files (SSSD, LDAP), else from /etc/subuid and /etc/subgid
 * (subuid(5)). libsubid brings a dozen libraries along, so it is loaded only
 * when it has something to say that the files don't.
 */
#ifndef IDMAP_SUBID_H
#define IDMAP_SUBID_H

#include <sys/types.h>

#include "idmap/subid_check.h"

struct subids {
	struct id_ranges uids, gids; /* both empty: nothing usable */
	enum subid_problem problem;  /* the worst that was found */
	char *message; /* owned: what is wrong, and the command that mends it;
			* NULL when SUBID_OK */
};

/* Where to look; all NULL in real life (the files of /etc). */
struct subid_sources {
	const char *subuid, *subgid, *nsswitch, *passwd;
	bool thorough; /* also look for SUBID_COVERS_USER: reads passwd(5) */
};

/**
 * subid_parse() - Ranges of one user in the text of /etc/subuid or /etc/subgid
 * @text:	The file's content
 * @name:	Login name; may be NULL
 * @id:		The user's uid, for lines that begin with it in decimal
 * @ret:	Empty; gets the ranges in the file's order
 * @ret_bad_line: Number of the first bad line of this user, 0: none
 *
 * Bad lines of others are passed over, as newuidmap does. At most as many
 * ranges are taken as a map has room for.
 */
void subid_parse(const char *text, const char *name, uid_t id,
		 struct id_ranges *ret, size_t *ret_bad_line);

/**
 * subids_find() - Everything about the subordinate ids of a user
 * @name:	Login name; NULL: a user without an entry in passwd
 * @uid:	Their uid
 * @gid:	Their primary gid, which must not be in the ranges of gids
 * @sources:	NULL: the real ones
 * @ret:	Always filled. Ids that can't be used are left out: one's own,
 *		and what is granted twice. Either both kinds have some, or
 *		neither.
 *
 * Never fails: having none is an answer.
 */
void subids_find(const char *name, uid_t uid, gid_t gid,
		 const struct subid_sources *sources, struct subids *ret);

void subids_clear(struct subids *subids);

#endif
