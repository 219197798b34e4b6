// SPDX-License-Identifier: Apache-2.0
/* libslirp in our loop: the TCP/IP stack that the container talks to and that
 * opens ordinary sockets for it.
 *
 * libslirp wants to be asked before each wait which sockets it waits for. We
 * compare that with what is registered at epoll and tell the kernel only the
 * difference. Sockets are kept in a table indexed by descriptor; the limit of
 * open files is set to its size.
 */
#ifndef NET_STACK_H
#define NET_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/dnsnat.h"
#include "net/publish.h"

#define STACK_FDS_MAX 65536 /* descriptors of the whole process */

struct Slirp;
struct library;

struct stack_settings {
	uint32_t mtu; /* bytes */
	bool ipv6;
	bool host_loopback;
};

struct stack_fd {
	uint32_t events;     /* registered at epoll; 0: not registered */
	uint32_t ready;      /* reported by epoll, not yet by libslirp */
	uint32_t generation; /* of the last wait it was wanted for */
	bool listed;         /* in stack.list */
};

struct stack {
	struct library *library; /* owned */
	struct Slirp *slirp;
	int epoll;                /* borrowed */
	int tun;                  /* borrowed */
	size_t mtu;               /* of the container's interface */
	const struct dnsnat *nat; /* borrowed */
	uint32_t generation;
	size_t list_count;
	int list[STACK_FDS_MAX];
	struct stack_fd fds[STACK_FDS_MAX];
	uint8_t before[FRAME_SIZE_MAX]; /* a frame to be rewritten */
	uint8_t after[FRAME_SIZE_MAX];
};

/**
 * stack_init() - Make the stack; frames can't flow yet
 * @stack:	Zero but for the borrowed members; stays at its place
 *
 * Return: 0, negative errno
 */
must_check int stack_init(struct stack *stack,
			  const struct stack_settings *settings,
			  struct error *err);

/** stack_start() - Introduce the container, now that there is a way to it */
void stack_start(struct stack *stack, bool ipv6);

/**
 * stack_publish() - Have libslirp listen on the host for a TCP port
 *
 * Return: 0, negative errno
 */
must_check int stack_publish(struct stack *stack,
			     const struct publish_port *port,
			     struct error *err);

/** stack_unpublish() - No longer */
void stack_unpublish(struct stack *stack, const struct publish_port *port);

/** stack_input() - A frame from the container that may pass */
void stack_input(struct stack *stack, const uint8_t *frame, size_t size);

/**
 * stack_prepare() - Register for the next wait what libslirp waits for
 *
 * Return: milliseconds it wants to wait at most; -1: any time
 */
int stack_prepare(struct stack *stack);

/**
 * stack_is_from() - Is this the other end of a connection of libslirp's?
 * @peer:	Of a socket on this machine that somebody has connected to
 */
bool stack_is_from(const struct stack *stack,
		   const struct sockaddr_storage *peer);

/** stack_on_event() - epoll reported @events for a socket of the stack */
void stack_on_event(struct stack *stack, uint32_t fd, uint32_t events);

/** stack_serve() - After a wait: let libslirp handle what was reported */
void stack_serve(struct stack *stack);

/** stack_now_ns() - Monotonic time */
int64_t stack_now_ns(void);

#endif
