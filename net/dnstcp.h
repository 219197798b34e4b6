// SPDX-License-Identifier: Apache-2.0
/* Clients that ask our nameserver over TCP.
 *
 * They are connected to a socket in the router (router.h) that has the
 * nameserver's address, or by libslirp to one of dnsnat.h's. A client's queries
 * are taken one after the other: the next is read when the answer to the last
 * has gone out (RFC 7766 allows both). Who does nothing for too long is let go,
 * and the one that did so longest when there are too many.
 */
#ifndef NET_DNSTCP_H
#define NET_DNSTCP_H

#include <stdbool.h>

#include "net/dnsask.h"

#define DNSTCP_CLIENTS_MAX 32
#define DNSTCP_PATIENCE_MS 10000

struct dnstcp_client {
	int fd;           /* meaningful if since_ms isn't 0 */
	int family;       /* it came over */
	uint16_t port;    /* its own; 0: unknown */
	int64_t since_ms; /* when it last got on */
	uint32_t ticket;  /* another for each that comes */
	bool is_ready;    /* there may be something to be read */
	bool is_asked;    /* its query has no answer yet */
	size_t received;
	size_t size; /* of the answer on its way; 0: none */
	size_t sent;
	uint8_t query[DNSSTREAM_HEAD + DNSASK_SIZE_MAX];
	uint8_t answer[DNSSTREAM_MAX];
};

/* Zero but for what is borrowed. */
struct dnstcp {
	int epoll; /* borrowed */
	uint32_t tickets;
	struct dnstcp_client clients[DNSTCP_CLIENTS_MAX];
};

/**
 * dnstcp_listen() - Be there for clients
 * @fd:		Of a transparent socket, ours from now on; -1: there is none
 *
 * Where that can't be done, nobody is going to come.
 */
void dnstcp_listen(struct dnstcp *tcp, int fd, int family);

/** dnstcp_accept() - Somebody has come to the listening socket @listener */
void dnstcp_accept(struct dnstcp *tcp, int listener, int64_t now_ms);

/* Somebody who is connected. */
struct dnstcp_caller {
	int fd;        /* non-blocking */
	int family;    /* that the container speaks with us */
	uint16_t port; /* its own; 0: unknown */
};

/** dnstcp_welcome() - Take him in; the descriptor is ours from now on */
void dnstcp_welcome(struct dnstcp *tcp, const struct dnstcp_caller *caller,
		    int64_t now_ms);

/** dnstcp_on_event() - A client has sent something, or takes something */
void dnstcp_on_event(struct dnstcp *tcp, size_t number, int64_t now_ms);

/**
 * dnstcp_take() - Take the next query
 * @from:	Client to begin with; then the one whose query it is
 *
 * Return: size of the query, in the client's .query behind the length; 0: there
 * is none
 */
size_t dnstcp_take(struct dnstcp *tcp, size_t *from);

/**
 * dnstcp_answer() - Answer the client's query
 * @ticket:	As the client had it when it asked
 */
void dnstcp_answer(struct dnstcp *tcp, size_t number, uint32_t ticket,
		   const uint8_t *message, size_t size, int64_t now_ms);

/** dnstcp_drop() - Let a client go */
void dnstcp_drop(struct dnstcp *tcp, size_t number);

/** dnstcp_on_time() - Let those go who do nothing */
void dnstcp_on_time(struct dnstcp *tcp, int64_t now_ms);

/** dnstcp_timeout() - Milliseconds until then; -1: nobody is there */
int dnstcp_timeout(const struct dnstcp *tcp, int64_t now_ms);

#endif
