// SPDX-License-Identifier: Apache-2.0
/* Tries, from within a container with slirp:bypass=true, to make a socket of
 * the host's do what it mustn't: reach the host's loopback, listen, take a
 * port. Each attempt prints a line with its name and what came of it. Static.
 *
 *   escape 4|6           all ways that one thread has
 *   escape race SECONDS  another thread swaps descriptors meanwhile
 *   escape early 4|6     a descriptor is in an epoll before it is connected
 *   escape flags 4|6     what a socket was set to, before and after
 *
 * The host has servers at 192.0.2.1 and 2001:db8::1, port 7000, and on its
 * loopback, port 7001; nobody is at .9 and ::9.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SERVED = 7000, LOOPBACK = 7001, NOBODY = 7002 };
enum { X32_BIT = 0x40000000 };
/* Of 32-bit programs */
enum { I386_SOCKETCALL = 102, I386_CONNECT = 362, CALL_CONNECT = 3 };

static int family;

struct place {
	struct sockaddr_storage at;
	socklen_t size;
};

static struct place place_of(const char *v4, const char *v6, uint16_t port)
{
	struct place place = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&place.at;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&place.at;

	place.at.ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		in->sin_port = htons(port);
		inet_pton(AF_INET, v4, &in->sin_addr);
		place.size = sizeof(*in);
	} else {
		in6->sin6_port = htons(port);
		inet_pton(AF_INET6, v6, &in6->sin6_addr);
		place.size = sizeof(*in6);
	}
	return place;
}

static struct place served(uint16_t port)
{
	return place_of("192.0.2.1", "2001:db8::1", port);
}

static struct place nowhere(void)
{
	return place_of("192.0.2.9", "2001:db8::9", SERVED);
}

static struct place loopback(void)
{
	return place_of("127.0.0.1", "::1", LOOPBACK);
}

static int reach(int sock, struct place place)
{
	return connect(sock, (struct sockaddr *)&place.at, place.size);
}

static void say(const char *what, long result)
{
	printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "done");
}

static int make(int flags)
{
	return socket(family, SOCK_STREAM | flags, 0);
}

/* Sockets of the host's, in the states there are. */

static int connected(void)
{
	int sock = make(0);

	if (reach(sock, served(SERVED)) < 0)
		say("connect", -1);
	return sock;
}

static int connecting(void)
{
	int sock = make(SOCK_NONBLOCK);

	if (reach(sock, nowhere()) == 0 || errno != EINPROGRESS)
		say("begin to connect", -1);
	return sock;
}

static int failed(void)
{
	int sock = make(SOCK_NONBLOCK);
	struct pollfd wait = { sock, POLLOUT, 0 };

	(void)reach(sock, served(NOBODY));
	(void)poll(&wait, 1, 5000);
	return sock;
}

static int disconnected(void)
{
	int sock = connecting();

	(void)shutdown(sock, SHUT_RDWR);
	return sock;
}

static int dissolve(int sock)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	return connect(sock, &none, sizeof(none));
}

/* Then is it ours, and does somebody listen? */
static void try_again(const char *state, int sock)
{
	char what[64];
	int error = 0;
	socklen_t size = sizeof(error);
	struct pollfd wait = { sock, POLLOUT, 0 };

	(void)snprintf(what, sizeof(what), "%s-unspec", state);
	say(what, dissolve(sock));
	(void)snprintf(what, sizeof(what), "%s-again", state);
	for (int i = 0; i < 3; i++)
		say(what, reach(sock, loopback()));
	(void)poll(&wait, 1, 100);
	(void)getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &size);
	(void)snprintf(what, sizeof(what), "%s-listen", state);
	say(what, listen(sock, 5));
	(void)snprintf(what, sizeof(what), "%s-bind", state);

	struct place any = place_of("0.0.0.0", "::", 7003);

	say(what, bind(sock, (struct sockaddr *)&any.at, any.size));
	(void)snprintf(what, sizeof(what), "%s-device", state);
	say(what, setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	close(sock);
}

static void try_copies(void)
{
	int sock = disconnected();
	int copy = dup(sock), pair[2];
	pid_t pid = fork();

	if (pid == 0) {
		say("child", reach(sock, loopback()));
		fflush(stdout);
		_exit(0);
	}
	(void)waitpid(pid, NULL, 0);
	say("dup", reach(copy, loopback()));
	(void)socketpair(AF_UNIX, SOCK_STREAM, 0, pair);

	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	char byte = 'x';
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};

	memcpy(CMSG_DATA(&control.head), &sock, sizeof(sock));
	(void)sendmsg(pair[0], &message, 0);
	(void)recvmsg(pair[1], &message, 0);
	memcpy(&copy, CMSG_DATA(&control.head), sizeof(copy));
	say("passed", reach(copy, loopback()));
}

