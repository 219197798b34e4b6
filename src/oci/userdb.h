// SPDX-License-Identifier: Apache-2.0
/* passwd(5) and group(5) of a container's root, read as text: no NSS, for its
 * plugins would be the container's. A word of digits is an id and never looked
 * up as a name. Pure.
 */
#ifndef OCI_USERDB_H
#define OCI_USERDB_H

#include "oci/spec.h"

/* The two files' texts; NULL: the root has none. */
struct userdb {
	const char *passwd, *group;
};

/**
 * userdb_resolve() - "user", "uid", "user:group", "uid:gid" and the mixes
 * @word:	As typed, or an image's USER
 * @ret:	uid, gid and, for a user known by name without a group given,
 *the groups they are in; .groups is owned by the caller. Untouched on failure
 * @err:	ENOENT: names the unknown user or group
 *
 * Return: 0, negative errno
 */
must_check int userdb_resolve(const struct userdb *db, const char *word,
			      struct spec_user *ret, struct error *err);

/** userdb_name() - Login name of @uid, owned; NULL when it has no line. */
char *userdb_name(const struct userdb *db, uid_t uid);

/**
 * userdb_home() - Home directory of @uid
 *
 * Return: owned; NULL when @uid has no line
 */
char *userdb_home(const struct userdb *db, uid_t uid);

#endif
