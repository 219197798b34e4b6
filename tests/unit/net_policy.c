// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/policy.h"
#include "tests/unit/net_frames.h"

#define TCP  IPPROTO_TCP
#define UDP  IPPROTO_UDP
#define ICMP IPPROTO_ICMP

enum { TCP_SYN = 2, TCP_ACK = 16, MINUTE = 60000 };

static struct policy policy = { .log.fd = -1 };
static const struct policy_client client = { AF_INET, 5000 };

static void add(const char *text, bool is_deny)
{
	struct error err = { 0 };

	cr_assert_eq(policy_add(&policy, text, is_deny, &err), 0, "%s",
		     err.text);
}

static bool passes_flags(uint8_t protocol, const char *dst, uint16_t port,
			 uint8_t flags, int64_t now_ms)
{
	struct sample sample =
		protocol == ICMP ? sample_make(protocol, dst, 0x0800, 0, 8)
				 : sample_make(protocol, dst, 4000, port,
					       protocol == TCP ? 20 : 8);
	struct frame frame;

	cr_assert(frame_parse(sample.data, sample.size, &frame));
	if (protocol == TCP)
		frame.l4[13] = flags;
	return policy_passes(&policy, &frame, now_ms);
}

static bool passes(uint8_t protocol, const char *dst, uint16_t port,
		   int64_t now_ms)
{
	return passes_flags(protocol, dst, port, TCP_SYN, now_ms);
}

static bool takes_query(const char *name)
{
	struct dns_question question = { .type = DNS_TYPE_A };

	strcpy(question.name, name);
	return policy_takes_query(&policy, &question, &client, 0);
}

/* An answer being made. */
static struct {
	uint8_t bytes[16384];
	size_t size;
} message;

static void put_name(const char *name)
{
	while (*name) {
		size_t length = strcspn(name, ".");

		message.bytes[message.size++] = (uint8_t)length;
		memcpy(message.bytes + message.size, name, length);
		message.size += length;
		name += length + (name[length] == '.');
	}
	message.bytes[message.size++] = 0;
}

static void begin_answer(const char *name)
{
	static const uint8_t head[DNS_HEADER_SIZE] = { 0, 1, 0x81, 0x80, 0, 1 };

	memcpy(message.bytes, head, sizeof(head));
	message.size = sizeof(head);
	put_name(name);
	packet_put16(message.bytes + message.size, DNS_TYPE_A);
	packet_put16(message.bytes + message.size + 2, DNS_CLASS_IN);
	message.size += 4;
}

static void put_record(const char *name, uint16_t type, uint32_t ttl)
{
	uint8_t *at;

	packet_put16(message.bytes + 6,
		     (uint16_t)(packet_get16(message.bytes + 6) + 1));
	put_name(name);
	at = message.bytes + message.size;
	packet_put16(at, type);
	packet_put16(at + 2, DNS_CLASS_IN);
	packet_put32(at + 4, ttl);
	message.size += 10;
}

static void put_address(const char *name, const char *text, uint32_t ttl)
{
	struct address address;
	size_t size;

	cr_assert_eq(address_parse(text, &address), 0);
	size = address_bytes(address.family);
	put_record(name, size == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA, ttl);
	packet_put16(message.bytes + message.size - 2, (uint16_t)size);
	memcpy(message.bytes + message.size, address.bytes, size);
	message.size += size;
}

static void put_alias(const char *name, const char *target)
{
	size_t before;

	put_record(name, DNS_TYPE_CNAME, 60);
	before = message.size;
	put_name(target);
	packet_put16(message.bytes + before - 2,
		     (uint16_t)(message.size - before));
}

static bool takes_answer(int64_t now_ms)
{
	return policy_takes_answer(&policy, message.bytes, message.size,
				   &client, now_ms);
}

static bool learns(const char *name, const char *address, uint32_t ttl)
{
	begin_answer(name);
	put_address(name, address, ttl);
	return takes_answer(0);
}

