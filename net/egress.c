// SPDX-License-Identifier: Apache-2.0
#include "net/egress.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <string.h>

#include "net/address.h"

enum { TCP_SYN = 2, TCP_ACK = 16 };
enum { PORT_DNS = 53 };

/* Server ports of BOOTP, TFTP and DHCPv6: libslirp has servers of these built
 * in, with a history of faults, and the container is configured without them.
 */
static bool is_boot_port(uint16_t port)
{
	return port == 67 || port == 69 || port == 546 || port == 547;
}

static bool is_echo(const struct frame *frame)
{
	if (frame->protocol == IPPROTO_ICMP)
		return frame->l4[0] == ICMP_ECHO && frame->l4[1] == 0;
	return frame->protocol == IPPROTO_ICMPV6 &&
	       frame->l4[0] == ICMPV6_ECHO_REQUEST && frame->l4[1] == 0;
}

static bool is_message(const struct frame *frame)
{
	return frame->protocol == IPPROTO_ICMP ||
	       frame->protocol == IPPROTO_ICMPV6;
}

/* Of a connection that there is already, or of none: then libslirp resets it.
 */
static bool is_later_segment(const struct frame *frame)
{
	return frame->protocol == IPPROTO_TCP &&
	       (frame->l4[13] & (TCP_SYN | TCP_ACK)) != TCP_SYN;
}

static enum verdict decide_gateway(const struct egress_rules *rules,
				   const struct frame *frame)
{
	if (is_message(frame))
		return is_echo(frame) ? VERDICT_PASS : VERDICT_DROP;
	/* By this name it knows those of us who come to its ports. */
	return rules->host_loopback || is_later_segment(frame) ? VERDICT_PASS
							       : VERDICT_REFUSE;
}

static enum verdict decide_nameserver(const struct frame *frame)
{
	if (is_message(frame))
		return is_echo(frame) ? VERDICT_PASS : VERDICT_DROP;
	if (frame->dst_port != PORT_DNS)
		return VERDICT_REFUSE;
	return frame->protocol == IPPROTO_UDP ? VERDICT_DNS_UDP
					      : VERDICT_DNS_TCP;
}

/* Loopback, "this host", multicast, reserved, broadcast, or on our own link,
 * where nobody else lives.
 */
static bool is_closed_v4(const uint8_t *dst)
{
	return dst[0] == 0 || dst[0] == 127 || dst[0] >= 224 ||
	       memcmp(dst, address_of(LINK_GUEST, AF_INET)->bytes, 3) == 0;
}

/* Everything below ::/32 (unspecified, loopback, addresses with an IPv4 one
 * inside, which sockets would reach as such), multicast, link-local, and our
 * own link.
 */
static bool is_closed_v6(const uint8_t *dst)
{
	static const uint8_t zero[4];

	return memcmp(dst, zero, sizeof(zero)) == 0 || dst[0] == 0xff ||
	       (dst[0] == 0xfe && (dst[1] & 0xc0) == 0x80) ||
	       memcmp(dst, address_of(LINK_GUEST, AF_INET6)->bytes, 8) == 0;
}

bool egress_is_closed(int family, const uint8_t *dst)
{
	return family == AF_INET ? is_closed_v4(dst) : is_closed_v6(dst);
}

static enum verdict decide_v6(const struct frame *frame)
{
	if (is_closed_v6(frame->dst))
		return VERDICT_DROP;
	if (frame->protocol == IPPROTO_ICMPV6)
		return is_echo(frame) ? VERDICT_PING : VERDICT_DROP;
	return VERDICT_PASS;
}

static enum verdict decide_v4(const struct frame *frame)
{
	if (is_closed_v4(frame->dst))
		return VERDICT_DROP;
	if (frame->protocol == IPPROTO_ICMP)
		return is_echo(frame) ? VERDICT_PING : VERDICT_DROP;
	return VERDICT_PASS;
}

enum verdict egress_decide(const struct egress_rules *rules,
			   const struct frame *frame)
{
	if (frame->family == AF_INET6 && !rules->ipv6)
		return VERDICT_DROP;
	if (frame->protocol == IPPROTO_UDP && is_boot_port(frame->dst_port))
		return VERDICT_DROP;
	if (address_is(frame->dst, frame->family, LINK_GATEWAY))
		return decide_gateway(rules, frame);
	if (address_is(frame->dst, frame->family, LINK_NAMESERVER))
		return decide_nameserver(frame);
	if (rules->internal && !is_later_segment(frame))
		return is_message(frame) && !is_echo(frame) ? VERDICT_DROP
							    : VERDICT_REFUSE;
	return frame->family == AF_INET ? decide_v4(frame) : decide_v6(frame);
}
