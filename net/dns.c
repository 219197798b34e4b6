// SPDX-License-Identifier: Apache-2.0
#include "net/dns.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/event.h"
#include "net/packet.h"
#include "net/tun.h"

enum {
	PORT_DNS = 53,
	UDP_SIZE = 8,
	ASK_NEXT_MS = 1000,
	/* Less than the five seconds after which resolvers ask again. */
	GIVE_UP_MS = 4500,
	REPLY_SIZE_MAX = 8192, /* beyond every EDNS size in use */
};

static const char *const own_names[] = {
	"host.containers.internal",
	"host.docker.internal",
};

/* Room for a whole frame around a DNS message. */
struct reply {
	uint8_t frame[PACKET_HEAD_MAX + UDP_SIZE + REPLY_SIZE_MAX];
};

static uint8_t *reply_message(struct reply *reply, int family)
{
	return reply->frame + packet_head_size(family) + UDP_SIZE;
}

/* The container's side of a query. */
struct client {
	int family;
	uint16_t port;
};

static void send_to_client(const struct dns *dns, const struct client *client,
			   struct reply *reply, size_t size)
{
	uint8_t *udp = reply->frame + packet_head_size(client->family);
	struct pseudo_header ends = {
		.family = client->family,
		.protocol = IPPROTO_UDP,
		.src = address_of(LINK_NAMESERVER, client->family)->bytes,
		.dst = address_of(LINK_GUEST, client->family)->bytes,
	};

	packet_put16(udp, PORT_DNS);
	packet_put16(udp + 2, client->port);
	packet_put16(udp + 4, (uint16_t)(UDP_SIZE + size));
	tun_write(dns->tun, reply->frame,
		  packet_finish(reply->frame, &ends, UDP_SIZE + size));
}

static void query_end(struct dns *dns, struct dns_query *query)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		cleanup_close(&query->sockets[i]);
	query->used = false;
	dns->used--;
}

/* Give the container what the query has come to without an answer. */
static void query_fail(struct dns *dns, struct dns_query *query)
{
	struct client client = { query->family, query->port };
	struct reply reply;
	uint8_t *message = reply_message(&reply, query->family);
	enum dns_rcode rcode = query->failure ? query->failure : DNS_SERVFAIL;

	memcpy(message, query->message, query->question_end);
	packet_put16(message, query->client_id);
	send_to_client(dns, &client, &reply,
		       dns_make_reply(message, query->question_end, rcode));
	query_end(dns, query);
}

static uint32_t number_of(const struct dns *dns, const struct dns_query *query,
			  size_t server)
{
	return (uint32_t)((size_t)(query - dns->queries) * SERVERS_MAX +
			  server);
}

/* Open the socket for one server. Return: descriptor, negative errno */
static int connect_server(struct dns *dns, const struct dns_query *query,
			  size_t server)
{
	const struct address *address = &query->servers.list[server];
	struct sockaddr_storage to;
	socklen_t size = address_to_socket(address, PORT_DNS, &to);
	auto_close int fd = socket(
		address->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, size) < 0 ||
	    event_add(dns->epoll, fd, EVENT_DNS,
		      number_of(dns, query, server)) < 0)
		return -errno;
	return steal_fd(&fd);
}

static bool ask_server(struct dns *dns, struct dns_query *query, size_t server)
{
	int *fd = &query->sockets[server];

	if (*fd < 0)
		*fd = connect_server(dns, query, server);
	return *fd >= 0 && send(*fd, query->message, query->size, 0) >= 0;
}

/* Ask the next server that can be asked; at most each of them once. */
static void query_ask(struct dns *dns, struct dns_query *query, int64_t now_ms)
{
	query->next_ms = now_ms + ASK_NEXT_MS;
	for (size_t i = 0; i < query->servers.count; i++) {
		size_t server = query->attempts % query->servers.count;

		query->attempts++;
		if (ask_server(dns, query, server))
			return;
	}
}

static struct dns_query *query_find_free(struct dns *dns)
{
	for (size_t i = 0; i < DNS_QUERIES_MAX; i++)
		if (!dns->queries[i].used)
			return &dns->queries[i];
	return NULL;
}

/* Is the same query under way already? Then this is an impatient client. */
static bool is_repeated(const struct dns *dns, const struct client *client,
			const uint8_t *message)
{
	for (size_t i = 0; dns->used > 0 && i < DNS_QUERIES_MAX; i++) {
		const struct dns_query *query = &dns->queries[i];

		if (query->used && query->family == client->family &&
		    query->port == client->port &&
		    query->client_id == packet_get16(message))
			return true;
	}
	return false;
}

static void query_start(struct dns *dns, const struct frame *frame,
			const struct dns_question *question, int64_t now_ms)
{
	const uint8_t *message = frame->l4 + UDP_SIZE;
	struct client client = { frame->family, frame->src_port };
	struct dns_query *query;

	if (is_repeated(dns, &client, message))
		return;
	query = query_find_free(dns);
	if (!query)
		return;
	*query = (struct dns_query){
		.used = true,
		.family = frame->family,
		.port = frame->src_port,
		.client_id = packet_get16(message),
		.deadline_ms = now_ms + GIVE_UP_MS,
		.servers = dns->servers,
		.question_end = question->end,
		.size = frame->l4_size - UDP_SIZE,
	};
	dns->used++;
	for (size_t i = 0; i < SERVERS_MAX; i++)
		query->sockets[i] = -1;
	memcpy(query->message, message, query->size);
	if (getrandom(query->message, 2, GRND_NONBLOCK) != 2 ||
	    query->servers.count == 0) {
		query_fail(dns, query);
		return;
	}
	query_ask(dns, query, now_ms);
}

