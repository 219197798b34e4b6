// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/rule.h"

static struct rule parse(const char *text)
{
	struct error err = { 0 };
	struct rule rule;

	cr_assert_eq(rule_parse(text, false, &rule, &err), 0, "%s: %s", text,
		     err.text);
	return rule;
}

struct rule_case {
	char text[48];
	int kind;
	uint8_t prefix, protocol;
	uint16_t first, last;
	char name[32];
};

ParameterizedTestParameters(rule, words)
{
	static struct rule_case cases[] = {
		{ "192.0.2.1", RULE_NETWORK, 32, 0, 0, 0, "" },
		{ "192.0.2.1:80", RULE_NETWORK, 32, 0, 80, 80, "" },
		{ "192.0.2.0/24", RULE_NETWORK, 24, 0, 0, 0, "" },
		{ "192.0.2.0/24:1-65535/udp", RULE_NETWORK, 24, IPPROTO_UDP, 1,
		  65535, "" },
		{ "0.0.0.0/0", RULE_NETWORK, 0, 0, 0, 0, "" },
		{ "2001:db8::1", RULE_NETWORK, 128, 0, 0, 0, "" },
		{ "2001:db8::/32", RULE_NETWORK, 32, 0, 0, 0, "" },
		{ "[2001:db8::/32]", RULE_NETWORK, 32, 0, 0, 0, "" },
		{ "[2001:db8::/32]:443/tcp", RULE_NETWORK, 32, IPPROTO_TCP, 443,
		  443, "" },
		{ "[::1]:53", RULE_NETWORK, 128, 0, 53, 53, "" },
		{ "example.org", RULE_NAME, 0, 0, 0, 0, "example.org" },
		{ "Example.ORG.", RULE_NAME, 0, 0, 0, 0, "example.org" },
		{ "*.example.org:443", RULE_BELOW, 0, 0, 443, 443,
		  "example.org" },
		{ "a_b-c.1d:8000-8080/tcp", RULE_NAME, 0, IPPROTO_TCP, 8000,
		  8080, "a_b-c.1d" },
		{ "localhost", RULE_NAME, 0, 0, 0, 0, "localhost" },
	};

	return cr_make_param_array(struct rule_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct rule_case *c, rule, words)
{
	struct rule rule = parse(c->text);

	cr_assert_eq(rule.kind, c->kind);
	cr_assert_eq(rule.prefix, c->prefix);
	cr_assert_eq(rule.protocol, c->protocol);
	cr_assert_eq(rule.first_port, c->first);
	cr_assert_eq(rule.last_port, c->last);
	cr_assert_str_eq(rule.name, c->name);
	cr_assert_eq(rule.text, c->text);
}

struct bad_case {
	char text[80];
};

ParameterizedTestParameters(rule, bad_words)
{
	static struct bad_case cases[] = {
		{ "" },
		{ ":80" },
		{ "." },
		{ "*" },
		{ "*." },
		{ "*.*.example.org" },
		{ "a.*.example.org" },
		{ "a..b" },
		{ ".a" },
		{ "a b" },
		{ "a:" },
		{ "a:0" },
		{ "a:65536" },
		{ "a:80-79" },
		{ "a:80-" },
		{ "a:80-81-82" },
		{ "a:80/sctp" },
		{ "a:80/" },
		{ "a:/tcp" },
		{ "a/tcp" },
		{ "a:http" },
		{ "10.0.0" },
		{ "10.0.0.256" },
		{ "192.0.2.0/33" },
		{ "192.0.2.0/" },
		{ "192.0.2.0/-1" },
		{ "[192.0.2.1]:80" },
		{ "[2001:db8::1" },
		{ "[2001:db8::1]80" },
		{ "[2001:db8::1]:" },
		{ "[example.org]:80" },
		{ "2001:db8::/129" },
		{ "fe80::1%lo" },
		{ "2001:db8:::1" },
		{ "012345678901234567890123456789012345678901234567890123456789"
		  "0123.org" },
	};

	return cr_make_param_array(struct bad_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct bad_case *c, rule, bad_words)
{
	struct error err = { 0 };
	struct rule rule;

	cr_assert_eq(rule_parse(c->text, false, &rule, &err), -EINVAL, "%s",
		     c->text);
	cr_assert_eq(err.text[0], '\'');
	cr_assert_eq(strncmp(err.text + 1, c->text, strlen(c->text)), 0);
}

static bool has_address(const char *text, const char *address)
{
	struct rule rule = parse(text);
	struct address parsed;

	cr_assert_eq(address_parse(address, &parsed), 0);
	return rule_has_address(&rule, &parsed);
}

Test(rule, a_network_has_the_addresses_with_its_prefix)
{
	cr_assert(has_address("192.0.2.1", "192.0.2.1"));
	cr_assert_not(has_address("192.0.2.1", "192.0.2.2"));
	cr_assert(has_address("192.0.2.77/24", "192.0.2.255"));
	cr_assert_not(has_address("192.0.2.77/24", "192.0.3.1"));
	cr_assert(has_address("192.0.2.128/25", "192.0.2.129"));
	cr_assert_not(has_address("192.0.2.128/25", "192.0.2.127"));
	cr_assert(has_address("192.0.2.2/31", "192.0.2.3"));
	cr_assert(has_address("0.0.0.0/0", "203.0.113.9"));
	cr_assert_not(has_address("0.0.0.0/0", "2001:db8::1"));
	cr_assert_not(has_address("::/0", "192.0.2.1"));
	cr_assert(has_address("::/0", "2001:db8::1"));
	cr_assert(has_address("2001:db8::/33", "2001:db8:7fff::1"));
	cr_assert_not(has_address("2001:db8::/33", "2001:db8:8000::1"));
	cr_assert_not(has_address("example.org", "192.0.2.1"));
}

Test(rule, a_name_is_itself_or_what_is_below)
{
	struct rule name = parse("example.org"), below = parse("*.example.org");

	cr_assert(rule_has_name(&name, "example.org"));
	cr_assert_not(rule_has_name(&name, "www.example.org"));
	cr_assert_not(rule_has_name(&name, "example.or"));
	cr_assert(rule_has_name(&below, "www.example.org"));
	cr_assert(rule_has_name(&below, "a.b.example.org"));
	cr_assert_not(rule_has_name(&below, "example.org"));
	cr_assert_not(rule_has_name(&below, ".example.org"));
	cr_assert_not(rule_has_name(&below, "badexample.org"));
	cr_assert_not(rule_has_name(&below, "example.org.evil.net"));
	cr_assert_not(rule_has_name(&below, ""));
	name = parse("192.0.2.1");
	cr_assert_not(rule_has_name(&name, ""));
}

Test(rule, ports_are_those_of_tcp_and_udp)
{
	struct rule all = parse("a"), some = parse("a:80-90");
	struct rule udp = parse("a:53/udp");

	cr_assert(rule_has_port(&all, IPPROTO_TCP, 1));
	cr_assert(rule_has_port(&all, IPPROTO_ICMP, 0));
	cr_assert(rule_has_port(&some, IPPROTO_TCP, 80));
	cr_assert(rule_has_port(&some, IPPROTO_UDP, 90));
	cr_assert_not(rule_has_port(&some, IPPROTO_TCP, 79));
	cr_assert_not(rule_has_port(&some, IPPROTO_TCP, 91));
	cr_assert_not(rule_has_port(&some, IPPROTO_ICMP, 0));
	cr_assert_not(rule_has_port(&some, IPPROTO_ICMPV6, 80));
	cr_assert(rule_has_port(&udp, IPPROTO_UDP, 53));
	cr_assert_not(rule_has_port(&udp, IPPROTO_TCP, 53));
}
