// SPDX-License-Identifier: Apache-2.0
/* A socket of the host's takes the place of the container's (supervisor.h): in
 * its epolls, and under its number.
 */
#ifndef NET_PLACING_H
#define NET_PLACING_H

#include "net/matter.h"

struct placing {
	uint64_t id; /* of the call */
	int fd;      /* whose place it takes */
	int sock;    /* ours, until it is given away */
	bool is_blocking;
	bool cloexec;
};

/**
 * placing_watch() - Put a new socket into all epolls that the old one is in
 *
 * Return: 0, negative errno
 */
int placing_watch(const struct matter *matter, int made);

/**
 * placing_finish() - Give the socket away
 * @error:	What the call returns then: 0 or negative errno
 */
void placing_finish(struct placing *placing, int listener, int error);

#endif