Test(policy, without_rules_everything_passes)
{
	cr_assert_not(policy_is_on(&policy));
	cr_assert(passes(TCP, "192.0.2.1", 80, 0));
	cr_assert(takes_query("example.org"));
	begin_answer("example.org");
	message.bytes[7] = 200; /* of which none is there */
	cr_assert(takes_answer(0));
}

Test(policy, a_rule_that_allows_denies_the_rest)
{
	add("192.0.2.0/24:80", false);
	cr_assert(passes(TCP, "192.0.2.1", 80, 0));
	cr_assert(passes(UDP, "192.0.2.1", 80, 0));
	cr_assert_not(passes(TCP, "192.0.2.1", 81, 0));
	cr_assert_not(passes(ICMP, "192.0.2.1", 0, 0));
	cr_assert_not(passes(TCP, "192.0.3.1", 80, 0));
	cr_assert_not(passes(TCP, "2001:db8::1", 80, 0));
	cr_assert_not(takes_query("example.org"));
}

Test(policy, a_rule_that_denies_leaves_the_rest)
{
	add("192.0.2.0/24", true);
	add("[2001:db8::/32]:53/udp", true);
	cr_assert_not(passes(TCP, "192.0.2.1", 80, 0));
	cr_assert_not(passes(ICMP, "192.0.2.1", 0, 0));
	cr_assert(passes(TCP, "192.0.3.1", 80, 0));
	cr_assert_not(passes(UDP, "2001:db8::1", 53, 0));
	cr_assert(passes(TCP, "2001:db8::1", 53, 0));
	cr_assert(takes_query("example.org"));
}

Test(policy, what_denies_wins_in_any_order)
{
	add("192.0.2.1", true);
	add("192.0.2.0/24", false);
	add("192.0.2.2", true);
	cr_assert_not(passes(TCP, "192.0.2.1", 80, 0));
	cr_assert_not(passes(TCP, "192.0.2.2", 80, 0));
	cr_assert(passes(TCP, "192.0.2.3", 80, 0));
}

Test(policy, of_tcp_the_first_segment_is_what_counts)
{
	add("192.0.2.1", false);
	cr_assert(passes_flags(TCP, "192.0.2.9", 80, TCP_ACK, 0));
	cr_assert(passes_flags(TCP, "192.0.2.9", 80, TCP_SYN | TCP_ACK, 0));
	cr_assert_not(passes_flags(TCP, "192.0.2.9", 80, TCP_SYN | 1, 0));
}

Test(policy, we_ourselves_can_be_pinged)
{
	add("192.0.2.1", false);
	cr_assert(passes(ICMP, "10.0.2.2", 0, 0));
	cr_assert(passes(ICMP, "10.0.2.3", 0, 0));
	cr_assert_not(passes(UDP, "10.0.2.2", 53, 0));
}

Test(policy, addresses_are_learned_from_answers_for_a_while)
{
	add("example.org:443", false);
	cr_assert_not(passes(TCP, "192.0.2.1", 443, 0));
	cr_assert(takes_query("example.org"));
	cr_assert(learns("example.org", "192.0.2.1", 5));
	cr_assert(learns("example.org", "2001:db8::1", 3600));
	cr_assert(passes(TCP, "192.0.2.1", 443, 0));
	cr_assert_not(passes(TCP, "192.0.2.1", 80, 0));
	cr_assert_not(passes(ICMP, "192.0.2.1", 0, 0));
	cr_assert(passes(TCP, "192.0.2.1", 443, POLICY_LEARNED_MS_MIN - 1));
	cr_assert_not(passes(TCP, "192.0.2.1", 443, POLICY_LEARNED_MS_MIN));
	cr_assert(passes(TCP, "2001:db8::1", 443, 60 * MINUTE - 1));
	cr_assert_not(passes(TCP, "2001:db8::1", 443, 60 * MINUTE));
}

Test(policy, a_time_beyond_reason_is_none)
{
	add("example.org", false);
	cr_assert(learns("example.org", "192.0.2.1", 0xffffffff));
	cr_assert_not(passes(TCP, "192.0.2.1", 443, POLICY_LEARNED_MS_MIN));
}