static bool is_own_name(const struct dns_question *question)
{
	for (size_t i = 0; i < ARRAY_COUNT(own_names); i++)
		if (strcmp(question->name, own_names[i]) == 0)
			return question->klass == DNS_CLASS_IN;
	return false;
}

static void answer_own_name(const struct dns *dns, const struct frame *frame,
			    const struct dns_question *question)
{
	struct client client = { frame->family, frame->src_port };
	struct reply reply;
	uint8_t *message = reply_message(&reply, frame->family);
	size_t size;

	memcpy(message, frame->l4 + UDP_SIZE, question->end);
	size = dns_make_reply(message, question->end, DNS_NOERROR);
	if (question->type == DNS_TYPE_A)
		size = dns_add_address(message, size,
				       address_of(LINK_GATEWAY, AF_INET)->bytes,
				       4);
	else if (question->type == DNS_TYPE_AAAA && dns->ipv6)
		size = dns_add_address(
			message, size,
			address_of(LINK_GATEWAY, AF_INET6)->bytes, 16);
	send_to_client(dns, &client, &reply, size);
}

void dns_on_query(struct dns *dns, const struct frame *frame, int64_t now_ms)
{
	size_t size = frame->l4_size - UDP_SIZE;
	struct dns_question question;

	if (size > DNS_QUERY_SIZE_MAX ||
	    dns_parse_query(frame->l4 + UDP_SIZE, size, &question) < 0)
		return;
	if (is_own_name(&question))
		answer_own_name(dns, frame, &question);
	else
		query_start(dns, frame, &question, now_ms);
}

/* Is it worth asking another server? */
static bool is_server_trouble(const struct dns_query *query,
			      enum dns_rcode rcode)
{
	bool trouble = rcode == DNS_SERVFAIL || rcode == DNS_REFUSED ||
		       rcode == DNS_FORMERR;

	return trouble && query->attempts < query->servers.count;
}

static void deliver(struct dns *dns, struct dns_query *query,
		    struct reply *reply, size_t size)
{
	uint8_t *message = reply_message(reply, query->family);
	struct client client = { query->family, query->port };
	size_t head = packet_head_size(query->family) - FRAME_ETHER_SIZE;

	packet_put16(message, query->client_id);
	if (size > REPLY_SIZE_MAX || head + UDP_SIZE + size > dns->mtu)
		size = dns_truncate(message, query->question_end);
	send_to_client(dns, &client, reply, size);
	query_end(dns, query);
}

void dns_on_reply(struct dns *dns, uint32_t number, int64_t now_ms)
{
	struct dns_query *query = &dns->queries[number / SERVERS_MAX];
	int *fd = &query->sockets[number % SERVERS_MAX];
	struct reply reply;
	ssize_t size;

	/* An earlier event of the same round may have ended the query. */
	if (!query->used || *fd < 0)
		return;

	uint8_t *message = reply_message(&reply, query->family);

	size = recv(*fd, message, REPLY_SIZE_MAX, MSG_TRUNC);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size < 0) {
		/* Nobody there: no use in waiting. */
		close(steal_fd(fd));
		if (query->attempts < query->servers.count)
			query_ask(dns, query, now_ms);
		return;
	}
	if (!dns_is_answer(message,
			   (size_t)size < REPLY_SIZE_MAX ? (size_t)size
							 : REPLY_SIZE_MAX,
			   query->message, query->question_end))
		return;
	if (is_server_trouble(query, dns_rcode_of(message))) {
		query->failure = dns_rcode_of(message);
		query_ask(dns, query, now_ms);
		return;
	}
	deliver(dns, query, &reply, (size_t)size);
}

/* A server that refuses connections at once leaves no socket behind; with none
 * left there is nothing to wait for.
 */
static bool has_socket(const struct dns_query *query)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (query->sockets[i] >= 0)
			return true;
	return false;
}

void dns_on_time(struct dns *dns, int64_t now_ms)
{
	for (size_t i = 0; dns->used > 0 && i < DNS_QUERIES_MAX; i++) {
		struct dns_query *query = &dns->queries[i];

		if (!query->used)
			continue;
		if (now_ms >= query->deadline_ms || !has_socket(query))
			query_fail(dns, query);
		else if (now_ms >= query->next_ms)
			query_ask(dns, query, now_ms);
	}
}

int dns_timeout(const struct dns *dns, int64_t now_ms)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; dns->used > 0 && i < DNS_QUERIES_MAX; i++) {
		const struct dns_query *query = &dns->queries[i];

		if (query->used && query->next_ms < first)
			first = query->next_ms;
		if (query->used && query->deadline_ms < first)
			first = query->deadline_ms;
	}
	if (first == INT64_MAX)
		return -1;
	return first <= now_ms ? 0 : (int)(first - now_ms);
}
