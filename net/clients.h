// SPDX-License-Identifier: Apache-2.0
/* Those who connect to the API's socket (api.h): each sends a request, gets an
 * answer and is gone, as with slirp4netns. Nobody waits for anybody here; who
 * takes too long is let go, and the oldest when there are too many.
 */
#ifndef NET_CLIENTS_H
#define NET_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CLIENTS_MAX        8
#define CLIENT_REQUEST_MAX 4096
#define CLIENT_PATIENCE_MS 5000

struct client {
	int fd; /* meaningful if begun_ms isn't 0 */
	int64_t begun_ms;
	size_t size;  /* of the request so far */
	char *answer; /* owned; NULL: there is none yet */
	size_t sent;
	char request[CLIENT_REQUEST_MAX];
};

/* Zero but for the descriptors. */
struct clients {
	int epoll;  /* borrowed */
	int listen; /* -1: there is no API socket */
	struct client list[CLIENTS_MAX];
};

/**
 * clients_listen() - Make the socket
 * @path:	Where; what a process that is gone left there makes room
 *
 * Only its owner can connect. Return: descriptor, negative errno
 */
must_check int clients_listen(const char *path, struct error *err);

/** clients_accept() - Somebody has come */
void clients_accept(struct clients *clients, int64_t now_ms);

/**
 * clients_on_event() - A client has sent something, or takes something
 *
 * Return: the client if its request is whole and wants an answer, NULL
 */
struct client *clients_on_event(struct clients *clients, size_t number,
				uint32_t events);

/**
 * clients_answer() - Give the answer
 * @answer:	Owned by us from now on
 */
void clients_answer(struct clients *clients, struct client *client,
		    char *answer);

/** clients_on_time() - Let those go who take too long */
void clients_on_time(struct clients *clients, int64_t now_ms);

/** clients_timeout() - Milliseconds until then; -1: nobody is there */
int clients_timeout(const struct clients *clients, int64_t now_ms);

/**
 * clients_is_whole() - Can there be more to this request?
 *
 * True of an object with all its braces, and of what can't become one.
 */
bool clients_is_whole(const char *request, size_t size);

#endif
