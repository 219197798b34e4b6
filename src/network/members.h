// SPDX-License-Identifier: Apache-2.0
/* The containers on a network: names and addresses. Pure but for who is alive,
 * which the holder (holder.h) asks of their pidfds.
 */
#ifndef NETWORK_MEMBERS_H
#define NETWORK_MEMBERS_H

#include <sys/types.h>

#include "base/alloc.h"
#include "network/definition.h"

#define MEMBERS_MAX 1024

struct json_object;
struct json_node;

struct member {
	char *id;            /* of the container */
	char *name;          /* NULL: none */
	char *interface;     /* name inside; NULL: not known */
	struct strv aliases; /* further names */
	uint32_t number;     /* of its address in the IPv4 range */
	uint32_t number6;    /* and in the IPv6 range, if there is one */
	int alive;           /* readable when it has ended; owned */
	pid_t pid;           /* of the process that ends then; 0: not known */
	uint64_t start_time; /* see process_start_time() */
};

/* Zero is: nobody. */
struct members {
	size_t count;
	struct member list[MEMBERS_MAX];
};

/** members_find() - By the container's id, whole. Return: NULL: not there */
struct member *members_find(struct members *members, const char *id);

/**
 * members_add() - Take somebody in
 * @request:	{"id", "name", "interface", "aliases", "address", "address6"};
 *		an address that isn't there is the lowest free one
 * @alive:	Owned by the table if this succeeds
 * @err:	EADDRINUSE, EINVAL: that address; EEXIST: it is on it; ENOSPC
 *
 * Return: the member; NULL
 */
struct member *members_add(struct members *members,
			   const struct definition *definition,
			   const struct json_node *request, int alive,
			   struct error *err);

void members_remove(struct members *members, struct member *member);

/** member_json() - The same, of one that is there */
struct json_object *member_json(const struct member *member,
				const struct definition *definition);

/**
 * members_names() - What the forwarder is to answer: "ADDRESS NAME" lines
 *
 * Each name is also there with the network's name behind it. Owned by the
 * caller.
 */
char *members_names(const struct members *members,
		    const struct definition *definition);

#endif
