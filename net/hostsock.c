// SPDX-License-Identifier: Apache-2.0
#include "net/hostsock.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"

/* The longest value of an option that is copied: a congestion control. */
enum { VALUE_SIZE_MAX = 16 };

struct option {
	int domain; /* AF_UNSPEC: both */
	int level;
	int name;
	bool is_doubled; /* what is read is twice what was set (socket(7)) */
};

static const struct option options[] = {
	{ AF_UNSPEC, SOL_SOCKET, SO_KEEPALIVE, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_LINGER, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_OOBINLINE, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_PRIORITY, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_RCVBUF, true },
	{ AF_UNSPEC, SOL_SOCKET, SO_SNDBUF, true },
	{ AF_UNSPEC, SOL_SOCKET, SO_RCVLOWAT, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_RCVTIMEO, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_SNDTIMEO, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_TIMESTAMP, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_ZEROCOPY, false },
	{ AF_UNSPEC, SOL_SOCKET, SO_MAX_PACING_RATE, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_NODELAY, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_CORK, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_KEEPIDLE, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_KEEPINTVL, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_KEEPCNT, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_USER_TIMEOUT, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_SYNCNT, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_LINGER2, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_WINDOW_CLAMP, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_NOTSENT_LOWAT, false },
	{ AF_UNSPEC, IPPROTO_TCP, TCP_CONGESTION, false },
	{ AF_UNSPEC, IPPROTO_IP, IP_TOS, false },
	{ AF_UNSPEC, IPPROTO_IP, IP_TTL, false },
	{ AF_INET6, IPPROTO_IPV6, IPV6_TCLASS, false },
	{ AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, false },
	{ AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, false },
};

/* Return: the number; -1: there is none */
static int read_number(int sock, int level, int name)
{
	int value;
	socklen_t size = sizeof(value);

	return getsockopt(sock, level, name, &value, &size) < 0 ? -1 : value;
}

enum hostsock_kind hostsock_kind(const struct guest *guest, uint64_t host,
				 int sock, int *ret_domain)
{
	int domain = read_number(sock, SOL_SOCKET, SO_DOMAIN);
	uint64_t cookie;

	*ret_domain = domain;
	/* What is no socket has none; UNIX sockets have paths. */
	if (domain < 0 || domain == AF_UNIX)
		return HOSTSOCK_NOT_IP;
	cookie = guest_cookie(sock);
	/* In doubt it is one that nothing may be done with. */
	if (cookie == host || !cookie)
		return HOSTSOCK_HOST;
	if (domain != AF_INET && domain != AF_INET6)
		return HOSTSOCK_NOT_IP;
	if (cookie != guest->cookie ||
	    read_number(sock, SOL_SOCKET, SO_PROTOCOL) != IPPROTO_TCP)
		return HOSTSOCK_GUEST;
	return HOSTSOCK_GUEST_TCP;
}

int hostsock_state(int sock)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	if (read_number(sock, SOL_SOCKET, SO_PROTOCOL) != IPPROTO_TCP ||
	    getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
		return 0;
	return info.tcpi_state;
}

bool hostsock_waits(int sock)
{
	int type = read_number(sock, SOL_SOCKET, SO_TYPE);

	return type != SOCK_DGRAM && type != SOCK_RAW;
}

int hostsock_error(int sock)
{
	int error = read_number(sock, SOL_SOCKET, SO_ERROR);

	return error < 0 ? EIO : error;
}

static bool is_bound(int sock)
{
	struct sockaddr_storage name = { 0 };
	socklen_t size = sizeof(name);
	static const uint8_t zero[ADDRESS_SIZE];
	struct address address;

	return getsockname(sock, (struct sockaddr *)&name, &size) < 0 ||
	       address_from_socket(&name, &address) ||
	       memcmp(address.bytes, zero, sizeof(zero)) != 0;
}

/* A filter of its own; how many steps it has is said in place of a size. */
static bool has_filter(int sock)
{
	socklen_t count = 0;

	return getsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, NULL, &count) <
		       0 ||
	       count > 0;
}

bool hostsock_is_plain(int sock)
{
	return hostsock_state(sock) == TCP_CLOSE && !is_bound(sock) &&
	       !(fcntl(sock, F_GETFL) & O_ASYNC) &&
	       read_number(sock, SOL_SOCKET, SO_BINDTOIFINDEX) <= 0 &&
	       read_number(sock, SOL_SOCKET, SO_MARK) <= 0 && !has_filter(sock);
}

/* What can't be set is left as the host has it. */
static void copy_option(const struct option *option, int from, int model,
			int to)
{
	char wanted[VALUE_SIZE_MAX] = "", usual[VALUE_SIZE_MAX] = "";
	socklen_t size = sizeof(wanted), usual_size = sizeof(usual);
	int number;

	if (getsockopt(from, option->level, option->name, wanted, &size) < 0)
		return;
	if (getsockopt(model, option->level, option->name, usual,
		       &usual_size) == 0 &&
	    memcmp(wanted, usual, sizeof(wanted)) == 0)
		return;
	if (option->is_doubled) {
		memcpy(&number, wanted, sizeof(number));
		number /= 2;
		memcpy(wanted, &number, sizeof(number));
	}
	(void)setsockopt(to, option->level, option->name, wanted, size);
}

int hostsock_make(int sock, int model, int domain, unsigned int interface)
{
	auto_close int made =
		socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       IPPROTO_TCP);
	int index = (int)interface;

	if (made < 0 || setsockopt(made, SOL_SOCKET, SO_BINDTOIFINDEX, &index,
				   sizeof(index)) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_COUNT(options); i++)
		if (options[i].domain == AF_UNSPEC ||
		    options[i].domain == domain)
			copy_option(&options[i], sock, model, made);
	return steal_fd(&made);
}
