// SPDX-License-Identifier: Apache-2.0
/* Asking nameservers, from sockets in the host's network.
 *
 * A question goes to the first server; every second without an answer it goes
 * to the next one, and earlier ones may still answer. A socket serves one
 * question and one server only: its port is random, and the kernel accepts
 * nothing but what that server sends. Over TCP it is the same, with a
 * connection for each server asked.
 */
#ifndef NET_DNSASK_H
#define NET_DNSASK_H

#include "net/dnsmsg.h"
#include "net/dnsstream.h"
#include "net/servers.h"

#define DNSASK_MAX         256  /* questions at once */
#define DNSASK_SIZE_MAX    1232 /* bytes of one */
#define DNSASK_STREAMS_MAX 32   /* connections at once, of all questions */

struct dnsask_stream {
	bool used;
	bool is_sent; /* .done counts what is received then */
	size_t done;
	uint8_t data[DNSSTREAM_MAX];
};

enum dnsask_way {
	DNSASK_UDP,
	/* And over TCP if an answer is cut short. */
	DNSASK_UDP_THEN_TCP,
	DNSASK_TCP,
};

struct dnsask_question {
	bool used;
	bool was_cut; /* there was an answer, but cut short */
	enum dnsask_way way;
	uint8_t attempts;         /* servers asked so far, with repetitions */
	int64_t next_ms;          /* when to ask the next server */
	int64_t deadline_ms;      /* when to give up */
	int sockets[SERVERS_MAX]; /* one a server asked; -1: none */
	struct dnsask_stream *streams[SERVERS_MAX]; /* over TCP */
	struct servers servers; /* as they were when the question came */
	enum dns_rcode failure; /* worst answer so far; 0: none */
	size_t question_end;
	size_t size;
	uint8_t message[DNSASK_SIZE_MAX]; /* with our own id */
};

/* Zero but for what is borrowed. */
struct dnsask {
	int epoll; /* borrowed */
	struct servers servers;
	size_t used; /* number of questions under way */
	struct dnsask_question questions[DNSASK_MAX];
	struct dnsask_stream streams[DNSASK_STREAMS_MAX];
};

/**
 * dnsask_start() - Begin to ask
 * @message:	A query from dns_parse_query(), of at most DNSASK_SIZE_MAX bytes
 * @now_ms:	Monotonic time
 *
 * Return: number of the question; -1: there is no room for it
 */
int dnsask_start(struct dnsask *ask, const uint8_t *message, size_t size,
		 enum dnsask_way way, int64_t now_ms);

/** dnsask_end() - Forget a question */
void dnsask_end(struct dnsask *ask, int number);

/**
 * dnsask_on_event() - A server has something to say
 * @event:	Its number
 * @reply:	Room for 65535 bytes; gets the answer
 * @ret_number:	Gets the question's number
 *
 * Return: size of the answer; 0: there is none yet
 */
size_t dnsask_on_event(struct dnsask *ask, uint32_t event, uint8_t *reply,
		       int *ret_number, int64_t now_ms);

/**
 * dnsask_on_time() - Ask next servers
 *
 * Return: number of a question for which there won't be an answer, to be ended;
 * -1: there is none
 */
int dnsask_on_time(struct dnsask *ask, int64_t now_ms);

/**
 * dnsask_fail() - What the question has come to without an answer
 * @reply:	Room for DNSASK_SIZE_MAX bytes
 *
 * Return: size
 */
size_t dnsask_fail(const struct dnsask *ask, int number, uint8_t *reply);

/** dnsask_timeout() - Milliseconds until dnsask_on_time() has work; -1: none */
int dnsask_timeout(const struct dnsask *ask, int64_t now_ms);

#endif
