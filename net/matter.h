// SPDX-License-Identifier: Apache-2.0
/* A call of the container's that is looked at (supervisor.h): what is known of
 * it, and how it ends.
 */
#ifndef NET_MATTER_H
#define NET_MATTER_H

#include "net/hostsock.h"
#include "net/notice.h"
#include "net/target.h"

struct matter {
	int listener; /* borrowed */
	const struct notice *notice;
	const struct target *target;
	int sock; /* our copy of the descriptor, owned */
	enum hostsock_kind kind;
	int domain; /* as hostsock_kind() has it */
	/* Of connect(2), after matter_read(). */
	bool is_blocking;
	bool cloexec;
	struct sockaddr_storage given; /* notice->size bytes */
};

/**
 * matter_read() - Read from the caller what connect(2) is about
 *
 * Return: 0, negative errno
 */
int matter_read(struct matter *matter);

/* Whatever the caller does after one of these, no copy of ours is in the way:
 * its socket ends when it closes it, and one that was replaced is gone from its
 * epolls.
 */

/** matter_answer() - The call returns: @error is 0 or negative errno */
void matter_answer(struct matter *matter, int error);

/** matter_let_go() - The kernel carries it out */
void matter_let_go(struct matter *matter);

/** matter_close() - Neither, yet */
void matter_close(struct matter *matter);

#endif
