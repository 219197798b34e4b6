// SPDX-License-Identifier: Apache-2.0
/* Who holds a network that containers share: a small process for each, that
 * sleeps in the network's namespace as long as a container is on it. It knows
 * who is on it, gives out addresses, and writes down names for the forwarders
 * of their holt-nets.
 *
 * When the holder is killed the network goes on, for the containers that were
 * started on it have its namespace open too; whoever does something with the
 * network next starts another holder, which takes it over as it is (record.h).
 * Only where nobody has the namespace open it is gone, and is begun anew.
 *
 * The namespace belongs to a user namespace that the containers' own lie in, so
 * that one process can have rights over both; all networks of a user share it.
 */
#ifndef NETWORK_HOLDER_H
#define NETWORK_HOLDER_H

#include "network/definition.h"

/* What a container gets when it joins. */
struct membership {
	int netns;     /* of the network, owned; -1: none */
	int userns;    /* to make the container's in, owned; -1: ours will do */
	char *address; /* "10.89.0.2/24" */
	char *address6; /* NULL: none */
	char *interface;
};

#define MEMBERSHIP_NONE ((struct membership){ .netns = -1, .userns = -1 })

void membership_clear(struct membership *membership);

/* Who joins; all borrowed. */
struct joiner {
	const char *id;
	const char *name;           /* NULL: none */
	const char *interface;      /* name inside */
	const struct strv *aliases; /* NULL: none */
	const char *address;        /* NULL: any */
	const char *address6;
	int alive; /* becomes readable when it leaves: a pidfd */
};

/**
 * holder_join() - Join a network, and begin it if nobody is on it
 * @ret:	MEMBERSHIP_NONE; for membership_clear()
 *
 * Return: 0, negative errno
 */
must_check int holder_join(const struct definition *definition,
			   const struct joiner *joiner, struct membership *ret,
			   struct error *err);

/**
 * holder_leave() - Be taken off it
 * @ret:	As above; without addresses
 * @err:	ENOENT: the container isn't on it
 *
 * Return: 0, negative errno
 */
must_check int holder_leave(const struct definition *definition, const char *id,
			    struct membership *ret, struct error *err);

/**
 * holder_renew() - If the holder was killed, start another
 *
 * For one that is about to leave: so the other sees the last one go, and tidies
 * up.
 */
void holder_renew(const struct definition *definition);

/**
 * holder_members() - Who is on it
 *
 * Return: an array of what member_json() makes, owned by the caller; empty,
 * also if that can't be found out
 */
struct json_object *holder_members(const struct definition *definition);

/**
 * holder_look() - Is it running? Where?
 * @directory:	Of place_open()
 * @ret:	As for holder_leave()
 *
 * Return: 0, negative errno
 */
must_check int holder_look(int directory, const struct definition *definition,
			   struct membership *ret);

/**
 * holder_names_path() - Where names and addresses are written down
 * @ret:	Owned by the caller
 *
 * Return: 0, negative errno
 */
must_check int holder_names_path(const struct definition *definition,
				 char **ret, struct error *err);

/**
 * holder_run() - Be the holder
 * @ready:	Gets a struct error: zero when others may come
 *
 * Return: 0: everybody has left, or another process is it now; negative errno
 */
must_check int holder_run(const struct definition *definition, int ready,
			  struct error *err);

#endif
