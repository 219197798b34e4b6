// SPDX-License-Identifier: Apache-2.0
/* Calls of connect(2) that wait for their connection (supervisor.h). */
#ifndef NET_WAITING_H
#define NET_WAITING_H

#include "net/matter.h"

/* Calls at a time; who comes then isn't diverted. */
#define WAITINGS_MAX 1024

/* Which socket a call waits for. */
enum waiting_kind {
	WAITING_NOBODY,
	WAITING_NEW,   /* a host's, that takes the place of the container's */
	WAITING_HOST,  /* a host's that is there already */
	WAITING_GUEST, /* one of the container's own */
};

/* A call whose connection is on its way. */
struct waiting {
	enum waiting_kind kind;
	bool cloexec;
	int sock; /* owned */
	int fd;   /* of the caller's */
	pid_t thread;
	uint64_t id;
	int64_t deadline_ms; /* 0: none */
	socklen_t size;      /* of the address */
	struct sockaddr_storage given;
};

/* Zero but for what is borrowed. */
struct waitings {
	int epoll;       /* borrowed */
	int listener;    /* the same, of the filter */
	uint64_t *calls; /* the same, WAITINGS_MAX; NULL: none */
	size_t count;
	struct waiting list[WAITINGS_MAX];
};

/** waitings_are_full() - Is there no room for one more? */
static inline bool waitings_are_full(const struct waitings *waitings)
{
	return waitings->count == WAITINGS_MAX;
}

/**
 * waitings_add() - Let a call wait until a socket is connected
 * @sock:	Ours from now on; -1: there is none. Its number at the epoll is
 *its place in the list
 *
 * Return: is there room?
 */
bool waitings_add(struct waitings *waitings, const struct matter *matter,
		  enum waiting_kind kind, int sock);

/** waitings_on_event() - The socket of the one at @place has got on */
void waitings_on_event(struct waitings *waitings, size_t place);

/** waitings_look_after() - Who has a signal, has waited long enough, is gone?
 */
void waitings_look_after(struct waitings *waitings);

/**
 * waitings_timeout() - Milliseconds until that is to be asked
 * @most_ms:	At most
 *
 * Return: -1: nobody waits
 */
int waitings_timeout(const struct waitings *waitings, int most_ms);

/**
 * waiting_connect() - connect(2) on a socket of the container's, without
 * waiting
 *
 * While it is called the socket is non-blocking for all who have it, if it is
 * of a type for which that matters; who changes that at just this moment makes
 * us wait, and so only itself.
 *
 * Return: 0, negative errno
 */
int waiting_connect(int sock, const struct sockaddr_storage *given,
		    socklen_t size);

#endif
