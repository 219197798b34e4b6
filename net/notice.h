// SPDX-License-Identifier: Apache-2.0
/* One call that the container's filter notified us of, and what can be said to
 * it (seccomp_unotify(2)).
 */
#ifndef NET_NOTICE_H
#define NET_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum notice_call {
	NOTICE_OTHER,
	NOTICE_CONNECT,
	NOTICE_BIND,
	NOTICE_LISTEN,
};

struct notice {
	uint64_t id;
	pid_t thread; /* as we see it; 0: in no namespace of ours */
	enum notice_call call;
	int fd;           /* the first argument */
	uint64_t address; /* the second, a pointer in its memory */
	uint64_t size;    /* the third */
};

/** notice_hurry() - Callers shall be woken on the CPU that answers them */
void notice_hurry(int listener);

/** notice_receive() - Take one. Return: 1; 0: it is gone; negative errno */
must_check int notice_receive(int listener, struct notice *ret);

/** notice_is_valid() - Does the caller still wait, and is it still the same? */
bool notice_is_valid(int listener, uint64_t id);

/** notice_answer() - The call returns: @error is 0 or negative errno */
void notice_answer(int listener, uint64_t id, int error);

/** notice_let_go() - The kernel carries the call out */
void notice_let_go(int listener, uint64_t id);

/**
 * notice_abandon() - Let calls fail whose answer died with who had received
 *them
 * @calls:	Their ids, @count of them; those that wait no more do no harm.
 *		The first is of the last call that was received, or of the one
 *		before it
 * @error:	Negative errno
 */
void notice_abandon(int listener, const uint64_t *calls, size_t count,
		    int error);

/**
 * notice_replace() - A descriptor of the caller's becomes another
 * @fd:		Its number there
 * @by:		A descriptor of ours, and remains so
 *
 * The call goes on waiting. Return: 0, negative errno
 */
must_check int notice_replace(int listener, uint64_t id, int fd, int by,
			      bool cloexec);

#endif
