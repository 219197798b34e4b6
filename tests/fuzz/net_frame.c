// SPDX-License-Identifier: Apache-2.0
/* What a container sends, as far as it is only looked at: what passes the
 * checks holds what everything behind them relies on, and each answer that we
 * make is a sound frame itself.
 */
#include <assert.h>

#include "base/cleanup.h"
#include "net/dnsmsg.h"
#include "net/dnsnat.h"
#include "net/egress.h"
#include "net/policy.h"
#include "net/reassembly.h"
#include "net/refuse.h"
#include "tests/fuzz/net_steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct reassembly reassembly;
static const struct dnsnat nat = { .ports = { 1053, 1054 } };
static uint8_t whole[FRAME_SIZE_MAX];

static void check_v4(const struct frame *frame)
{
	const uint8_t *ip = frame->data + FRAME_ETHER_SIZE;

	assert(ip[0] == 0x45 && ip[8] > 0);
	assert(packet_get16(ip + 2) == frame->size - FRAME_ETHER_SIZE);
	assert((packet_get16(ip + 6) & 0xbfff) == 0);
	assert(checksum_finish(checksum_add(0, ip, 20)) == 0);
	assert(frame->l4 == ip + 20);
}

static void check_v6(const struct frame *frame)
{
	const uint8_t *ip = frame->data + FRAME_ETHER_SIZE;

	assert(ip[0] >> 4 == 6 && ip[7] > 0);
	assert(packet_get16(ip + 4) == frame->size - FRAME_ETHER_SIZE - 40);
	assert(frame->l4 == ip + 40);
}

static void check_sound(const struct frame *frame, size_t size)
{
	assert(frame->size <= size);
	assert(frame->family == AF_INET || frame->family == AF_INET6);
	assert(frame->l4 + frame->l4_size == frame->data + frame->size);
	if (frame->family == AF_INET)
		check_v4(frame);
	else
		check_v6(frame);
	switch (frame->protocol) {
	case IPPROTO_TCP:
		assert(frame->l4_size >= 20 && frame->l4[12] >> 4 >= 5);
		assert((size_t)(frame->l4[12] >> 4) * 4 <= frame->l4_size);
		assert(!(frame->l4[13] & 0x20));
		assert(packet_get16(frame->l4 + 18) == 0);
		break;
	case IPPROTO_UDP:
		assert(packet_get16(frame->l4 + 4) == frame->l4_size);
		break;
	case IPPROTO_ICMP:
		assert(frame->family == AF_INET && frame->l4_size >= 8);
		break;
	case IPPROTO_ICMPV6:
		assert(frame->family == AF_INET6 && frame->l4_size >= 8);
		break;
	default:
		assert(!"a protocol that nobody knows");
	}
}

/* A frame that we made. */
static void check_made(const uint8_t *data, size_t size,
		       enum link_role expected)
{
	uint8_t *copy = malloc(size);
	struct frame frame;

	memcpy(copy, data, size);
	assert(frame_parse(copy, size, &frame));
	check_sound(&frame, size);
	assert(frame.size == size);
	assert(expected == LINK_COUNT ||
	       address_is(frame.dst, frame.family, expected));
	free(copy);
}

/* Where nothing may ever go, in words of its own. */
static bool is_of_host(const struct frame *frame)
{
	static const uint8_t zero[10];
	const uint8_t *dst = frame->dst;

	if (frame->family == AF_INET6 && memcmp(dst, zero, 10) != 0)
		return (dst[0] == 0xfe && dst[1] >= 0x80 && dst[1] < 0xc0) ||
		       dst[0] == 0xff;
	if (frame->family == AF_INET6)
		return true;
	return dst[0] == 127 || dst[0] == 0 || dst[0] >= 224;
}

static void check_query(const struct frame *frame)
{
	size_t size = frame->l4_size - 8;
	const uint8_t *message = frame->l4 + 8;
	struct dns_question question;
	uint8_t *reply;

	if (dns_parse_query(message, size, &question) < 0)
		return;
	assert(question.end <= size && question.end >= DNS_HEADER_SIZE + 5);
	assert(strlen(question.name) <= DNS_NAME_MAX);
	reply = malloc(question.end + 28);
	memcpy(reply, message, question.end);
	size = dns_make_reply(reply, question.end, DNS_NOERROR);
	assert(dns_is_answer(reply, size, message, question.end));
	size = dns_add_address(reply, size, frame->src, 16);
	assert(size == question.end + 28);
	assert(dns_is_answer(reply, size, message, question.end));
	assert(dns_truncate(reply, size, question.end, 0) == question.end);
	free(reply);
	assert(dns_udp_limit(message, frame->l4_size - 8, question.end) >=
	       DNS_UDP_SIZE_MIN);
}

static struct policy *make_policy(void)
{
	static const char *const words[] = { "a", "*.a", "*.b:9", "c:9/udp" };
	struct policy *policy = calloc(1, sizeof(*policy));
	struct error err = { 0 };

