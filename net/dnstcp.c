// SPDX-License-Identifier: Apache-2.0
#include "net/dnstcp.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/event.h"

enum { PORT_DNS = 53 };

void dnstcp_listen(struct dnstcp *tcp, int fd, int family)
{
	struct sockaddr_storage at;
	socklen_t size = address_to_socket(address_of(LINK_NAMESERVER, family),
					   PORT_DNS, &at);

	if (fd >= 0 &&
	    (bind(fd, (const struct sockaddr *)&at, size) < 0 ||
	     listen(fd, DNSTCP_CLIENTS_MAX) < 0 ||
	     event_add(tcp->epoll, fd, EVENT_DNS_TCP, (uint32_t)fd) < 0))
		close(fd);
}

static void let_go(struct dnstcp_client *client)
{
	close(client->fd);
	client->since_ms = 0;
}

static struct dnstcp_client *make_place(struct dnstcp *tcp)
{
	struct dnstcp_client *oldest = tcp->clients;

	for (size_t i = 0; i < DNSTCP_CLIENTS_MAX; i++)
		if (tcp->clients[i].since_ms < oldest->since_ms)
			oldest = &tcp->clients[i];
	if (oldest->since_ms)
		let_go(oldest);
	return oldest;
}

void dnstcp_accept(struct dnstcp *tcp, int listener, int64_t now_ms)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	struct dnstcp_caller caller = {
		.fd = accept4(listener, (struct sockaddr *)&from, &size,
			      SOCK_NONBLOCK | SOCK_CLOEXEC),
	};
	struct address address;

	if (caller.fd < 0)
		return;
	caller.port = address_from_socket(&from, &address);
	caller.family = address.family;
	dnstcp_welcome(tcp, &caller, now_ms);
}

void dnstcp_welcome(struct dnstcp *tcp, const struct dnstcp_caller *caller,
		    int64_t now_ms)
{
	struct dnstcp_client *client = make_place(tcp);

	client->fd = caller->fd;
	client->port = caller->port;
	client->family = caller->family;
	client->since_ms = now_ms;
	client->ticket = ++tcp->tickets;
	client->is_ready = true;
	client->is_asked = false;
	client->received = client->size = client->sent = 0;

	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.u64 = (uint64_t)EVENT_ASKER << 32 |
			    (uint64_t)(client - tcp->clients),
	};

	if (epoll_ctl(tcp->epoll, EPOLL_CTL_ADD, client->fd, &event) < 0)
		let_go(client);
}

/* Send on what is left of the answer. */
static void send_on(struct dnstcp_client *client, int64_t now_ms)
{
	int result = dnsstream_send(client->fd, client->answer, client->size,
				    &client->sent);

	if (result < 0)
		let_go(client);
	if (result <= 0)
		return;
	client->size = client->sent = 0;
	client->since_ms = now_ms;
	client->is_ready = true;
}

void dnstcp_on_event(struct dnstcp *tcp, size_t number, int64_t now_ms)
{
	struct dnstcp_client *client = &tcp->clients[number];

	/* An earlier event of the same round may have ended it. */
	if (!client->since_ms)
		return;
	client->is_ready = true;
	if (client->size > 0)
		send_on(client, now_ms);
}

/* Return: size of the client's query, 0: there is none yet */
static size_t read_on(struct dnstcp_client *client)
{
	int size;

	client->is_ready = false;
	size = dnsstream_receive(client->fd, client->query,
				 sizeof(client->query), &client->received);
	if (size < 0)
		let_go(client);
	if (size <= 0)
		return 0;
	client->received = 0;
	client->is_asked = true;
	return (size_t)size;
}

static bool is_readable(const struct dnstcp_client *client)
{
	return client->since_ms && client->is_ready && !client->is_asked &&
	       client->size == 0;
}

size_t dnstcp_take(struct dnstcp *tcp, size_t *from)
{
	for (; *from < DNSTCP_CLIENTS_MAX; ++*from) {
		struct dnstcp_client *client = &tcp->clients[*from];
		size_t size = is_readable(client) ? read_on(client) : 0;

		if (size > 0)
			return size;
	}
	return 0;
}

void dnstcp_answer(struct dnstcp *tcp, size_t number, uint32_t ticket,
		   const uint8_t *message, size_t size, int64_t now_ms)
{
	struct dnstcp_client *client = &tcp->clients[number];

	if (!client->since_ms || client->ticket != ticket)
		return;
	client->is_asked = false;
	client->size = dnsstream_put(client->answer, message, size);
	client->sent = 0;
	send_on(client, now_ms);
}

void dnstcp_drop(struct dnstcp *tcp, size_t number)
{
	let_go(&tcp->clients[number]);
}

void dnstcp_on_time(struct dnstcp *tcp, int64_t now_ms)
{
	for (size_t i = 0; i < DNSTCP_CLIENTS_MAX; i++)
		if (tcp->clients[i].since_ms &&
		    now_ms - tcp->clients[i].since_ms >= DNSTCP_PATIENCE_MS)
			let_go(&tcp->clients[i]);
}

int dnstcp_timeout(const struct dnstcp *tcp, int64_t now_ms)
{
	int64_t first = -1;

	for (size_t i = 0; i < DNSTCP_CLIENTS_MAX; i++) {
		const struct dnstcp_client *client = &tcp->clients[i];
		int64_t left = client->since_ms + DNSTCP_PATIENCE_MS - now_ms;

		if (is_readable(client))
			return 0;
		if (client->since_ms && (first < 0 || left < first))
			first = left > 0 ? left : 0;
	}
	return (int)first;
}
