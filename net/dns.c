// SPDX-License-Identifier: Apache-2.0
#include "net/dns.h"

#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/ownname.h"
#include "net/packet.h"
#include "net/reverse.h"
#include "net/tun.h"

enum {
	PORT_DNS = 53,
	UDP_SIZE = 8,
	DATAGRAM_MAX = 8192, /* beyond every EDNS size in use */
	/* Servers cut answers over UDP to this or more; who doesn't take more
	 * has no use for what else there is.
	 */
	DATAGRAM_USUAL = 1232,
};

static void send_datagram(const struct dns *dns,
			  const struct dns_client *client, size_t size)
{
	uint8_t frame[PACKET_HEAD_MAX + UDP_SIZE + DATAGRAM_MAX];
	uint8_t *udp = frame + packet_head_size(client->family);
	struct pseudo_header ends = {
		.family = client->family,
		.protocol = IPPROTO_UDP,
		.src = address_of(LINK_NAMESERVER, client->family)->bytes,
		.dst = address_of(LINK_GUEST, client->family)->bytes,
	};

	packet_put16(udp, PORT_DNS);
	packet_put16(udp + 2, client->port);
	packet_put16(udp + 4, (uint16_t)(UDP_SIZE + size));
	memcpy(udp + UDP_SIZE, dns->message, size);
	tun_write(dns->tun, frame,
		  packet_finish(frame, &ends, UDP_SIZE + size));
}

/* Bytes of a message that the client takes in a datagram, and the link too. */
static size_t datagram_limit(const struct dns *dns,
			     const struct dns_client *client)
{
	size_t head = packet_head_size(client->family) - FRAME_ETHER_SIZE;
	size_t limit = dns->mtu - head - UDP_SIZE;

	if (limit > client->limit)
		limit = client->limit;
	return limit < DATAGRAM_MAX ? limit : DATAGRAM_MAX;
}

/* Send what is in dns->message. */
static void answer(struct dns *dns, const struct dns_client *client,
		   size_t size, int64_t now_ms)
{
	size_t limit = datagram_limit(dns, client);

	if (client->by_tcp) {
		dnstcp_answer(&dns->tcp, client->number, client->ticket,
			      dns->message, size, now_ms);
		return;
	}
	if (size > limit)
		size = dns_truncate(dns->message, size, client->question_end,
				    limit);
	send_datagram(dns, client, size);
}

static bool is_own_name(const struct dns_question *question)
{
	return question->klass == DNS_CLASS_IN && ownname_is(question->name);
}

/* Return: size of the answer in dns->message, where the query is */
static size_t answer_own_name(struct dns *dns,
			      const struct dns_question *question)
{
	size_t size = dns_make_reply(dns->message, question->end, DNS_NOERROR);

	if (question->type == DNS_TYPE_A)
		return dns_add_address(dns->message, size,
				       address_of(LINK_GATEWAY, AF_INET)->bytes,
				       4);
	if (question->type == DNS_TYPE_AAAA && dns->ipv6)
		return dns_add_address(
			dns->message, size,
			address_of(LINK_GATEWAY, AF_INET6)->bytes, 16);
	return size;
}

/* Names of containers. Return: as above; 0: it isn't one */
static size_t answer_member(struct dns *dns,
			    const struct dns_question *question)
{
	const struct address *found[NAMES_OF_ONE_MAX];
	bool is_v4 = question->type == DNS_TYPE_A;
	size_t count, size;

	if (question->klass != DNS_CLASS_IN ||
	    !names_find(&dns->names, question->name, is_v4 ? AF_INET : AF_INET6,
			found, &count))
		return 0;
	size = dns_make_reply(dns->message, question->end, DNS_NOERROR);
	if (!is_v4 && question->type != DNS_TYPE_AAAA)
		return size;
	for (size_t i = 0; i < count; i++)
		size = dns_add_address(dns->message, size, found[i]->bytes,
				       address_bytes(found[i]->family));
	return size;
}

/* Addresses of containers. Return: as above */
static size_t answer_member_address(struct dns *dns,
				    const struct dns_question *question)
{
	struct address address;
	const char *name;

	if (question->klass != DNS_CLASS_IN || question->type != DNS_TYPE_PTR ||
	    reverse_parse(question->name, &address) < 0)
		return 0;
	name = names_find_address(&dns->names, &address);
	return name ? dns_add_pointer(dns->message,
				      dns_make_reply(dns->message,
						     question->end,
						     DNS_NOERROR),
				      name)
		    : 0;
}

/* The same for all that no nameserver is asked for. */
static size_t answer_by_ourselves(struct dns *dns,
				  const struct dns_question *question)
{
	size_t size = answer_member(dns, question);

	if (size == 0)
		size = answer_member_address(dns, question);
	if (size > 0 || !is_own_name(question))
		return size;
	return answer_own_name(dns, question);
}

/* Return: size of the answer in dns->message; 0: it comes later, or never */
static size_t ask_on(struct dns *dns, const struct dns_client *client,
		     const uint8_t *query, size_t size, int64_t now_ms)
{
	enum dnsask_way way = client->by_tcp ? DNSASK_TCP
			      : client->limit > DATAGRAM_USUAL
				      ? DNSASK_UDP_THEN_TCP
				      : DNSASK_UDP;
	int number = dnsask_start(&dns->ask, query, size, way, now_ms);

	if (number >= 0) {
		dns->clients[number] = *client;
		return 0;
	}
	/* Who asked over UDP asks again. */
	return client->by_tcp
		       ? dns_make_reply(dns->message, client->question_end,
					DNS_SERVFAIL)
		       : 0;
}