Test(policy, names_that_no_rule_is_about_teach_nothing)
{
	add("*.example.org", false);
	add("192.0.2.0/25", true);
	cr_assert(learns("example.org", "192.0.2.200", 5));
	cr_assert(learns("evil.example", "192.0.2.201", 5));
	cr_assert(learns("www.example.org", "192.0.2.1", 5));
	cr_assert_not(passes(TCP, "192.0.2.200", 443, 0));
	cr_assert_not(passes(TCP, "192.0.2.201", 443, 0));
	cr_assert_not(passes(TCP, "192.0.2.1", 443, 0), "denied as it is");
}

Test(policy, records_of_other_names_teach_nothing)
{
	add("example.org", false);
	begin_answer("example.org");
	put_address("example.org", "192.0.2.1", 5);
	put_address("evil.example", "192.0.2.2", 5);
	put_alias("evil.example", "example.org");
	cr_assert(takes_answer(0));
	cr_assert(passes(TCP, "192.0.2.1", 443, 0));
	cr_assert_not(passes(TCP, "192.0.2.2", 443, 0));
}

Test(policy, who_has_a_name_cant_open_the_gateway)
{
	add("*.example.org", false);
	cr_assert(learns("www.example.org", "10.0.2.2", 5));
	cr_assert(learns("www.example.org", "fd00::2", 5));
	cr_assert_not(passes(TCP, "10.0.2.2", 80, 0));
	cr_assert_not(passes(TCP, "fd00::2", 80, 0));
}

Test(policy, aliases_are_followed_in_any_order)
{
	add("www.example.org", false);
	begin_answer("Www.Example.org");
	put_address("cdn.example.net", "192.0.2.1", 5);
	put_alias("edge.example.net", "CDN.example.net");
	put_alias("www.example.org", "edge.example.net");
	cr_assert(takes_answer(0));
	cr_assert(passes(TCP, "192.0.2.1", 443, 0));
}

Test(policy, an_alias_of_an_allowed_name_is_not_allowed_by_that)
{
	add("www.example.org", false);
	begin_answer("other.example");
	put_alias("other.example", "www.example.org");
	put_address("www.example.org", "192.0.2.1", 5);
	cr_assert(takes_answer(0));
	cr_assert_not(passes(TCP, "192.0.2.1", 443, 0));
}

Test(policy, aliases_in_a_circle_are_not_passed_on)
{
	add("a.example", false);
	begin_answer("a.example");
	put_alias("a.example", "b.example");
	put_alias("b.example", "a.example");
	put_address("a.example", "192.0.2.1", 5);
	cr_assert_not(takes_answer(0));
	cr_assert_not(passes(TCP, "192.0.2.1", 443, 0));
}

Test(policy, an_answer_that_cant_be_read_is_not_passed_on)
{
	size_t whole;

	add("a.example", false);
	begin_answer("a.example");
	put_address("a.example", "192.0.2.1", 5);
	whole = message.size;
	for (message.size = DNS_HEADER_SIZE; message.size < whole;
	     message.size++)
		cr_assert_not(takes_answer(0));
	cr_assert_not(passes(TCP, "192.0.2.1", 443, 0));
	begin_answer("a.example");
	for (int i = 0; i <= POLICY_RECORDS_MAX; i++)
		put_address("a.example", "192.0.2.1", 5);
	cr_assert_not(takes_answer(0));
}

Test(policy, a_denied_name_is_not_asked_for_nor_led_to)
{
	add("*.example.net", true);
	cr_assert_not(takes_query("www.example.net"));
	cr_assert(takes_query("example.net"));
	begin_answer("www.example.org");
	put_alias("www.example.org", "x.example.net");
	put_address("x.example.net", "192.0.2.1", 5);
	cr_assert_not(takes_answer(0));
}

