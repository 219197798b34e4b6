// SPDX-License-Identifier: Apache-2.0
/* Where the container may send. Pure: a sound frame and the rules go in, a
 * verdict comes out.
 *
 * Nothing with a loopback destination passes in any notation: libslirp would
 * open a socket to it on the host, and a container that routes 127.0.0.1 into
 * its tap would be at the services of the host's user.
 */
#ifndef NET_EGRESS_H
#define NET_EGRESS_H

#include "net/frame.h"

enum verdict {
	VERDICT_DROP,    /* as if the wire had lost it */
	VERDICT_REFUSE,  /* tell the sender: RST or an ICMP error */
	VERDICT_PASS,    /* to libslirp */
	VERDICT_PING,    /* an echo request to a host outside */
	VERDICT_DNS_UDP, /* to the forwarder */
	VERDICT_DNS_TCP, /* the same by libslirp (dnsnat.h) */
	VERDICT_COUNT
};

struct egress_rules {
	bool host_loopback; /* 10.0.2.2 and fd00::2 stand for the host's */
	bool ipv6;
	bool internal; /* nothing passes but to us */
};

/**
 * egress_is_closed() - Is it an address that no socket is opened to?
 * @dst:	4 or 16 bytes
 *
 * Loopback in any notation, nobody's, everybody's, link-local, and the
 * container's own link, where only the gateway and the nameserver are for us.
 */
bool egress_is_closed(int family, const uint8_t *dst);

/** egress_decide() - What becomes of a frame that frame_parse() let through */
enum verdict egress_decide(const struct egress_rules *rules,
			   const struct frame *frame);

#endif