	policy->log.fd = -1;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		assert(policy_add(policy, words[i], i >= 2, &err) == 0);
	return policy;
}

/* What has been learned can be found, and nothing of the gateway. */
static void check_policy(const uint8_t *message, size_t size)
{
	static const struct policy_client client = { AF_INET, 1 };
	static struct policy *policy;

	if (!policy)
		policy = make_policy();
	policy->learned.used = 0;
	memset(policy->learned.chains, 0, sizeof(policy->learned.chains));
	(void)policy_takes_answer(policy, message, size, &client, 1);
	for (uint16_t i = 1; i <= policy->learned.used; i++) {
		const struct learned_entry *entry = &policy->learned.entries[i];

		assert(learned_find(&policy->learned, &entry->address, 0, 1));
		assert(policy->rules[entry->rule].is_deny ||
		       !address_is(entry->address.bytes, entry->address.family,
				   LINK_GATEWAY));
	}
}

/* What the container sends could as well come from a server. */
static void check_reply(const uint8_t *message, size_t size)
{
	struct dns_record record = { .end = DNS_HEADER_SIZE };
	uint8_t *copy = malloc(size ? size : 1);
	char name[DNS_NAME_MAX + 1];
	size_t end;

	memcpy(copy, message, size);
	if (size >= DNS_HEADER_SIZE) {
		(void)dns_is_answer(copy, size, copy, size);
		check_policy(copy, size);
	}
	end = dns_read_name(copy, size, DNS_HEADER_SIZE, name);
	assert(end <= size && (!end || strlen(name) < sizeof(name)));
	if (end && size - end >= 4)
		record.end = end + 4;
	end = record.end;
	while (dns_read_record(copy, size, record.end, &record)) {
		assert(record.end <= size);
		assert(record.data + record.data_size == record.end);
		(void)dns_read_name(copy, size, record.name, name);
		(void)dns_read_name(copy, size, record.data, name);
	}
	if (size >= DNS_HEADER_SIZE && end <= size)
		assert(dns_truncate(copy, size, end, size / 2) <= size);
	assert(dns_refuse(copy, size) <= size);
	free(copy);
}

static void check_dnsnat(const struct frame *frame)
{
	uint8_t out[FRAME_SIZE_MAX];
	size_t size;

	if (frame->protocol == IPPROTO_TCP) {
		size = dnsnat_out(&nat, frame, out);
		if (size > 0)
			check_made(out, size, LINK_COUNT);
	}
	if (dnsnat_is_ours(frame->data, frame->size)) {
		size = dnsnat_back(&nat, frame, out);
		if (size > 0)
			check_made(out, size, LINK_GUEST);
	}
}

static void check_frame(const struct frame *frame, unsigned int flags)
{
	const struct egress_rules rules = {
		.host_loopback = flags & 32,
		.ipv6 = !(flags & 64),
	};
	enum verdict verdict = egress_decide(&rules, frame);
	uint8_t answer[REFUSE_SIZE_MAX];

	assert(verdict < VERDICT_COUNT);
	assert(verdict == VERDICT_DROP || !is_of_host(frame));
	assert(verdict == VERDICT_DROP || rules.ipv6 ||
	       frame->family == AF_INET);
	if (frame->protocol == IPPROTO_UDP) {
		check_query(frame);
		check_reply(frame->l4 + 8, frame->l4_size - 8);
	}
	if (verdict != VERDICT_DROP)
		for (enum refuse_reason why = 0; why < REFUSE_COUNT; why++) {
			size_t size = refuse_make(frame, why, answer);

			assert(size <= sizeof(answer));
			if (size > 0)
				check_made(answer, size, LINK_GUEST);
		}
	check_dnsnat(frame);
}

static void handle(uint8_t *data, size_t size, unsigned int flags)
{
	struct frame frame, again;

	if (!frame_parse(data, size, &frame))
		return;
	check_sound(&frame, size);
	assert(frame_parse(data, frame.size, &again));
	assert(again.size == frame.size);
	/* Replies come from elsewhere, and are looked at too. */
	if (!frame_is_genuine(&frame))
		check_dnsnat(&frame);
	else
		check_frame(&frame, flags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct steps steps = { data, size };
	struct step step;
	int64_t now_ms = 1;

	for (size_t i = 0; i < REASSEMBLY_SLOTS; i++)
		reassembly.slots[i].begun_ms = 0;
	while (steps_next(&steps, &step)) {
		size_t frame_size, whole_size = 0;
		uint8_t *frame = step_frame(&step, &frame_size);

		now_ms += step.flags & STEP_ACTION ? 1000 : 0;
		if (reassembly_wants(frame, frame_size)) {
			whole_size = reassembly_input(
				&reassembly, frame, frame_size, now_ms, whole);
			assert(whole_size <= sizeof(whole));
			if (whole_size > 0)
				handle(whole, whole_size, step.flags);
		}
		handle(frame, frame_size, step.flags);
		free(frame);
	}
	return 0;
}
