// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <netinet/in.h>

#include "base/cleanup.h"
#include "net/diversion.h"

enum { PORT = 443 };

struct diversion_case {
	char asked[40];
	char to[40];            /* "": it isn't diverted */
	char with_loopback[40]; /* where host_loopback is allowed */
};

#define SAME(address) address, address, address
#define NEVER         "", ""

ParameterizedTestParameters(diversion, addresses)
{
	static struct diversion_case cases[] = {
		{ SAME("192.0.2.1") },
		{ SAME("169.254.169.254") },
		{ SAME("10.0.3.2") },
		{ SAME("126.255.255.255") },
		{ SAME("2001:db8::1") },
		{ SAME("fd00:0:0:1::2") },
		{ SAME("::ffff:192.0.2.1") },
		/* the gateway is the host's loopback, if anything */
		{ "10.0.2.2", "", "127.0.0.1" },
		{ "::ffff:10.0.2.2", "", "::ffff:127.0.0.1" },
		{ "fd00::2", "", "::1" },
		/* the nameserver is holt-net's, the rest of the link nobody's
		 */
		{ "10.0.2.3", NEVER },
		{ "fd00::3", NEVER },
		{ "::ffff:10.0.2.3", NEVER },
		{ "10.0.2.1", NEVER },
		{ "10.0.2.100", NEVER },
		{ "10.0.2.103", NEVER },
		{ "fd00::100", NEVER },
		{ "fd00::1:2:3:4", NEVER },
		/* the container's own loopback, in all notations */
		{ "127.0.0.1", NEVER },
		{ "127.0.0.53", NEVER },
		{ "127.255.255.255", NEVER },
		{ "0.0.0.0", NEVER },
		{ "0.1.2.3", NEVER },
		{ "::1", NEVER },
		{ "::", NEVER },
		{ "::127.0.0.1", NEVER },
		{ "::ffff:127.0.0.1", NEVER },
		{ "::ffff:0.0.0.0", NEVER },
		{ "::ffff:0:127.0.0.1", NEVER },
		/* everybody, and who is near */
		{ "224.0.0.1", NEVER },
		{ "255.255.255.255", NEVER },
		{ "240.0.0.1", NEVER },
		{ "::ffff:224.0.0.1", NEVER },
		{ "ff02::1", NEVER },
		{ "fe80::1", NEVER },
		{ "febf::1", NEVER },
	};

	return cr_make_param_array(struct diversion_case, cases,
				   ARRAY_COUNT(cases));
}

static int domain_of(const char *text)
{
	return strchr(text, ':') ? AF_INET6 : AF_INET;
}

static socklen_t given_by(const char *text, struct sockaddr_storage *ret)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_port = htons(PORT) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(PORT),
				   .sin6_flowinfo = 5,
				   .sin6_scope_id = 2 };

	memset(ret, 0, sizeof(*ret));
	if (domain_of(text) == AF_INET) {
		cr_assert(inet_pton(AF_INET, text, &v4.sin_addr) == 1);
		memcpy(ret, &v4, sizeof(v4));
		return sizeof(v4);
	}
	cr_assert(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
	memcpy(ret, &v6, sizeof(v6));
	return sizeof(v6);
}

/* Where the host's socket would connect to. */
static const char *found(const struct egress_rules *rules, const char *text,
			 char *room)
{
	struct sockaddr_storage given;
	socklen_t size = given_by(text, &given);
	struct diversion diversion;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (!diversion_find(rules, domain_of(text), &given, size, &diversion))
		return "";
	cr_assert_eq(diversion.port, PORT);
	cr_assert_eq(diversion.size, size);
	cr_assert_eq(diversion.socket.ss_family, domain_of(text));
	memcpy(&v4, &diversion.socket, sizeof(v4));
	memcpy(&v6, &diversion.socket, sizeof(v6));
	if (domain_of(text) == AF_INET) {
		cr_assert_eq(v4.sin_port, htons(PORT));
		return inet_ntop(AF_INET, &v4.sin_addr, room, INET_ADDRSTRLEN);
	}
	cr_assert_eq(v6.sin6_port, htons(PORT));
	cr_assert_eq(v6.sin6_scope_id, 0);
	return inet_ntop(AF_INET6, &v6.sin6_addr, room, INET6_ADDRSTRLEN);
}

