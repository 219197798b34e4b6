// SPDX-License-Identifier: Apache-2.0
#include "net/clients.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/event.h"

static bool is_abandoned(const struct sockaddr_un *at)
{
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 &&
	       connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
	       errno == ECONNREFUSED;
}

int clients_listen(const char *path, struct error *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t mask;
	int result;

	if (fd < 0)
		return error_set(err, errno, "make the API socket");
	if (strlen(path) >= sizeof(at.sun_path))
		return error_say(
			err, ENAMETOOLONG,
			"--api-socket: %s has more than %zu characters", path,
			sizeof(at.sun_path) - 1);
	memcpy(at.sun_path, path, strlen(path));
	mask = umask(0177);
	result = bind(fd, (const struct sockaddr *)&at, sizeof(at));
	if (result < 0 && errno == EADDRINUSE && is_abandoned(&at) &&
	    unlink(path) == 0)
		result = bind(fd, (const struct sockaddr *)&at, sizeof(at));
	if (result == 0)
		result = listen(fd, CLIENTS_MAX);
	if (result < 0)
		(void)error_set(err, errno, "--api-socket: %s", path);
	(void)umask(mask);
	return result < 0 ? -err->code : steal_fd(&fd);
}

static void let_go(struct client *client)
{
	close(client->fd);
	free(client->answer);
	client->answer = NULL;
	client->size = client->sent = 0;
	client->begun_ms = 0;
}

static struct client *make_place(struct clients *clients)
{
	struct client *oldest = clients->list;

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients->list[i].begun_ms < oldest->begun_ms)
			oldest = &clients->list[i];
	if (oldest->begun_ms)
		let_go(oldest);
	return oldest;
}

void clients_accept(struct clients *clients, int64_t now_ms)
{
	int fd = accept4(clients->listen, NULL, NULL,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct client *client;

	if (fd < 0)
		return;
	client = make_place(clients);
	client->fd = fd;
	client->begun_ms = now_ms;
	if (event_add(clients->epoll, fd, EVENT_CLIENT,
		      (uint32_t)(client - clients->list)) < 0)
		let_go(client);
}

bool clients_is_whole(const char *request, size_t size)
{
	bool is_text = false;
	size_t depth = 0;

	for (size_t i = 0; i < size; i++) {
		char c = request[i];

		if (is_text) {
			i += c == '\\';
			is_text = c != '"';
			continue;
		}
		if (depth == 0 && c != '{' && !strchr(" \t\r\n", c))
			return true;
		is_text = c == '"';
		depth += c == '{';
		if (c == '}' && --depth == 0)
			return true;
	}
	return size == CLIENT_REQUEST_MAX;
}

static void send_on(struct clients *clients, struct client *client)
{
	struct epoll_event event = {
		.events = EPOLLOUT,
		.data.u64 = (uint64_t)EVENT_CLIENT << 32 |
			    (uint64_t)(client - clients->list),
	};
	size_t left = strlen(client->answer + client->sent);
	ssize_t size = send(client->fd, client->answer + client->sent, left,
			    MSG_NOSIGNAL);

	client->sent += size > 0 ? (size_t)size : 0;
	if ((size < 0 && errno != EAGAIN) || (size_t)size == left ||
	    epoll_ctl(clients->epoll, EPOLL_CTL_MOD, client->fd, &event) < 0)
		let_go(client);
}

struct client *clients_on_event(struct clients *clients, size_t number,
				uint32_t events)
{
	struct client *client = &clients->list[number];
	ssize_t size;

	if (!client->begun_ms)
		return NULL;
	if (client->answer) {
		if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
			send_on(clients, client);
		return NULL;
	}
	size = recv(client->fd, client->request + client->size,
		    CLIENT_REQUEST_MAX - client->size, 0);
	if (size < 0 && errno == EAGAIN)
		return NULL;
	if (size < 0 || (size == 0 && client->size == 0)) {
		let_go(client);
		return NULL;
	}
	client->size += (size_t)size;
	return size == 0 || clients_is_whole(client->request, client->size)
		       ? client
		       : NULL;
}

void clients_answer(struct clients *clients, struct client *client,
		    char *answer)
{
	client->answer = answer;
	send_on(clients, client);
}

void clients_on_time(struct clients *clients, int64_t now_ms)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients->list[i].begun_ms &&
		    now_ms - clients->list[i].begun_ms >= CLIENT_PATIENCE_MS)
			let_go(&clients->list[i]);
}

int clients_timeout(const struct clients *clients, int64_t now_ms)
{
	int64_t first = -1;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		int64_t left =
			clients->list[i].begun_ms + CLIENT_PATIENCE_MS - now_ms;

		if (clients->list[i].begun_ms && (first < 0 || left < first))
			first = left > 0 ? left : 0;
	}
	return (int)first;
}
