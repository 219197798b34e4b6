// SPDX-License-Identifier: Apache-2.0
#include "net/guest.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "net/child.h"
#include "net/route.h"

enum { SOCKET_ROUTE, SOCKET_V4, SOCKET_V6, SOCKET_COUNT };

/* What the child says; with the sockets, as many as there are. */
struct report {
	unsigned int tap;
	struct error error;
};

static int make_socket(int domain, int type, int protocol)
{
	return socket(domain, type | SOCK_CLOEXEC, protocol);
}

/* In the child. Return: number of sockets, negative errno */
static int make_sockets(int netns, int *ret, struct error *err)
{
	if (setns(netns, CLONE_NEWNET) < 0)
		return error_set(err, errno,
				 "enter the container's network namespace");
	ret[SOCKET_ROUTE] = route_open();
	ret[SOCKET_V4] = make_socket(AF_INET, SOCK_STREAM, 0);
	ret[SOCKET_V6] = make_socket(AF_INET6, SOCK_STREAM, 0);
	if (ret[SOCKET_ROUTE] < 0 || ret[SOCKET_V4] < 0)
		return error_set(err, errno,
				 "make sockets in the container's network");
	return ret[SOCKET_V6] < 0 ? SOCKET_V6 : SOCKET_COUNT;
}

/* It is sent the namespace, and answers once. */
static void child(int sock, const void *data)
{
	int sockets[SOCKET_COUNT];
	struct report report = { 0 };
	int netns = -1, count;
	char byte;

	(void)data;
	if (fd_receive(sock, &byte, sizeof(byte), &netns, 1) <= 0)
		return;
	count = make_sockets(netns, sockets, &report.error);
	if (count > 0)
		report.tap = if_nametoindex(TAP_NAME);
	(void)!fd_send(sock, &report, sizeof(report), sockets,
		       count < 0 ? 0 : (size_t)count);
}

int guest_open(int netns, struct guest *ret, struct error *err)
{
	int sockets[SOCKET_COUNT] = { -1, -1, -1 };
	struct report report;
	int pair;

	if (child_start(child, NULL, &pair, err) < 0)
		return -err->code;

	auto_close int sock = pair;
	int result = fd_send(sock, "n", 1, &netns, 1);
	ssize_t size = result < 0 ? 0
				  : fd_receive(sock, &report, sizeof(report),
					       sockets, SOCKET_COUNT);

	if (size != sizeof(report))
		return error_say(err, EIO,
				 "the helper in the container's network died");
	if (report.error.code) {
		*err = report.error;
		return -err->code;
	}
	*ret = (struct guest){
		.cookie = guest_cookie(sockets[SOCKET_ROUTE]),
		.tap = report.tap,
		.route = sockets[SOCKET_ROUTE],
		.model_v4 = sockets[SOCKET_V4],
		.model_v6 = sockets[SOCKET_V6],
	};
	if (!ret->cookie)
		return error_set(err, errno, "tell network namespaces apart");
	return 0;
}

int guest_model(const struct guest *guest, int domain)
{
	return domain == AF_INET ? guest->model_v4 : guest->model_v6;
}

bool guest_routes_out(const struct guest *guest, const struct address *to)
{
	return guest->tap && route_find(guest->route, to) == guest->tap;
}

uint64_t guest_cookie(int sock)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	return getsockopt(sock, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0
		       ? 0
		       : cookie;
}
