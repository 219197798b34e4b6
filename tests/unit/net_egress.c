// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/cleanup.h"
#include "tests/unit/net_frames.h"

enum { TCP_SYN = 2, TCP_ACK = 16 };

struct egress_case {
	char dst[40];
	uint8_t protocol;
	uint16_t first;  /* source port, or type and code */
	uint16_t second; /* destination port */
	enum verdict verdict;
	enum verdict with_loopback; /* where host_loopback is allowed */
};

#define TCP  IPPROTO_TCP
#define UDP  IPPROTO_UDP
#define ICMP IPPROTO_ICMP
#define IC6  IPPROTO_ICMPV6
#define PASS VERDICT_PASS, VERDICT_PASS
#define PING VERDICT_PING, VERDICT_PING
#define DROP VERDICT_DROP, VERDICT_DROP
#define NO   VERDICT_REFUSE, VERDICT_REFUSE
#define HOST VERDICT_REFUSE, VERDICT_PASS

ParameterizedTestParameters(egress, verdicts)
{
	static struct egress_case cases[] = {
		{ "192.0.2.1", TCP, 1, 80, PASS },
		{ "192.0.2.1", UDP, 1, 123, PASS },
		{ "192.0.2.1", ICMP, 0x0800, 0, PING },
		{ "2001:db8::1", TCP, 1, 80, PASS },
		{ "2001:db8::1", UDP, 1, 443, PASS },
		{ "169.254.169.254", TCP, 1, 80, PASS },
		/* the host's loopback, which the gateway stands for */
		{ "10.0.2.2", TCP, 1, 80, HOST },
		{ "10.0.2.2", UDP, 1, 53, HOST },
		{ "fd00::2", TCP, 1, 80, HOST },
		{ "fd00::2", UDP, 1, 80, HOST },
		{ "10.0.2.2", ICMP, 0x0800, 0, PASS },
		{ "fd00::2", IC6, 0x8000, 0, PASS },
		{ "10.0.2.2", ICMP, 0x0500, 0, DROP },
		/* loopback by its own name never */
		{ "127.0.0.1", TCP, 1, 80, DROP },
		{ "127.0.0.53", UDP, 1, 53, DROP },
		{ "127.255.255.254", TCP, 1, 80, DROP },
		{ "127.0.0.1", ICMP, 0x0800, 0, DROP },
		{ "0.0.0.0", TCP, 1, 80, DROP },
		{ "0.1.2.3", UDP, 1, 80, DROP },
		{ "::1", TCP, 1, 80, DROP },
		{ "::", TCP, 1, 80, DROP },
		{ "::ffff:127.0.0.1", TCP, 1, 80, DROP },
		{ "::ffff:127.1.2.3", UDP, 1, 80, DROP },
		{ "::ffff:10.0.2.2", TCP, 1, 80, DROP },
		{ "::ffff:192.0.2.1", TCP, 1, 80, DROP },
		{ "::ffff:0:127.0.0.1", TCP, 1, 80, DROP },
		{ "::127.0.0.1", TCP, 1, 80, DROP },
		/* nobody there, or everybody */
		{ "224.0.0.1", UDP, 1, 5353, DROP },
		{ "239.255.255.250", UDP, 1, 1900, DROP },
		{ "240.0.0.1", TCP, 1, 80, DROP },
		{ "255.255.255.255", UDP, 1, 80, DROP },
		{ "10.0.2.255", UDP, 1, 80, DROP },
		{ "10.0.2.100", TCP, 1, 80, DROP },
		{ "10.0.2.103", TCP, 1, 80, DROP },
		{ "fd00::103", TCP, 1, 80, DROP },
		{ "ff02::fb", UDP, 1, 5353, DROP },
		{ "ff02::1", IC6, 0x8000, 0, DROP },
		{ "fe80::1", TCP, 1, 80, DROP },
		/* our nameserver has one port */
		{ "10.0.2.3", UDP, 1, 53, VERDICT_DNS_UDP, VERDICT_DNS_UDP },
		{ "10.0.2.3", TCP, 1, 53, VERDICT_DNS_TCP, VERDICT_DNS_TCP },
		{ "fd00::3", UDP, 1, 53, VERDICT_DNS_UDP, VERDICT_DNS_UDP },
		{ "fd00::3", TCP, 1, 53, VERDICT_DNS_TCP, VERDICT_DNS_TCP },
		{ "10.0.2.3", TCP, 1, 80, NO },
		{ "10.0.2.3", UDP, 1, 5353, NO },
		{ "fd00::3", TCP, 1, 853, NO },
		{ "10.0.2.3", ICMP, 0x0800, 0, PASS },
		/* servers built into libslirp */
		{ "10.0.2.2", UDP, 68, 67, DROP },
		{ "255.255.255.255", UDP, 68, 67, DROP },
		{ "10.0.2.2", UDP, 1, 69, DROP },
		{ "fd00::2", UDP, 1, 69, DROP },
		{ "ff02::1:2", UDP, 546, 547, DROP },
		{ "fd00::2", UDP, 1, 547, DROP },
		{ "fd00::2", UDP, 1, 546, DROP },
		/* ICMP is for pings: who is where isn't a question here */
		{ "192.0.2.1", ICMP, 0x0d00, 0, DROP },
		{ "192.0.2.1", ICMP, 0x0300, 0, DROP },
		{ "192.0.2.1", ICMP, 0x0801, 0, DROP },
		{ "2001:db8::1", IC6, 0x8000, 0, PING },
		{ "2001:db8::1", IC6, 0x0100, 0, DROP },
		{ "ff02::1:ff00:2", IC6, 0x8700, 0, DROP },
		{ "fd00::2", IC6, 0x8700, 0, DROP },
		{ "fd00::2", IC6, 0x8800, 0, DROP },
		{ "fd00::3", IC6, 0x8700, 0, DROP },
		{ "ff02::2", IC6, 0x8500, 0, DROP },
		{ "ff02::1", IC6, 0x8600, 0, DROP },
		{ "fd00::2", IC6, 0x8900, 0, DROP },
	};

	return cr_make_param_array(struct egress_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct egress_case *c, egress, verdicts)
{
	struct sample sample =
		sample_make(c->protocol, c->dst, c->first, c->second, 24);
	struct egress_rules rules = { .ipv6 = true };
	struct frame frame;

	cr_assert(frame_parse(sample.data, sample.size, &frame), "%s", c->dst);
	if (c->protocol == IPPROTO_TCP)
		frame.l4[13] = TCP_SYN;
	cr_expect_eq(egress_decide(&rules, &frame), c->verdict, "%s %d %04x %d",
		     c->dst, c->protocol, c->first, c->second);
	rules.host_loopback = true;
	cr_expect_eq(egress_decide(&rules, &frame), c->with_loopback,
		     "%s %d %04x %d, loopback allowed", c->dst, c->protocol,
		     c->first, c->second);
	rules.ipv6 = false;
	if (frame.family == AF_INET6)
		cr_expect_eq(egress_decide(&rules, &frame), VERDICT_DROP,
			     "%s without IPv6", c->dst);
}

/* The container's answers to those who come to its ports by that name. */
Test(egress, what_is_no_new_connection_passes_to_the_gateway)
{
	struct sample sample = sample_make(IPPROTO_TCP, "10.0.2.2", 80, 1, 24);
	struct egress_rules rules = { .ipv6 = true };
	struct frame frame;

	cr_assert(frame_parse(sample.data, sample.size, &frame));
	frame.l4[13] = TCP_SYN | TCP_ACK;
	cr_expect_eq(egress_decide(&rules, &frame), VERDICT_PASS);
	frame.l4[13] = TCP_ACK;
	cr_expect_eq(egress_decide(&rules, &frame), VERDICT_PASS);
	frame.l4[13] = TCP_SYN;
	cr_expect_eq(egress_decide(&rules, &frame), VERDICT_REFUSE);
}
