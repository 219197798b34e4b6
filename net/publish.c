// SPDX-License-Identifier: Apache-2.0
#include "net/publish.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/socket_holder.h"
#include "net/event.h"

enum { BACKLOG = 4096, ACCEPTED_MAX = 64 };

/* "8080/tcp", "127.0.0.1:8080/tcp", "[::1]:8080/tcp" */
enum { PORT_TEXT_MAX = INET6_ADDRSTRLEN + 16 };

static void describe(const struct publish_port *port, char *text)
{
	static const struct address any;
	char address[INET6_ADDRSTRLEN] = "";
	bool is_v4 = port->address.family == AF_INET;
	const char *protocol = port->protocol == IPPROTO_UDP ? "udp" : "tcp";

	(void)inet_ntop(port->address.family, port->address.bytes, address,
			sizeof(address));
	if (is_v4 && memcmp(port->address.bytes, any.bytes, 4) == 0)
		(void)snprintf(text, PORT_TEXT_MAX, "%u/%s", port->host_port,
			       protocol);
	else
		(void)snprintf(text, PORT_TEXT_MAX, "%s%s%s:%u/%s",
			       is_v4 ? "" : "[", address, is_v4 ? "" : "]",
			       port->host_port, protocol);
}

int publish_add(struct publish *publish, const struct publish_port *port,
		struct error *err)
{
	size_t number = 0;

	while (number < publish->count && publish->ports[number].protocol)
		number++;
	if (number == PUBLISH_MAX)
		return error_say(err, ENOSPC,
				 "at most %d ports can be published",
				 PUBLISH_MAX);
	publish->ports[number] = *port;
	publish->ports[number].fd = -1;
	if (number == publish->count)
		publish->count++;
	return (int)number;
}

void publish_put(struct publish *publish, size_t number,
		 const struct publish_port *port)
{
	while (publish->count <= number)
		publish->ports[publish->count++].fd = -1;
	publish->ports[number] = *port;
}

must_check static int open_error(const struct publish_port *port, int code,
				 struct error *err)
{
	char text[PORT_TEXT_MAX], holder[SOCKET_HOLDER_TEXT_MAX];

	describe(port, text);
	if (code == EADDRINUSE &&
	    socket_holder_find(port->protocol, port->host_port, holder))
		return error_say(err, code, "publish %s: it is in use by %s",
				 text, holder);
	if (code == EACCES)
		return error_say(
			err, code,
			"publish %s: ports below net.ipv4.ip_unprivileged_port_start are root's; the administrator can allow it with `sysctl -w net.ipv4.ip_unprivileged_port_start=%u`",
			text, port->host_port);
	if (code == EADDRNOTAVAIL)
		return error_say(err, code,
				 "publish %s: the host has no such address",
				 text);
	return error_set(err, code, "publish %s", text);
}

/* The number that was free. Return: 0, -1 with errno */
static int read_number(int fd, struct publish_port *port)
{
	struct sockaddr_storage at;
	socklen_t size = sizeof(at);
	struct address ignored;

	if (getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		return -1;
	port->host_port = address_from_socket(&at, &ignored);
	return 0;
}

/* Return: 0, -1 with errno */
static int open_port(struct publish_port *port)
{
	static const int on = 1;
	bool is_tcp = port->protocol == IPPROTO_TCP;
	int family = port->address.family;
	struct sockaddr_storage at;
	socklen_t size =
		address_to_socket(&port->address, port->host_port, &at);
	auto_close int fd = socket(family,
				   (is_tcp ? SOCK_STREAM : SOCK_DGRAM) |
					   SOCK_NONBLOCK | SOCK_CLOEXEC,
				   0);

	if (fd < 0 ||
	    (family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
	    (is_tcp &&
	     setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0) ||
	    (!is_tcp && pubudp_prepare(fd, family) < 0) ||
	    bind(fd, (const struct sockaddr *)&at, size) < 0 ||
	    (is_tcp && listen(fd, BACKLOG) < 0) ||
	    (!port->host_port && read_number(fd, port) < 0))
		return -1;
	port->fd = steal_fd(&fd);
	return 0;
}

int publish_open(struct publish *publish, size_t number, struct error *err)
{
	struct publish_port *port = &publish->ports[number];

	if (port->is_pair)
		port->host_port = publish->ports[number - 1].host_port;
	if (open_port(port) == 0)
		return 0;
	if (!port->is_pair || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
		return open_error(port, errno, err);
	publish_remove(publish, number);
	return 0;
}

static int watch(const struct publish *publish, size_t number)
{
	return event_add(publish->epoll, publish->ports[number].fd,
			 EVENT_PUBLISH, (uint32_t)number);
}

int publish_start(struct publish *publish, size_t number, struct error *err)
{
	return watch(publish, number) < 0
		       ? error_set(err, errno, "add to epoll")
		       : 0;
}

void publish_remove(struct publish *publish, size_t number)
{
	struct publish_port *port = &publish->ports[number];

	if (port->fd >= 0)
		close(port->fd);
	publish->paused -= port->is_paused;
	if (port->protocol == IPPROTO_UDP)
		pubudp_forget(&publish->udp, (uint32_t)number);
	*port = (struct publish_port){ .fd = -1 };
}

/* Clients wait in the kernel's queue then, or are told that it is full. */
static void pause_port(struct publish *publish, struct publish_port *port)
{
	(void)epoll_ctl(publish->epoll, EPOLL_CTL_DEL, port->fd, NULL);
	port->is_paused = true;
	publish->paused++;
}

void publish_resume(struct publish *publish)
{
	for (size_t i = 0; i < publish->count && publish->paused > 0; i++) {
		if (!publish->ports[i].is_paused || watch(publish, i) < 0)
			continue;
		publish->ports[i].is_paused = false;
		publish->paused--;
	}
}

static void accept_all(struct publish *publish, struct publish_port *port,
		       struct lane *lane)
{
	for (int i = 0; i < ACCEPTED_MAX; i++) {
		struct sockaddr_storage from;
		socklen_t size = sizeof(from);
		struct address client = { 0 };
		int fd;

		if (lane_is_full(lane)) {
			pause_port(publish, port);
			return;
		}
		fd = accept4(port->fd, (struct sockaddr *)&from, &size,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)
				pause_port(publish, port);
			return;
		}

		uint16_t client_port = address_from_socket(&from, &client);

		lane_adopt(lane, fd, &client, client_port, port->guest_port);
	}
}

void publish_on_event(struct publish *publish, size_t number, struct lane *lane,
		      int64_t now_ms)
{
	struct publish_port *port = &publish->ports[number];

	/* It may have been removed by an event before this one. */
	if (port->protocol == IPPROTO_TCP)
		accept_all(publish, port, lane);
	else if (port->protocol == IPPROTO_UDP)
		pubudp_receive(&publish->udp,
			       &(struct pubudp_port){
				       .number = (uint32_t)number,
				       .fd = port->fd,
				       .family = port->address.family,
				       .guest_port = port->guest_port,
			       },
			       lane->tun, now_ms);
}

bool publish_reply(struct publish *publish, const struct frame *frame,
		   int64_t now_ms)
{
	const struct pubudp_session *session;

	if (publish->count == 0)
		return false;
	session = pubudp_find(&publish->udp, frame, now_ms);
	if (!session)
		return false;
	pubudp_send(session, publish->ports[session->port].fd, frame);
	return true;
}
