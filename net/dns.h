// SPDX-License-Identifier: Apache-2.0
/* The DNS forwarder at 10.0.2.3 and fd00::3.
 *
 * Queries over UDP come as frames, those over TCP from dnstcp.h. They are asked
 * on from sockets in the host's network (dnsask.h), so a nameserver on the
 * host's loopback (127.0.0.53) works although the container can't reach the
 * loopback. A few names are ours.
 */
#ifndef NET_DNS_H
#define NET_DNS_H

#include "net/dnsask.h"
#include "net/dnstcp.h"
#include "net/frame.h"
#include "net/names.h"
#include "net/policy.h"

/* Who asked. */
struct dns_client {
	bool by_tcp;
	int family;    /* that the container asked over */
	uint16_t port; /* of its socket */
	uint16_t id;   /* of the message, as it chose it */
	size_t limit;  /* bytes of the answer that it takes over UDP */
	size_t question_end;
	size_t number;   /* over TCP, see dnstcp_answer() */
	uint32_t ticket; /* the same */
};

/* Zero but for what is borrowed. */
struct dns {
	int tun;               /* borrowed */
	struct policy *policy; /* borrowed */
	size_t mtu;
	bool ipv6;
	bool is_internal; /* no name but ours is anybody's */
	struct names names;
	struct dnsask ask;
	struct dnstcp tcp;
	struct dns_client clients[DNSASK_MAX]; /* of the questions in .ask */
	uint8_t message[65535];                /* the answer being made */
};

/**
 * dns_on_query() - A datagram from the container to our port 53
 * @now_ms:	Monotonic time
 */
void dns_on_query(struct dns *dns, const struct frame *frame, int64_t now_ms);

/** dns_on_reply() - A nameserver has something; @event: the event's number */
void dns_on_reply(struct dns *dns, uint32_t event, int64_t now_ms);

/** dns_serve() - After all events of a wait: take queries over TCP, ask next
 * servers, give up on who takes too long
 */
void dns_serve(struct dns *dns, int64_t now_ms);

/** dns_timeout() - Milliseconds until dns_serve() has work; -1: none */
int dns_timeout(const struct dns *dns, int64_t now_ms);

#endif
