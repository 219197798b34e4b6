// SPDX-License-Identifier: Apache-2.0
/* A program that builds the root of a system: it runs as root of a user
 * namespace, in a PID and a mount namespace of its own, with a directory for
 * its temporary files.
 *
 * Theory of operation: an attendant, which is a copy of us, starts the program,
 * waits for its end, and clears up. When we end before, it is told
 * (PR_SET_PDEATHSIG) and kills the program, and with it all in the PID
 * namespace. If the attendant is killed the program goes with it, and what is
 * in the directory stays for others to clear up. Being a copy, the attendant
 * holds the locks that we hold, until it has ended.
 */
#ifndef CONTAINER_BUILD_H
#define CONTAINER_BUILD_H

#include "base/proc.h"

/* What is to be started. All borrowed. */
struct build_order {
	const char *directory; /* absolute; exists */
	const char *path;      /* of the program */
	char *const *argv;
	int userns; /* descriptor; of more than one id */
	int out;    /* its standard output; closed before build_wait() */
	int log;    /* its standard error */
	/* What the attendant does in the end, as root of the user namespace.
	 * Return: 0, negative errno
	 */
	int (*clear_up)(void *argument);
	void *argument;
};

/* One that runs. */
struct build {
	struct process attendant;
	int failure; /* read end: a struct error, where it couldn't start */
};

#define BUILD_NONE ((struct build){ .attendant = { 0, -1 }, .failure = -1 })

/**
 * build_start() - Start it
 * @ret:	For build_wait() or build_clear()
 *
 * It finds its directory at BUILD_DIRECTORY, which TMPDIR says, and as its
 * working directory /. Return: 0, negative errno
 */
must_check int build_start(const struct build_order *order, struct build *ret,
			   struct error *err);

/* Every Linux has it, everybody may pass, and nobody has packages there. */
#define BUILD_DIRECTORY "/dev/shm"

/**
 * build_wait() - Wait until it has ended, and what it left is cleared up
 *
 * Return: exit status, or 128 plus the signal; negative errno: it couldn't
 * start
 */
must_check int build_wait(struct build *build, struct error *err);

/** build_clear() - End it, if it still runs. */
void build_clear(struct build *build);

#endif
