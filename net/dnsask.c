// SPDX-License-Identifier: Apache-2.0
#include "net/dnsask.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/event.h"

enum {
	PORT_DNS = 53,
	ASK_NEXT_MS = 1000,
	/* Less than the five seconds after which resolvers ask again. */
	GIVE_UP_MS = 4500,
	REPLY_ROOM = 65535,
};

static void stop_asking(struct dnsask_question *question, size_t server)
{
	if (question->streams[server])
		question->streams[server]->used = false;
	question->streams[server] = NULL;
	if (question->sockets[server] >= 0)
		close(steal_fd(&question->sockets[server]));
}

void dnsask_end(struct dnsask *ask, int number)
{
	struct dnsask_question *question = &ask->questions[number];

	for (size_t i = 0; i < SERVERS_MAX; i++)
		stop_asking(question, i);
	question->used = false;
	ask->used--;
}

/* Return: descriptor, -1 */
static int connect_server(const struct dnsask *ask,
			  const struct dnsask_question *question, size_t server)
{
	const struct address *address = &question->servers.list[server];
	bool by_tcp = question->way == DNSASK_TCP;
	struct sockaddr_storage to;
	socklen_t size = address_to_socket(address, PORT_DNS, &to);
	struct epoll_event event = {
		.events = by_tcp ? EPOLLIN | EPOLLOUT | EPOLLET : EPOLLIN,
		.data.u64 = (uint64_t)EVENT_DNS << 32 |
			    ((size_t)(question - ask->questions) * SERVERS_MAX +
			     server),
	};
	auto_close int fd = socket(address->family,
				   (by_tcp ? SOCK_STREAM : SOCK_DGRAM) |
					   SOCK_CLOEXEC | SOCK_NONBLOCK,
				   0);

	if (fd < 0 ||
	    (connect(fd, (struct sockaddr *)&to, size) < 0 &&
	     errno != EINPROGRESS) ||
	    epoll_ctl(ask->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return -1;
	return steal_fd(&fd);
}

static struct dnsask_stream *take_stream(struct dnsask *ask)
{
	for (size_t i = 0; i < DNSASK_STREAMS_MAX; i++) {
		struct dnsask_stream *stream = &ask->streams[i];

		if (stream->used)
			continue;
		stream->used = true;
		stream->is_sent = false;
		stream->done = 0;
		return stream;
	}
	return NULL;
}

/* A connection serves until it fails. Return: is the server asked? */
static bool ask_by_stream(struct dnsask *ask, struct dnsask_question *question,
			  size_t server)
{
	if (question->sockets[server] >= 0)
		return true;
	question->streams[server] = take_stream(ask);
	if (!question->streams[server])
		return false;
	(void)dnsstream_put(question->streams[server]->data, question->message,
			    question->size);
	question->sockets[server] = connect_server(ask, question, server);
	if (question->sockets[server] < 0)
		stop_asking(question, server);
	return question->sockets[server] >= 0;
}

static bool ask_by_datagram(const struct dnsask *ask,
			    struct dnsask_question *question, size_t server)
{
	int *fd = &question->sockets[server];

	if (*fd < 0)
		*fd = connect_server(ask, question, server);
	return *fd >= 0 && send(*fd, question->message, question->size, 0) >= 0;
}

/* Ask the next server that can be asked; at most each of them once. */
static void ask_next(struct dnsask *ask, struct dnsask_question *question,
		     int64_t now_ms)
{
	question->next_ms = now_ms + ASK_NEXT_MS;
	for (size_t i = 0; i < question->servers.count; i++) {
		size_t server = question->attempts % question->servers.count;

		question->attempts++;
		if (question->way == DNSASK_TCP
			    ? ask_by_stream(ask, question, server)
			    : ask_by_datagram(ask, question, server))
			return;
	}
}

static struct dnsask_question *find_free(struct dnsask *ask)
{
	for (size_t i = 0; i < DNSASK_MAX; i++)
		if (!ask->questions[i].used)
			return &ask->questions[i];
	return NULL;
}

int dnsask_start(struct dnsask *ask, const uint8_t *message, size_t size,
		 enum dnsask_way way, int64_t now_ms)
{
	struct dnsask_question *question = find_free(ask);
	struct dns_question asked;

	if (!question || size > DNSASK_SIZE_MAX ||
	    dns_parse_query(message, size, &asked) < 0)
		return -1;
	*question = (struct dnsask_question){
		.used = true,
		.way = way,
		.deadline_ms = now_ms + GIVE_UP_MS,
		.servers = ask->servers,
		.question_end = asked.end,
		.size = size,
	};
	ask->used++;
	for (size_t i = 0; i < SERVERS_MAX; i++)
		question->sockets[i] = -1;
	memcpy(question->message, message, size);
	/* Without an id of our own nobody is asked: it fails by itself. */
	if (getrandom(question->message, 2, GRND_NONBLOCK) == 2)
		ask_next(ask, question, now_ms);
	return (int)(question - ask->questions);
}

/* Nobody there: no use in waiting. */
static void give_up_server(struct dnsask *ask, struct dnsask_question *question,
			   size_t server, int64_t now_ms)
{
	stop_asking(question, server);
	if (question->attempts < question->servers.count)
		ask_next(ask, question, now_ms);
}

/* Return: size of what came; 0: nothing yet; -1: the server is no use */
static ssize_t receive_datagram(int fd, uint8_t *reply)
{
	ssize_t size = recv(fd, reply, REPLY_ROOM, 0);

	if (size < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return size;
}

/* The same over TCP. */
static ssize_t receive_stream(const struct dnsask_question *question,
			      size_t server, uint8_t *reply)
{
	struct dnsask_stream *stream = question->streams[server];
	int fd = question->sockets[server], size;

	if (!stream->is_sent) {
		size = dnsstream_send(fd, stream->data,
				      DNSSTREAM_HEAD + question->size,
				      &stream->done);
		if (size <= 0)
			return size;
		stream->is_sent = true;
		stream->done = 0;
	}
	size = dnsstream_receive(fd, stream->data, sizeof(stream->data),
				 &stream->done);
	if (size > 0)
		memcpy(reply, stream->data + DNSSTREAM_HEAD, (size_t)size);
	return size;
}

/* Is it worth asking another server? */
static bool is_server_trouble(const struct dnsask_question *question,
			      enum dns_rcode rcode)
{
	bool trouble = rcode == DNS_SERVFAIL || rcode == DNS_REFUSED ||
		       rcode == DNS_FORMERR;

	return trouble && question->attempts < question->servers.count;
}

/* Ask all of it, from the server that would have said more. */
static void ask_again(struct dnsask *ask, struct dnsask_question *question,
		      size_t server, int64_t now_ms)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		stop_asking(question, i);
	question->was_cut = true;
	question->way = DNSASK_TCP;
	question->attempts = (uint8_t)server;
	ask_next(ask, question, now_ms);
}

size_t dnsask_on_event(struct dnsask *ask, uint32_t event, uint8_t *reply,
		       int *ret_number, int64_t now_ms)
{
	struct dnsask_question *question = &ask->questions[event / SERVERS_MAX];
	size_t server = event % SERVERS_MAX;
	bool by_tcp = question->way == DNSASK_TCP;
	ssize_t size;

	/* An earlier event of the same round may have ended the question. */
	if (!question->used || question->sockets[server] < 0)
		return 0;
	size = by_tcp ? receive_stream(question, server, reply)
		      : receive_datagram(question->sockets[server], reply);
	if (size == 0)
		return 0;
	if (size < 0 ||
	    (by_tcp && !dns_is_answer(reply, (size_t)size, question->message,
				      question->question_end))) {
		give_up_server(ask, question, server, now_ms);
		return 0;
	}
	if (!dns_is_answer(reply, (size_t)size, question->message,
			   question->question_end))
		return 0;
	if (is_server_trouble(question, dns_rcode_of(reply))) {
		question->failure = dns_rcode_of(reply);
		give_up_server(ask, question, server, now_ms);
		return 0;
	}
	if (question->way == DNSASK_UDP_THEN_TCP && dns_is_truncated(reply)) {
		ask_again(ask, question, server, now_ms);
		return 0;
	}
	*ret_number = (int)(question - ask->questions);
	return (size_t)size;
}

/* A server that refuses connections at once leaves no socket behind; with none
 * left there is nothing to wait for.
 */
static bool has_socket(const struct dnsask_question *question)
{
	for (size_t i = 0; i < SERVERS_MAX; i++)
		if (question->sockets[i] >= 0)
			return true;
	return false;
}

int dnsask_on_time(struct dnsask *ask, int64_t now_ms)
{
	for (size_t i = 0; ask->used > 0 && i < DNSASK_MAX; i++) {
		struct dnsask_question *question = &ask->questions[i];

		if (!question->used)
			continue;
		if (now_ms >= question->deadline_ms || !has_socket(question))
			return (int)i;
		if (now_ms >= question->next_ms)
			ask_next(ask, question, now_ms);
	}
	return -1;
}

size_t dnsask_fail(const struct dnsask *ask, int number, uint8_t *reply)
{
	const struct dnsask_question *question = &ask->questions[number];
	enum dns_rcode rcode =
		question->failure ? question->failure : DNS_SERVFAIL;
	size_t end = question->question_end;

	memcpy(reply, question->message, end);
	if (!question->was_cut)
		return dns_make_reply(reply, end, rcode);
	end = dns_make_reply(reply, end, DNS_NOERROR);
	return dns_truncate(reply, end, end, end);
}

int dnsask_timeout(const struct dnsask *ask, int64_t now_ms)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; ask->used > 0 && i < DNSASK_MAX; i++) {
		const struct dnsask_question *question = &ask->questions[i];

		if (question->used && question->next_ms < first)
			first = question->next_ms;
		if (question->used && question->deadline_ms < first)
			first = question->deadline_ms;
	}
	if (first == INT64_MAX)
		return -1;
	return first <= now_ms ? 0 : (int)(first - now_ms);
}
