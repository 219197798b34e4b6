// SPDX-License-Identifier: Apache-2.0
#include "net/policy.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/ownname.h"

enum { TCP_SYN = 2, TCP_ACK = 16, PORT_DNS = 53, CHAIN_MAX = 16 };

/* The rules that are about an address because of its names, by bit. */
struct known {
	uint64_t rules[POLICY_RULES_MAX / 64];
	const char *name; /* one of them; NULL: it has none */
};

/* The host's own, which the tap doesn't lead to whatever is allowed. */
static bool is_loopback(const struct rule *rule)
{
	static const struct address v6 = { .bytes = { [15] = 1 } };
	const struct address *network = &rule->network;

	if (rule->kind != RULE_NETWORK)
		return false;
	if (network->family == AF_INET)
		return rule->prefix >= 8 && network->bytes[0] == 127;
	return rule->prefix == 128 &&
	       memcmp(network->bytes, v6.bytes, ADDRESS_SIZE) == 0;
}

/* Names of ours needn't be asked for: containers have them in /etc/hosts. */
static void know_own_names(struct policy *policy, uint16_t number)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (const char *const *name = ownname_list; *name; name++)
		for (size_t i = 0; i < ARRAY_COUNT(families); i++)
			if (rule_has_name(&policy->rules[number], *name))
				(void)learned_add(
					&policy->learned,
					address_of(LINK_GATEWAY, families[i]),
					number, *name, LEARNED_FOREVER);
}

int policy_add(struct policy *policy, const char *text, bool is_deny,
	       struct error *err)
{
	struct rule *rule = &policy->rules[policy->count];
	const char *option = is_deny ? "--net-deny" : "--net-allow";

	if (policy->count == POLICY_RULES_MAX)
		return error_say(err, ENOSPC,
				 "%s: at most %d rules can be given", option,
				 POLICY_RULES_MAX);
	if (rule_parse(text, is_deny, rule, err) < 0)
		return error_wrap(err, "%s", option);
	if (!is_deny && is_loopback(rule))
		return error_say(
			err, EINVAL,
			"%s: '%s' can't be allowed: the host's loopback is at 10.0.2.2 and fd00::2, if that is allowed",
			option, text);
	know_own_names(policy, (uint16_t)policy->count++);
	policy->denies_rest |= !is_deny;
	return 0;
}

void policy_keep(struct policy *policy, struct learned *kept, bool is_again)
{
	if (is_again)
		learned_take_over(&policy->learned, kept,
				  (uint16_t)policy->count);
	learned_copy(kept, &policy->learned);
	policy->kept = kept;
}

static void look_up(const struct policy *policy, const struct address *address,
		    int64_t now_ms, struct known *ret)
{
	uint16_t number = 0;

	*ret = (struct known){ .name = NULL };
	while ((number = learned_find(&policy->learned, address, number,
				      now_ms))) {
		const struct learned_entry *entry =
			&policy->learned.entries[number];

		ret->rules[entry->rule / 64] |= UINT64_C(1) << entry->rule % 64;
		ret->name = entry->name;
	}
}

/* Return: is rule @number about what this frame is sent to? */
static bool is_about(const struct policy *policy, size_t number,
		     const struct address *address, const struct known *known,
		     const struct frame *frame)
{
	const struct rule *rule = &policy->rules[number];

	return (rule_has_address(rule, address) ||
		known->rules[number / 64] & UINT64_C(1) << number % 64) &&
	       rule_has_port(rule, frame->protocol, frame->dst_port);
}

/* Return: may it go out? @ret_rule: the rule that denied it; NULL: none */
static bool decide(const struct policy *policy, const struct frame *frame,
		   const struct address *address, const struct known *known,
		   const struct rule **ret_rule)
{
	bool is_allowed = !policy->denies_rest;

	*ret_rule = NULL;
	for (size_t i = 0; i < policy->count; i++) {
		if (!is_about(policy, i, address, known, frame))
			continue;
		if (policy->rules[i].is_deny) {
			*ret_rule = &policy->rules[i];
			return false;
		}
		is_allowed = true;
	}
	return is_allowed;
}

/* What begins something with somebody. Others are answers, or part of what has
 * begun; neighbours are asked for by other messages than echo requests.
 */