static bool is_transfer(const struct dns_question *question)
{
	return question->type == DNS_TYPE_AXFR ||
	       question->type == DNS_TYPE_IXFR;
}

static struct policy_client for_policy(const struct dns_client *client)
{
	return (struct policy_client){ client->family, client->port };
}

static bool is_refused(struct dns *dns, const struct dns_client *client,
		       const struct dns_question *question, int64_t now_ms)
{
	struct policy_client who = for_policy(client);

	return is_transfer(question) ||
	       !policy_takes_query(dns->policy, question, &who, now_ms);
}

static void handle(struct dns *dns, struct dns_client *client,
		   const uint8_t *query, size_t size, int64_t now_ms)
{
	struct dns_question question;
	size_t answered;

	memcpy(dns->message, query, size);
	if (dns_parse_query(query, size, &question) < 0) {
		answered = dns_refuse(dns->message, size);
		if (answered > 0)
			answer(dns, client, answered, now_ms);
		else if (client->by_tcp)
			dnstcp_drop(&dns->tcp, client->number);
		return;
	}
	client->id = packet_get16(query);
	client->question_end = question.end;
	client->limit = dns_udp_limit(query, size, question.end);
	answered = answer_by_ourselves(dns, &question);
	if (answered > 0) {
		answer(dns, client, answered, now_ms);
		return;
	}
	if (dns->is_internal)
		answered = dns_make_reply(dns->message, question.end,
					  DNS_NXDOMAIN);
	else if (is_refused(dns, client, &question, now_ms))
		answered =
			dns_make_reply(dns->message, question.end, DNS_REFUSED);
	else
		answered = ask_on(dns, client, query, size, now_ms);
	if (answered > 0)
		answer(dns, client, answered, now_ms);
}

/* Is the same query under way already? Then this is an impatient client. */
static bool is_repeated(const struct dns *dns, const struct dns_client *client,
			const uint8_t *message)
{
	for (size_t i = 0; dns->ask.used > 0 && i < DNSASK_MAX; i++) {
		const struct dns_client *other = &dns->clients[i];

		if (dns->ask.questions[i].used && !other->by_tcp &&
		    other->family == client->family &&
		    other->port == client->port &&
		    other->id == packet_get16(message))
			return true;
	}
	return false;
}

void dns_on_query(struct dns *dns, const struct frame *frame, int64_t now_ms)
{
	size_t size = frame->l4_size - UDP_SIZE;
	const uint8_t *query = frame->l4 + UDP_SIZE;
	struct dns_client client = {
		.family = frame->family,
		.port = frame->src_port,
		.limit = DNS_UDP_SIZE_MIN,
	};

	if (size >= DNS_HEADER_SIZE && size <= DNSASK_SIZE_MAX &&
	    !is_repeated(dns, &client, query))
		handle(dns, &client, query, size, now_ms);
}

void dns_on_reply(struct dns *dns, uint32_t event, int64_t now_ms)
{
	int number;
	size_t size = dnsask_on_event(&dns->ask, event, dns->message, &number,
				      now_ms);

	const struct dns_client *client;
	struct policy_client who;

	if (size == 0)
		return;
	client = &dns->clients[number];
	who = for_policy(client);
	packet_put16(dns->message, client->id);
	if (!policy_takes_answer(dns->policy, dns->message, size, &who, now_ms))
		size = dns_make_reply(dns->message, client->question_end,
				      DNS_REFUSED);
	answer(dns, client, size, now_ms);
	dnsask_end(&dns->ask, number);
}

static void take_queries(struct dns *dns, int64_t now_ms)
{
	size_t number = 0, size;

	for (; (size = dnstcp_take(&dns->tcp, &number)) > 0; number++) {
		const struct dnstcp_client *from = &dns->tcp.clients[number];
		struct dns_client client = {
			.by_tcp = true,
			.family = from->family,
			.port = from->port,
			.number = number,
			.ticket = from->ticket,
		};

		handle(dns, &client, from->query + DNSSTREAM_HEAD, size,
		       now_ms);
	}
}

void dns_serve(struct dns *dns, int64_t now_ms)
{
	int number;

	take_queries(dns, now_ms);
	while ((number = dnsask_on_time(&dns->ask, now_ms)) >= 0) {
		size_t size = dnsask_fail(&dns->ask, number, dns->message);

		packet_put16(dns->message, dns->clients[number].id);
		answer(dns, &dns->clients[number], size, now_ms);
		dnsask_end(&dns->ask, number);
	}
	dnstcp_on_time(&dns->tcp, now_ms);
}

int dns_timeout(const struct dns *dns, int64_t now_ms)
{
	int servers = dnsask_timeout(&dns->ask, now_ms);
	int clients = dnstcp_timeout(&dns->tcp, now_ms);

	if (servers < 0 || clients < 0)
		return servers < 0 ? clients : servers;
	return servers < clients ? servers : clients;
}