ParameterizedTest(struct diversion_case *c, diversion, addresses)
{
	struct egress_rules rules = { .ipv6 = true };
	char room[INET6_ADDRSTRLEN];

	cr_expect_str_eq(found(&rules, c->asked, room), c->to, "%s", c->asked);
	rules.host_loopback = true;
	cr_expect_str_eq(found(&rules, c->asked, room), c->with_loopback, "%s",
			 c->asked);
}

Test(diversion, says_what_was_asked_for_and_what_it_stands_for)
{
	const struct egress_rules rules = { .ipv6 = true,
					    .host_loopback = true };
	struct sockaddr_storage given;
	socklen_t size = given_by("::ffff:10.0.2.2", &given);
	struct diversion diversion;
	struct address asked, to;

	cr_assert(address_parse("10.0.2.2", &asked) == 0);
	cr_assert(address_parse("127.0.0.1", &to) == 0);
	cr_assert(diversion_find(&rules, AF_INET6, &given, size, &diversion));
	cr_expect(address_equal(&diversion.asked, &asked));
	cr_expect(address_equal(&diversion.to, &to));
}

Test(diversion, without_ipv6_there_is_still_ipv4_in_it)
{
	const struct egress_rules rules = { .ipv6 = false };
	char room[INET6_ADDRSTRLEN];

	cr_expect_str_eq(found(&rules, "2001:db8::1", room), "");
	cr_expect_str_eq(found(&rules, "::ffff:192.0.2.1", room),
			 "::ffff:192.0.2.1");
	cr_expect_str_eq(found(&rules, "192.0.2.1", room), "192.0.2.1");
}

static bool is_diverted(int domain, int family, size_t size, uint16_t port)
{
	const struct egress_rules rules = { .ipv6 = true };
	struct sockaddr_storage given;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&given;
	struct diversion diversion;

	(void)given_by(family == AF_INET ? "192.0.2.1" : "2001:db8::1", &given);
	v6->sin6_port = htons(port);
	given.ss_family = (sa_family_t)family;
	return diversion_find(&rules, domain, &given, size, &diversion);
}

Test(diversion, what_the_kernel_would_refuse_is_left_to_it)
{
	size_t v4 = sizeof(struct sockaddr_in),
	       v6 = sizeof(struct sockaddr_in6);

	cr_assert(is_diverted(AF_INET, AF_INET, v4, PORT));
	cr_assert(is_diverted(AF_INET6, AF_INET6, v6, PORT));
	/* sizes */
	cr_expect(is_diverted(AF_INET, AF_INET, v4 + 1, PORT));
	cr_expect_not(is_diverted(AF_INET, AF_INET, v4 - 1, PORT));
	cr_expect_not(is_diverted(AF_INET, AF_INET, 0, PORT));
	cr_expect(is_diverted(AF_INET6, AF_INET6, 24, PORT));
	cr_expect_not(is_diverted(AF_INET6, AF_INET6, 23, PORT));
	/* families */
	cr_expect_not(is_diverted(AF_INET6, AF_INET, v6, PORT));
	cr_expect_not(is_diverted(AF_INET, AF_INET6, v6, PORT));
	cr_expect_not(is_diverted(AF_INET, AF_UNSPEC, v4, PORT));
	cr_expect_not(is_diverted(AF_INET6, AF_UNSPEC, v6, PORT));
	cr_expect_not(is_diverted(AF_INET, AF_UNIX, v4, PORT));
	/* nobody has that port */
	cr_expect_not(is_diverted(AF_INET, AF_INET, v4, 0));
}