static bool is_beginning(const struct frame *frame)
{
	switch (frame->protocol) {
	case IPPROTO_TCP:
		return (frame->l4[13] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	case IPPROTO_UDP:
		return true;
	case IPPROTO_ICMP:
		return frame->l4[0] == ICMP_ECHO;
	case IPPROTO_ICMPV6:
		return frame->l4[0] == ICMPV6_ECHO_REQUEST;
	default:
		return false;
	}
}

/* We ourselves may be pinged: that goes nowhere. */
static bool is_ping_of_ours(const struct frame *frame)
{
	return frame->protocol != IPPROTO_TCP &&
	       frame->protocol != IPPROTO_UDP &&
	       (address_is(frame->dst, frame->family, LINK_GATEWAY) ||
		address_is(frame->dst, frame->family, LINK_NAMESERVER));
}

static struct address destination(const struct frame *frame)
{
	struct address address = { .family = frame->family };

	memcpy(address.bytes, frame->dst, address_bytes(frame->family));
	return address;
}

static void put_frame(struct policy *policy, const struct frame *frame,
		      const char *name, const struct rule *rule, int64_t now_ms)
{
	const struct denial denial = {
		.protocol = frame->protocol == IPPROTO_TCP   ? "tcp"
			    : frame->protocol == IPPROTO_UDP ? "udp"
							     : "icmp",
		.family = frame->family,
		.src = frame->src,
		.dst = frame->dst,
		.src_port = frame->src_port,
		.dst_port = frame->dst_port,
		.name = name,
		.rule = rule ? rule->text : NULL,
	};

	denials_put(&policy->log, &denial, now_ms);
}

bool policy_passes(struct policy *policy, const struct frame *frame,
		   int64_t now_ms)
{
	const struct rule *rule;
	struct address address;
	struct known known;

	if (!policy_is_on(policy) || !is_beginning(frame) ||
	    is_ping_of_ours(frame))
		return true;
	address = destination(frame);
	look_up(policy, &address, now_ms, &known);
	if (decide(policy, frame, &address, &known, &rule))
		return true;
	put_frame(policy, frame, known.name, rule, now_ms);
	return false;
}

void policy_note(struct policy *policy, const struct frame *frame,
		 int64_t now_ms)
{
	struct address address;
	struct known known;

	if (policy->log.fd < 0 || !is_beginning(frame))
		return;
	address = destination(frame);
	look_up(policy, &address, now_ms, &known);
	put_frame(policy, frame, known.name, NULL, now_ms);
}

static void put_name(struct policy *policy, const struct policy_client *client,
		     const char *name, const struct rule *rule, int64_t now_ms)
{
	const struct denial denial = {
		.protocol = "dns",
		.family = client->family,
		.src = address_of(LINK_GUEST, client->family)->bytes,
		.dst = address_of(LINK_NAMESERVER, client->family)->bytes,
		.src_port = client->port,
		.dst_port = PORT_DNS,
		.name = name,
		.rule = rule ? rule->text : NULL,
	};

	denials_put(&policy->log, &denial, now_ms);
}

/* Return: the rule that denies all that has this name; NULL: there is none */
static const struct rule *find_denial(const struct policy *policy,
				      const char *name)
{
	for (size_t i = 0; i < policy->count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (rule->is_deny && rule_has_all_ports(rule) &&
		    rule_has_name(rule, name))
			return rule;
	}
	return NULL;
}

static bool is_name_allowed(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->count; i++)
		if (!policy->rules[i].is_deny &&
		    rule_has_name(&policy->rules[i], name))
			return true;
	return !policy->denies_rest;
}

bool policy_takes_query(struct policy *policy,
			const struct dns_question *question,
			const struct policy_client *client, int64_t now_ms)
{
	const struct rule *rule = find_denial(policy, question->name);

	if (!rule && is_name_allowed(policy, question->name))
		return true;
	put_name(policy, client, question->name, rule, now_ms);
	return false;
}

/* The name that was asked for, and those it stands for (CNAME). */
struct chain {
	size_t count;
	char names[CHAIN_MAX][DNS_NAME_MAX + 1];
};

struct answer {
	const uint8_t *message;
	size_t size;
	size_t count; /* of records */
	struct dns_record records[POLICY_RECORDS_MAX];
};

/* Return: are all records sound, and not too many? */
static bool read_records(struct answer *answer, size_t at)
{
	answer->count = dns_answer_count(answer->message);
	if (answer->count > POLICY_RECORDS_MAX)
		return false;
	for (size_t i = 0; i < answer->count; i++) {
		if (!dns_read_record(answer->message, answer->size, at,
				     &answer->records[i]))
			return false;
		at = answer->records[i].end;
	}
	return true;
}