/* Data with the SYN, so that there is no connect(2). */
static void try_fast_open(const char *state, int sock)
{
	struct place to = loopback();
	char what[64], text[] = "e"; /* for an echo: it stays */
	struct iovec part = { text, 1 };
	struct mmsghdr message = { .msg_hdr = { .msg_name = &to.at,
						.msg_namelen = to.size,
						.msg_iov = &part,
						.msg_iovlen = 1 } };

	(void)snprintf(what, sizeof(what), "%s-fastopen", state);
	say(what, sendto(sock, text, 1, MSG_FASTOPEN | MSG_NOSIGNAL,
			 (struct sockaddr *)&to.at, to.size));
	say(what, sendmsg(sock, &message.msg_hdr, MSG_FASTOPEN | MSG_NOSIGNAL));
	say(what, sendmmsg(sock, &message, 1, MSG_FASTOPEN | MSG_NOSIGNAL));
	(void)snprintf(what, sizeof(what), "%s-sendto", state);
	say(what, sendto(sock, text, 1, MSG_NOSIGNAL, (struct sockaddr *)&to.at,
			 to.size));
	say(what, sendmsg(sock, &message.msg_hdr, MSG_NOSIGNAL));
	say(what, sendmmsg(sock, &message, 1, MSG_NOSIGNAL));
	close(sock);
}

static long old_gate(long number, long a, long b, long c)
{
	long result = number;

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"(a), "c"(b), "d"(c)
			 : "memory");
	if (result < 0)
		errno = (int)-result;
	return result < 0 ? -1 : result;
}

static void try_other_gates(void)
{
	struct place to = loopback();
	int sock = disconnected();
	struct io_uring_params params = { 0 };
	/* Below 4 GiB, where 32-bit pointers lead. */
	struct low {
		uint32_t call[3];
		struct sockaddr_storage at;
	} *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	low->at = to.at;
	low->call[0] = (uint32_t)sock;
	low->call[1] = (uint32_t)(uintptr_t)&low->at;
	low->call[2] = to.size;
	say("x32", syscall(X32_BIT | SYS_connect, sock, &to.at, to.size));
	say("i386", old_gate(I386_CONNECT, sock, low->call[1], to.size));
	say("i386-socketcall", old_gate(I386_SOCKETCALL, CALL_CONNECT,
					(long)(uintptr_t)low->call, 0));
	say("io_uring", syscall(SYS_io_uring_setup, 1, &params));
	say("io_uring", syscall(SYS_io_uring_enter, sock, 0, 0, 0, NULL, 0));
	say("io_uring", syscall(SYS_io_uring_register, sock, 0, NULL, 0));
}

/* One thread's calls against another's dup2(2). */

enum { SLOT = 100, HOST = 101, OTHER = 102 };

static _Atomic bool stop;
static struct {
	struct sockaddr_storage unix_at, host_at;
} race;

/* What is under SLOT is now the one, now the other. */
static void *swap(void *data)
{
	(void)data;
	while (!atomic_load(&stop)) {
		(void)dup2(HOST, SLOT);
		(void)dup2(OTHER, SLOT);
	}
	return NULL;
}

/* And the address too. */
static void *rewrite(void *at)
{
	while (!atomic_load(&stop)) {
		memcpy(at, &race.host_at, sizeof(race.host_at));
		memcpy(at, &race.unix_at, sizeof(race.unix_at));
	}
	return NULL;
}

static void race_with(const char *what, int other, struct sockaddr_storage two,
		      socklen_t size, int seconds)
{
	static struct sockaddr_storage at;
	time_t end = time(NULL) + seconds;
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct pollfd wait = { HOST, POLLIN, 0 };
	pthread_t swapper, writer;
	int reached = 0, listening = 0, on;
	socklen_t length;
	char byte;

	(void)dup2(other, OTHER);
	race.unix_at = two;
	race.host_at = loopback().at;
	atomic_store(&stop, false);
	(void)pthread_create(&swapper, NULL, swap, NULL);
	(void)pthread_create(&writer, NULL, rewrite, &at);
	while (time(NULL) < end && !reached) {
		int sock = connected();

		(void)dup2(sock, HOST);
		close(sock);
		for (int i = 0; i < 20; i++)
			(void)connect(SLOT, &none, sizeof(none));
		for (int i = 0; i < 20; i++)
			(void)connect(SLOT, (struct sockaddr *)&at, size);
		for (int i = 0; i < 20; i++)
			(void)listen(SLOT, 5);
		length = sizeof(on);
		if (getsockopt(HOST, SOL_SOCKET, SO_ACCEPTCONN, &on, &length) ==
		    0)
			listening += on;
		/* The one on the loopback speaks first. */
		if (poll(&wait, 1, 0) > 0 &&
		    recv(HOST, &byte, 1, MSG_DONTWAIT) == 1)
			reached++;
	}
	atomic_store(&stop, true);
	(void)pthread_join(swapper, NULL);
	(void)pthread_join(writer, NULL);
	printf("%s reached %d listening %d\n", what, reached, listening);
}

