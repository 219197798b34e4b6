// SPDX-License-Identifier: Apache-2.0
/* The DNS forwarder at 10.0.2.3 and fd00::3, for UDP (dnsnat.h has TCP).
 *
 * Queries are asked from sockets in the host's network, so a nameserver on the
 * host's loopback (127.0.0.53) works although the container can't reach the
 * loopback. Each query goes to the first server; every second without an
 * answer it goes to the next one, and earlier ones may still answer. A socket
 * serves one query and one server only: its port is random, and the kernel
 * accepts nothing but datagrams from that server. A few names are ours.
 */
#ifndef NET_DNS_H
#define NET_DNS_H

#include "net/dnsmsg.h"
#include "net/frame.h"
#include "net/servers.h"

#define DNS_QUERIES_MAX    256  /* at once; more are dropped */
#define DNS_QUERY_SIZE_MAX 1232 /* larger queries are dropped */

struct dns_query {
	bool used;
	uint8_t attempts;    /* servers asked so far, with repetitions */
	int family;          /* that the container asked over */
	uint16_t port;       /* of the container's socket */
	uint16_t client_id;  /* the message's id as the container chose it */
	int64_t next_ms;     /* when to ask the next server */
	int64_t deadline_ms; /* when to give up */
	int sockets[SERVERS_MAX]; /* one a server asked; -1: none */
	struct servers servers;   /* as they were when the query came */
	enum dns_rcode failure;   /* worst answer so far; 0: none */
	size_t question_end;
	size_t size;
	uint8_t message[DNS_QUERY_SIZE_MAX]; /* with our own id */
};

struct dns {
	int epoll; /* borrowed */
	int tun;   /* borrowed */
	size_t mtu;
	bool ipv6;
	struct servers servers;
	size_t used; /* number of queries under way */
	struct dns_query queries[DNS_QUERIES_MAX];
};

/**
 * dns_on_query() - A datagram from the container to our port 53
 * @now_ms:	Monotonic time
 */
void dns_on_query(struct dns *dns, const struct frame *frame, int64_t now_ms);

/** dns_on_reply() - Socket @number (of the event) has something */
void dns_on_reply(struct dns *dns, uint32_t number, int64_t now_ms);

/** dns_on_time() - Ask next servers, give up on old queries */
void dns_on_time(struct dns *dns, int64_t now_ms);

/** dns_timeout() - Milliseconds until dns_on_time() has work; -1: none */
int dns_timeout(const struct dns *dns, int64_t now_ms);

#endif