static bool is_named(const struct answer *answer,
		     const struct dns_record *record, const char *name)
{
	char own[DNS_NAME_MAX + 1];

	return dns_read_name(answer->message, answer->size, record->name,
			     own) &&
	       strcmp(own, name) == 0;
}

/* What @name stands for. Return: does it stand for something? */
static bool find_alias(const struct answer *answer, const char *name, char *ret)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];

		if (record->type == DNS_TYPE_CNAME &&
		    is_named(answer, record, name) &&
		    dns_read_name(answer->message, answer->size, record->data,
				  ret))
			return true;
	}
	return false;
}

/* Return: does it end? */
static bool follow_aliases(const struct answer *answer, struct chain *chain)
{
	for (chain->count = 1; chain->count < CHAIN_MAX; chain->count++)
		if (!find_alias(answer, chain->names[chain->count - 1],
				chain->names[chain->count]))
			return true;
	return false;
}

/* Return: is it the address of a name of the chain? */
static bool read_address(const struct answer *answer,
			 const struct dns_record *record,
			 const struct chain *chain, struct address *ret)
{
	bool is_v4 = record->type == DNS_TYPE_A;

	if ((!is_v4 && record->type != DNS_TYPE_AAAA) ||
	    record->klass != DNS_CLASS_IN)
		return false;
	*ret = (struct address){ .family = is_v4 ? AF_INET : AF_INET6 };
	if (record->data_size != address_bytes(ret->family))
		return false;
	memcpy(ret->bytes, answer->message + record->data, record->data_size);
	for (size_t i = 0; i < chain->count; i++)
		if (is_named(answer, record, chain->names[i]))
			return true;
	return false;
}

/* Is this rule about addresses that the question leads to? What allows goes by
 * the name that was asked for; what denies, by whichever it hits.
 */
static bool is_of_chain(const struct rule *rule, const struct chain *chain)
{
	for (size_t i = 0; i < (rule->is_deny ? chain->count : 1); i++)
		if (rule_has_name(rule, chain->names[i]))
			return true;
	return false;
}

static int64_t end_of(const struct dns_record *record, int64_t now_ms)
{
	/* RFC 2181, 8: what is negative is zero. */
	int64_t ms = record->ttl > INT32_MAX ? 0 : record->ttl * INT64_C(1000);

	return now_ms +
	       (ms > POLICY_LEARNED_MS_MIN ? ms : POLICY_LEARNED_MS_MIN);
}

/* The gateway has names of ours only: who has an allowed one can't make it
 * another of the host's loopback.
 */
static bool is_gateway(const struct address *address)
{
	return address_is(address->bytes, address->family, LINK_GATEWAY);
}

/* Return: is known what has to be known before the container knows it? */
static bool learn_as(struct policy *policy, uint16_t number,
		     const struct answer *answer, const struct chain *chain,
		     int64_t now_ms)
{
	bool is_deny = policy->rules[number].is_deny;
	struct address address;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		int64_t until =
			is_deny ? LEARNED_FOREVER : end_of(record, now_ms);

		if (!read_address(answer, record, chain, &address) ||
		    (!is_deny && is_gateway(&address)))
			continue;
		if (!learned_add(&policy->learned, &address, number,
				 chain->names[0], until) &&
		    is_deny)
			return false;
		if (policy->kept)
			(void)learned_add(policy->kept, &address, number,
					  chain->names[0], until);
	}
	return true;
}

static bool learn(struct policy *policy, const struct answer *answer,
		  const struct chain *chain, int64_t now_ms)
{
	for (size_t i = 0; i < policy->count; i++)
		if (is_of_chain(&policy->rules[i], chain) &&
		    !learn_as(policy, (uint16_t)i, answer, chain, now_ms))
			return false;
	return true;
}

bool policy_takes_answer(struct policy *policy, const uint8_t *message,
			 size_t size, const struct policy_client *client,
			 int64_t now_ms)
{
	struct answer answer = { .message = message, .size = size };
	struct chain chain;
	size_t at;

	if (!policy_is_on(policy) || dns_answer_count(message) == 0)
		return true;
	at = dns_read_name(message, size, DNS_HEADER_SIZE, chain.names[0]);
	if (!at || !read_records(&answer, at + 4) ||
	    !follow_aliases(&answer, &chain))
		return false;
	for (size_t i = 1; i < chain.count; i++) {
		const struct rule *rule = find_denial(policy, chain.names[i]);

		if (!rule)
			continue;
		put_name(policy, client, chain.names[i], rule, now_ms);
		return false;
	}
	return learn(policy, &answer, &chain, now_ms);
}
