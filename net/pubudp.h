// SPDX-License-Identifier: Apache-2.0
/* Datagrams from clients to published ports, and the replies.
 *
 * A client's datagram becomes a packet with the client's address, so the
 * container answers to that. Who has sent something lately is remembered:
 * replies to such go out from the very address that the client wrote to. The
 * table is of fixed size; in its place the one who was silent longest makes
 * room.
 */
#ifndef NET_PUBUDP_H
#define NET_PUBUDP_H

#include "net/address.h"
#include "net/frame.h"

#define PUBUDP_SESSIONS_MAX 4096
#define PUBUDP_SESSION_MS   180000 /* three minutes: RFC 4787, REQ-5 */

struct pubudp_session {
	int64_t used_ms; /* 0: never */
	uint32_t port;   /* of publish.h */
	uint16_t guest_port;
	uint16_t client_port;
	struct address client; /* as the container sees it */
	struct address real;   /* the same unless it is on our loopback */
	struct address local;  /* what the client wrote to */
};

/* Zero but for the MTU is empty. */
struct pubudp {
	size_t mtu; /* of the container's interface */
	struct pubudp_session sessions[PUBUDP_SESSIONS_MAX];
	uint8_t frame[FRAME_SIZE_MAX];
};

/** pubudp_prepare() - Options of a socket before it is bound */
must_check int pubudp_prepare(int fd, int family);

/* A published port, as far as it matters here. */
struct pubudp_port {
	uint32_t number; /* of publish.h */
	int fd;
	int family;
	uint16_t guest_port;
};

/** pubudp_receive() - Pass on what has come, a limited number */
void pubudp_receive(struct pubudp *udp, const struct pubudp_port *port, int tun,
		    int64_t now_ms);

/**
 * pubudp_find() - Is this datagram a reply to a client?
 *
 * Return: the session; NULL: no
 */
const struct pubudp_session *
pubudp_find(struct pubudp *udp, const struct frame *frame, int64_t now_ms);

/** pubudp_send() - Send it to the client, by the socket of its port */
void pubudp_send(const struct pubudp_session *session, int fd,
		 const struct frame *frame);

/** pubudp_forget() - Whom a port had as clients */
void pubudp_forget(struct pubudp *udp, uint32_t port);

#endif
