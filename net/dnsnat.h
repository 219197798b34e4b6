// SPDX-License-Identifier: Apache-2.0
/* DNS over TCP where there is no router (router.h), so that clients can't be
 * ours (dnstcp.h): segments to our nameserver address are rewritten to go to a
 * real nameserver, and back.
 *
 * libslirp makes the connection then, as for any other. The sender becomes an
 * address that the container can't use (enum link_role), so replies can be
 * told apart. The server may be of the other address family. When a server
 * doesn't take the connection, the container's next attempt (its kernel
 * repeats a SYN after a second) goes to the next server.
 */
#ifndef NET_DNSNAT_H
#define NET_DNSNAT_H

#include "net/frame.h"
#include "net/servers.h"

#define DNSNAT_FLOWS_MAX 64 /* the one unused longest makes room */

struct dnsnat_flow {
	int family;    /* of the container's side; 0: free */
	uint16_t port; /* of the container's socket */
	bool open;     /* the server has accepted */
	size_t tried;  /* servers before this one */
	struct address server;
	int64_t used_ms;
};

struct dnsnat {
	struct dnsnat_flow flows[DNSNAT_FLOWS_MAX];
};

/**
 * dnsnat_out() - Rewrite a segment on its way to a nameserver
 * @servers:	Whom a new connection may go to
 * @frame:	TCP to our port 53
 * @now_ms:	Monotonic time
 * @out:	Room for FRAME_SIZE_MAX bytes
 *
 * Return: size of the new frame; 0: there is no such connection, or no server
 */
size_t dnsnat_out(struct dnsnat *nat, const struct servers *servers,
		  const struct frame *frame, int64_t now_ms, uint8_t *out);

/**
 * dnsnat_is_ours() - Is this frame of libslirp's a reply to be rewritten?
 *
 * Looks at the destination only: cheap enough to ask for each frame.
 */
bool dnsnat_is_ours(const uint8_t *data, size_t size);

/**
 * dnsnat_back() - Rewrite a segment on its way back
 * @servers:	As for dnsnat_out()
 * @frame:	To one of our sender addresses, see dnsnat_is_ours()
 * @out:	Room for FRAME_SIZE_MAX bytes
 *
 * Return: size of the new frame; 0: to be dropped
 */
size_t dnsnat_back(struct dnsnat *nat, const struct servers *servers,
		   const struct frame *frame, uint8_t *out);

#endif