Test(policy, ports_of_a_name_can_be_denied_for_good)
{
	add("mail.example:25/tcp", true);
	cr_assert(takes_query("mail.example"));
	cr_assert(learns("mail.example", "192.0.2.1", 5));
	cr_assert_not(passes(TCP, "192.0.2.1", 25, 0));
	cr_assert(passes(UDP, "192.0.2.1", 25, 0));
	cr_assert(passes(TCP, "192.0.2.1", 80, 0));
	for (int i = 0; i < 2 * LEARNED_MAX; i++) {
		char address[32];

		(void)snprintf(address, sizeof(address), "198.51.%d.%d",
			       i / 256, i % 256);
		/* When there is no more room, no more gets known. */
		cr_assert_eq(learns("mail.example", address, 5),
			     i < LEARNED_MAX - 1);
		if (i < LEARNED_MAX - 1)
			cr_assert_not(passes(TCP, address, 25, 1000 * MINUTE));
	}
	cr_assert_not(passes(TCP, "192.0.2.1", 25, 1000 * MINUTE));
}

Test(policy, our_own_names_are_the_gateway)
{
	add("host.docker.internal:8000", false);
	cr_assert(passes(TCP, "10.0.2.2", 8000, 0));
	cr_assert(passes(TCP, "fd00::2", 8000, 1000 * MINUTE));
	cr_assert_not(passes(TCP, "10.0.2.2", 8001, 0));
}

Test(policy, loopback_cant_be_allowed)
{
	static const char *const words[] = { "127.0.0.1", "127.0.0.0/8:80",
					     "::1", "[::1]:80" };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		struct error err = { 0 };

		cr_assert_eq(policy_add(&policy, words[i], false, &err),
			     -EINVAL);
		cr_assert(strstr(err.text, "10.0.2.2"), "%s", err.text);
		cr_assert_eq(policy_add(&policy, words[i], true, &err), 0);
	}
	cr_assert_not(policy.denies_rest);
}

Test(policy, there_are_only_so_many_rules)
{
	struct error err = { 0 };

	for (int i = 0; i < POLICY_RULES_MAX; i++)
		add("192.0.2.1", true);
	cr_assert_eq(policy_add(&policy, "192.0.2.1", true, &err), -ENOSPC);
	cr_assert_str_eq(err.text,
			 "--net-deny: at most 256 rules can be given");
}

Test(policy, what_is_denied_is_logged_with_name_and_rule)
{
	char text[4096] = "";
	static const char *const wanted[] = {
		"\"protocol\":\"dns\",\"source\":\"10.0.2.100\",\"source_port\":5000,\"destination\":\"10.0.2.3\",\"port\":53,\"name\":\"evil.example\"}",
		"\"protocol\":\"tcp\",\"source\":\"10.0.2.100\",\"source_port\":4000,\"destination\":\"192.0.2.1\",\"port\":80,\"name\":\"example.org\"}",
		"\"protocol\":\"udp\",\"source\":\"10.0.2.100\",\"source_port\":4000,\"destination\":\"203.0.113.1\",\"port\":443,\"rule\":\"203.0.113.0/24:443\"}",
		"\"protocol\":\"icmp\",\"source\":\"10.0.2.100\",\"destination\":\"203.0.113.1\"}",
	};

	policy.log.fd = memfd_create("log", MFD_CLOEXEC);
	add("example.org:443", false);
	add("203.0.113.0/24:443", true);
	cr_assert_not(takes_query("evil.example"));
	cr_assert(learns("example.org", "192.0.2.1", 5));
	cr_assert_not(passes(TCP, "192.0.2.1", 80, 0));
	cr_assert(passes(TCP, "192.0.2.1", 443, 0));
	cr_assert_not(passes(UDP, "203.0.113.1", 443, 0));
	cr_assert_not(passes(ICMP, "203.0.113.1", 0, 0));
	cr_assert_gt(pread(policy.log.fd, text, sizeof(text) - 1, 0), 0);
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		cr_assert(strstr(text, wanted[i]), "%s in %s", wanted[i], text);
}
