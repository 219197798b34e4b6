// SPDX-License-Identifier: Apache-2.0
/* Networks that people have made: a file each, in networks/ of holt's data
 * directory, replaced by rename. Whether one is in use nobody writes down
 * (holder.h).
 */
#ifndef NETWORK_DEFINITION_H
#define NETWORK_DEFINITION_H

#include "base/alloc.h"
#include "network/subnet.h"

struct json_object;

struct definition {
	char *name;
	char *id;              /* 64 hexadecimal digits */
	char *created;         /* RFC 3339 */
	struct subnet subnet;  /* IPv4 */
	struct subnet subnet6; /* none: IPv4 only */
	unsigned int mtu;      /* bytes */
	bool internal;         /* no way out */
	struct strv labels;    /* KEY=VALUE */
};

void definition_clear(struct definition *definition);

/**
 * definition_check_name() - [a-zA-Z0-9][a-zA-Z0-9_.-]*, and none of the words
 *			     that --network has a meaning for
 *
 * Return: 0, -EINVAL
 */
must_check int definition_check_name(const char *name, struct error *err);

/**
 * definition_read() - Find a network by its name, or the beginning of its id
 * @ret:	Empty; for definition_clear(), also after a failure
 * @err:	ENOENT: "network not found"
 *
 * Return: 0, negative errno
 */
must_check int definition_read(const char *name, struct definition *ret,
			       struct error *err);

/**
 * definition_make() - Give a new network what wasn't said, and write it
 * @definition:	With a name; gets id, time, and a range that no other network
 *		nor interface of the host has, if there is none
 * @err:	EEXIST: there is one of that name; or its range is another's
 *
 * Return: 0, negative errno
 */
must_check int definition_make(struct definition *definition,
			       struct error *err);

/** definition_remove() - Return: 0, negative errno */
must_check int definition_remove(const struct definition *definition,
				 struct error *err);

/** definition_list() - The names of all, sorted; none if there are none */
must_check int definition_list(struct strv *ret, struct error *err);

/** definition_json() - As `network inspect` shows it, without containers */
struct json_object *definition_json(const struct definition *definition);

#endif