static int race_run(int seconds)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX };
	struct sockaddr_storage at = { 0 };
	int local;

	family = AF_INET;
	memcpy(&at, &path, sizeof(path));
	race_with("unix", socket(AF_UNIX, SOCK_STREAM, 0), at, sizeof(path),
		  seconds);
	local = make(SOCK_NONBLOCK);
	race_with("tcp", local, loopback().at, loopback().size, seconds);
	race_with("udp", socket(family, SOCK_DGRAM, 0), loopback().at,
		  loopback().size, seconds);
	return 0;
}

/* What is known to an epoll before connect(2). */
static int early_run(void)
{
	int epoll = epoll_create1(0), other = epoll_create1(0);
	int sock = make(SOCK_NONBLOCK);
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET,
				     .data.u64 = 0x123456789abcdef0 };
	int count;

	(void)epoll_ctl(epoll, EPOLL_CTL_ADD, sock, &event);
	event.data.u64 = 7;
	(void)epoll_ctl(other, EPOLL_CTL_ADD, sock, &event);
	say("connect", reach(sock, served(SERVED)));
	for (int i = 0; i < 2; i++) {
		count = epoll_wait(i ? other : epoll, &event, 1, 5000);
		printf("events %d data %llx%s\n", count,
		       (unsigned long long)event.data.u64,
		       event.events & EPOLLOUT ? " writable" : "");
	}
	event.events = EPOLLIN;
	say("modify", epoll_ctl(epoll, EPOLL_CTL_MOD, sock, &event));
	say("write", write(sock, "e", 1) + write(sock, "x", 1));
	printf("events %d\n", epoll_wait(epoll, &event, 1, 5000));
	say("delete", epoll_ctl(epoll, EPOLL_CTL_DEL, sock, NULL));
	close(sock);
	printf("events %d\n", epoll_wait(other, &event, 1, 200));
	return 0;
}

static void say_options(int sock)
{
	static const struct {
		int level, name;
	} options[] = {
		{ SOL_SOCKET, SO_KEEPALIVE }, { SOL_SOCKET, SO_RCVBUF },
		{ IPPROTO_TCP, TCP_NODELAY }, { IPPROTO_TCP, TCP_KEEPIDLE },
		{ IPPROTO_TCP, TCP_KEEPCNT }, { IPPROTO_TCP, TCP_USER_TIMEOUT },
		{ IPPROTO_IP, IP_TOS },
	};

	printf("cloexec %d nonblock %d", fcntl(sock, F_GETFD) & FD_CLOEXEC,
	       !!(fcntl(sock, F_GETFL) & O_NONBLOCK));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int value = -1;
		socklen_t size = sizeof(value);

		(void)getsockopt(sock, options[i].level, options[i].name,
				 &value, &size);
		printf(" %d", value);
	}
	printf("\n");
}

static int flags_run(void)
{
	for (int i = 0; i < 4; i++) {
		int sock = make((i & 1 ? SOCK_CLOEXEC : 0) |
				(i & 2 ? SOCK_NONBLOCK : 0));
		int on = 1, seconds = 77, buffer = 50000, tos = 8;

		(void)setsockopt(sock, SOL_SOCKET, SO_KEEPALIVE, &on,
				 sizeof(on));
		(void)setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &buffer,
				 sizeof(buffer));
		(void)setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on,
				 sizeof(on));
		(void)setsockopt(sock, IPPROTO_TCP, TCP_KEEPIDLE, &seconds,
				 sizeof(seconds));
		(void)setsockopt(sock, IPPROTO_TCP, TCP_USER_TIMEOUT, &seconds,
				 sizeof(seconds));
		(void)setsockopt(sock, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
		say_options(sock);
		(void)reach(sock, served(SERVED));
		say_options(sock);
		close(sock);
	}
	return 0;
}

static int attempts_run(void)
{
	try_again("connected", connected());
	try_again("connecting", connecting());
	try_again("failed", failed());
	try_again("disconnected", disconnected());
	try_copies();
	try_fast_open("new", make(0));
	try_fast_open("connected", connected());
	try_fast_open("disconnected", disconnected());
	try_other_gates();
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *word = argv[argc - 1];

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	family = strcmp(word, "6") != 0 ? AF_INET : AF_INET6;
	if (!strcmp(what, "race"))
		return race_run((int)strtol(word, NULL, 10));
	if (!strcmp(what, "early"))
		return early_run();
	if (!strcmp(what, "flags"))
		return flags_run();
	return attempts_run();
}
