// SPDX-License-Identifier: Apache-2.0
#include "net/supervisor.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "net/hostsock.h"
#include "net/notice.h"
#include "net/route.h"
#include "net/target.h"

/* Of epoll's entries; those of waiting calls come behind. */
enum { ENTRY_LISTENER, ENTRY_OWNER, ENTRY_WAITING };
enum { EVENTS_MAX = 64, LOOK_AFTER_MS = 100 };

/* Which socket a call waits for. */
enum waiting_kind {
	WAITING_NOBODY,
	WAITING_NEW,   /* a host's, that takes the place of the container's */
	WAITING_HOST,  /* a host's that is there already */
	WAITING_GUEST, /* one of the container's own */
};

/* A call whose connection is on its way. */
struct waiting {
	enum waiting_kind kind;
	bool cloexec;
	int sock; /* owned */
	int fd;   /* of the caller's */
	pid_t thread;
	uint64_t id;
	int64_t deadline_ms; /* 0: none */
	socklen_t size;      /* of the address */
	struct sockaddr_storage given;
};

struct loop {
	const struct supervisor *own;
	int epoll;
	size_t count; /* of the list in use */
	struct waiting list[SUPERVISOR_WAITING_MAX];
};

/* What is known of the call that is looked at. */
struct matter {
	const struct notice *notice;
	const struct target *target;
	int sock; /* our copy of the descriptor */
	enum hostsock_kind kind;
	int domain;
	bool is_blocking;
	bool cloexec;
	struct sockaddr_storage given;
};

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_copy(int *fd)
{
	cleanup_close(fd);
	*fd = -1;
}

/* Whatever the caller does next, no copy of ours is in the way: its socket ends
 * when it closes it, and one that was replaced is gone from its epolls.
 */
static void answer(const struct loop *loop, struct matter *matter, int error)
{
	close_copy(&matter->sock);
	notice_answer(loop->own->listener, matter->notice->id, error);
}

static void let_go(const struct loop *loop, struct matter *matter)
{
	close_copy(&matter->sock);
	notice_let_go(loop->own->listener, matter->notice->id);
}

/* An epoll knows a socket by the number that the caller has for it. So it gets
 * that number here too, for a moment.
 */
static int watch_as(int sock, int number, const struct target_watch *watch)
{
	struct epoll_event event = {
		.events = watch->events,
		.data.u64 = watch->data,
	};
	int aside = sock == number ? -1 : dup(number);
	int result = sock == number ? number : dup2(sock, number);

	if (result >= 0)
		result = epoll_ctl(watch->epoll, EPOLL_CTL_ADD, number, &event);
	result = result < 0 ? -errno : 0;
	if (aside >= 0) {
		(void)dup2(aside, number);
		close(aside);
	} else if (sock != number) {
		close(number);
	}
	return result;
}

/* The new socket in all epolls that the old one is in. */
static int watch_again(const struct matter *matter, int made)
{
	struct target_watch list[TARGET_WATCHES_MAX];
	size_t count = target_watches(matter->target, matter->notice->fd, list);
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		if (result == 0)
			result = watch_as(made, matter->notice->fd, &list[i]);
		close(list[i].epoll);
	}
	return result;
}

/* A socket of the host's, and where it belongs. */
struct placing {
	uint64_t id; /* of the call */
	int fd;      /* whose place it takes */
	int sock;    /* ours, until it is given away */
	bool is_blocking;
	bool cloexec;
};

/* Give the socket away. @error is what the call returns. */
static void hand_over(const struct loop *loop, struct placing *placing,
		      int error)
{
	int listener = loop->own->listener;
	int flags = fcntl(placing->sock, F_GETFL);
	int result = 0;

	if (placing->is_blocking &&
	    fcntl(placing->sock, F_SETFL, flags & ~O_NONBLOCK) < 0)
		result = -errno;
	if (result == 0)
		result = notice_replace(listener, placing->id, placing->fd,
					placing->sock, placing->cloexec);
	close_copy(&placing->sock);
	notice_answer(listener, placing->id, result < 0 ? result : error);
}

static int64_t deadline_of(int sock)
{
	struct timeval patience = { 0 };
	socklen_t size = sizeof(patience);
	int64_t ms;

	if (getsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience, &size) < 0)
		return 0;
	ms = (int64_t)patience.tv_sec * 1000 + patience.tv_usec / 1000;
	return ms ? now_ms() + ms : 0;
}

/* Until @sock, ours from now on, is connected. Return: is there room? */
static bool wait_for(struct loop *loop, const struct matter *matter,
		     enum waiting_kind kind, int sock)
{
	struct epoll_event event = { .events = EPOLLOUT };
	size_t i = 0;

	while (i < SUPERVISOR_WAITING_MAX && loop->list[i].kind)
		i++;
	event.data.u64 = ENTRY_WAITING + i;
	if (sock < 0 || i == SUPERVISOR_WAITING_MAX ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, sock, &event) < 0) {
		cleanup_close(&sock);
		return false;
	}
	loop->list[i] = (struct waiting){
		.kind = kind,
		.cloexec = matter->cloexec,
		.sock = sock,
		.fd = matter->notice->fd,
		.thread = matter->notice->thread,
		.id = matter->notice->id,
		.deadline_ms = deadline_of(sock),
		.size = (socklen_t)matter->notice->size,
		.given = matter->given,
	};
	loop->count++;
	if (loop->own->calls)
		loop->own->calls[1 + i] = matter->notice->id;
	return true;
}

/* It doesn't go away by being closed: the container has it too. Return: the
 * socket
 */
static int end_waiting(struct loop *loop, struct waiting *waiting)
{
	(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, waiting->sock, NULL);
	waiting->kind = WAITING_NOBODY;
	loop->count--;
	return waiting->sock;
}

/* The call returns, with a socket that is connected or goes on connecting. */
static void return_from(struct loop *loop, struct waiting *waiting, int error)
{
	enum waiting_kind kind = waiting->kind;
	struct placing placing = {
		.id = waiting->id,
		.fd = waiting->fd,
		.sock = end_waiting(loop, waiting),
		.is_blocking = true,
		.cloexec = waiting->cloexec,
	};

	if (kind == WAITING_NEW) {
		hand_over(loop, &placing, error);
		return;
	}
	close(placing.sock);
	notice_answer(loop->own->listener, placing.id, error);
}

/* connect(2) on a socket of the container's own, without waiting. While it is
 * called the socket is non-blocking for all who have it, if it is of a type for
 * which that matters; who changes that at just this moment makes us wait, and
 * so only itself.
 */
static int connect_guest(int sock, const struct sockaddr_storage *given,
			 socklen_t size)
{
	int flags = fcntl(sock, F_GETFL);
	bool waits = !(flags & O_NONBLOCK) && hostsock_waits(sock);
	int error;

	if (waits)
		(void)fcntl(sock, F_SETFL, flags | O_NONBLOCK);
	error = connect(sock, (const struct sockaddr *)given, size) < 0 ? -errno
									: 0;
	if (waits)
		(void)fcntl(sock, F_SETFL, flags);
	return error;
}

static void waiting_on_event(struct loop *loop, struct waiting *waiting)
{
	int error = 0;

	switch (waiting->kind) {
	case WAITING_NOBODY:
		return;
	case WAITING_NEW:
	case WAITING_HOST:
		error = -hostsock_error(waiting->sock);
		break;
	case WAITING_GUEST:
		/* Says how it went, as the first call would have. */
		error = connect_guest(waiting->sock, &waiting->given,
				      waiting->size);
		if (error == -EALREADY || error == -EINPROGRESS)
			return;
		break;
	}
	/* The container's socket stays in place, as good as new. */
	if (error < 0)
		waiting->kind = WAITING_HOST;
	return_from(loop, waiting, error);
}

static void look_after(struct loop *loop, struct waiting *waiting)
{
	const struct target target = { waiting->thread, -1 };

	if (!waiting->kind)
		return;
	if (!notice_is_valid(loop->own->listener, waiting->id))
		close(end_waiting(loop, waiting));
	else if (waiting->deadline_ms && now_ms() >= waiting->deadline_ms)
		return_from(loop, waiting, -EINPROGRESS);
	else if (target_is_signalled(&target))
		return_from(loop, waiting, -EINTR);
}

/* The container's own socket, as the kernel would do it; but on what we have
 * looked at, and to what we have read.
 */
static void connect_own(struct loop *loop, struct matter *matter)
{
	bool is_blocking = !(fcntl(matter->sock, F_GETFL) & O_NONBLOCK);
	int error;

	if (matter->kind == HOSTSOCK_HOST) {
		answer(loop, matter, -ENOBUFS);
		return;
	}
	error = connect_guest(matter->sock, &matter->given,
			      (socklen_t)matter->notice->size);

	if (!is_blocking || (error != -EINPROGRESS && error != -EALREADY))
		answer(loop, matter, error);
	else if (!wait_for(loop, matter, WAITING_GUEST, dup(matter->sock)))
		answer(loop, matter, -ENOBUFS);
}

/* @made is ours. */
static void connect_host(struct loop *loop, struct matter *matter, int made,
			 const struct diversion *diversion)
{
	struct placing placing = {
		.id = matter->notice->id,
		.fd = matter->notice->fd,
		.sock = made,
		.is_blocking = matter->is_blocking,
		.cloexec = matter->cloexec,
	};
	int error = connect(made, (const struct sockaddr *)&diversion->socket,
			    diversion->size) < 0
			    ? -errno
			    : 0;

	if (matter->is_blocking && error == -EINPROGRESS &&
	    hostsock_state(made) == TCP_ESTABLISHED)
		error = 0;
	if (error < 0 && error != -EINPROGRESS) {
		close(made);
		answer(loop, matter, error);
	} else if (matter->is_blocking && error < 0) {
		if (!wait_for(loop, matter, WAITING_NEW, made))
			connect_own(loop, matter);
	} else if (!matter->is_blocking && watch_again(matter, made) < 0) {
		close(made);
		connect_own(loop, matter);
	} else {
		close_copy(&matter->sock);
		hand_over(loop, &placing, error);
	}
}

/* The interface to the outside; 0: it isn't to be reached so. */
static unsigned int find_interface(const struct supervisor *own,
				   const struct diversion *diversion)
{
	unsigned int interface = route_find(own->route, &diversion->to);

	if (interface != ROUTE_LOOPBACK || own->rules.host_loopback)
		return interface;
	/* The host's own address: on an interface that isn't its loopback? */
	interface = route_owner(own->route, &diversion->to);
	return interface == ROUTE_LOOPBACK ? 0 : interface;
}

/* Return: is it diverted? Then it is answered, or will be. */
static bool divert(struct loop *loop, struct matter *matter)
{
	const struct supervisor *own = loop->own;
	struct diversion diversion;
	unsigned int interface;
	int made;

	if (!diversion_find(&own->rules, matter->domain, &matter->given,
			    (size_t)matter->notice->size, &diversion) ||
	    !guest_routes_out(&own->guest, &diversion.asked))
		return false;
	interface = find_interface(own, &diversion);
	if (!interface || loop->count == SUPERVISOR_WAITING_MAX)
		return false;
	made = hostsock_make(matter->sock,
			     guest_model(&own->guest, matter->domain),
			     matter->domain, interface);
	if (made < 0)
		return false;
	connect_host(loop, matter, made, &diversion);
	return true;
}

/* A connection of the host's that is on its way. */
static void wait_again(struct loop *loop, struct matter *matter)
{
	if (!matter->is_blocking)
		answer(loop, matter, -EALREADY);
	else if (!wait_for(loop, matter, WAITING_HOST, dup(matter->sock)))
		answer(loop, matter, -ENOBUFS);
}

/* A socket that is the host's already. It is never let go on. */
static void connect_again(struct loop *loop, struct matter *matter)
{
	int state = hostsock_state(matter->sock);
	int error = 0;

	if (matter->given.ss_family == AF_UNSPEC) {
		answer(loop, matter, -EAFNOSUPPORT);
	} else if (state == TCP_SYN_SENT || state == TCP_SYN_RECV) {
		wait_again(loop, matter);
	} else if (state == TCP_CLOSE) {
		error = hostsock_error(matter->sock);
		if (error)
			answer(loop, matter, -error);
		else if (!divert(loop, matter))
			answer(loop, matter, -ENETUNREACH);
	} else {
		answer(loop, matter, state ? -EISCONN : -EPERM);
	}
}

/* Read what the call is about. Return: 0, negative errno */
static int read_matter(const struct loop *loop, struct matter *matter)
{
	const struct notice *notice = matter->notice;
	unsigned int flags = 0;
	int result;

	if (notice->size > sizeof(matter->given))
		return -EINVAL;
	result = target_read(matter->target, notice->address, &matter->given,
			     (size_t)notice->size);
	if (result == 0)
		result = target_flags(matter->target, notice->fd, &flags);
	if (result < 0)
		return result;
	matter->is_blocking = !(flags & O_NONBLOCK);
	matter->cloexec = flags & O_CLOEXEC;
	/* Was it the caller whom we have read, or one who got its number? */
	return notice_is_valid(loop->own->listener, notice->id) ? 0 : -ESRCH;
}

static void on_connect(struct loop *loop, struct matter *matter)
{
	int result;

	if (matter->kind == HOSTSOCK_NOT_IP) {
		let_go(loop, matter);
		return;
	}
	result = read_matter(loop, matter);
	if (result < 0)
		answer(loop, matter, result);
	else if (matter->kind == HOSTSOCK_HOST)
		connect_again(loop, matter);
	else if (matter->kind != HOSTSOCK_GUEST_TCP ||
		 !hostsock_is_plain(matter->sock) || !divert(loop, matter))
		connect_own(loop, matter);
}

/* Done here for all sockets: none of the host's may ever listen. */
static void on_listen(const struct loop *loop, struct matter *matter)
{
	int backlog = (int)matter->notice->address;
	int result;

	/* One of the host's that does was given to the container as such. */
	if (matter->kind == HOSTSOCK_HOST)
		result = hostsock_state(matter->sock) == TCP_LISTEN ? 0
								    : -EINVAL;
	else
		result = listen(matter->sock, backlog) < 0 ? -errno : 0;
	answer(loop, matter, result);
}

static void on_call(struct loop *loop, struct matter *matter)
{
	matter->kind = hostsock_kind(&loop->own->guest, loop->own->netns,
				     matter->sock, &matter->domain);
	switch (matter->notice->call) {
	case NOTICE_CONNECT:
		on_connect(loop, matter);
		break;
	case NOTICE_LISTEN:
		on_listen(loop, matter);
		break;
	case NOTICE_BIND:
		if (matter->kind == HOSTSOCK_HOST)
			answer(loop, matter, -EINVAL);
		else
			let_go(loop, matter);
		break;
	case NOTICE_OTHER:
		answer(loop, matter, -ENOSYS);
		break;
	}
}

/* Return: is there somebody to go on for? */
static bool listener_on_event(struct loop *loop)
{
	auto_with(target_clear) struct target target = { .pidfd = -1 };
	struct notice notice;
	struct matter matter = { .notice = &notice, .target = &target };
	int result = notice_receive(loop->own->listener, &notice);

	if (result <= 0)
		return result == 0;
	if (loop->own->calls)
		loop->own->calls[0] = notice.id;
	result = target_open(notice.thread, &target);
	if (result == 0)
		result = target_fd(&target, notice.fd);
	matter.sock = result < 0 ? -1 : result;
	if (result < 0)
		answer(loop, &matter, result);
	else
		on_call(loop, &matter);
	close_copy(&matter.sock);
	return true;
}

/* Milliseconds until somebody has to be looked after; -1: nobody waits */
static int timeout(const struct loop *loop)
{
	int64_t least = LOOK_AFTER_MS, now = now_ms();

	if (!loop->count)
		return -1;
	for (size_t i = 0; i < SUPERVISOR_WAITING_MAX; i++) {
		const struct waiting *waiting = &loop->list[i];

		if (waiting->kind && waiting->deadline_ms &&
		    waiting->deadline_ms - now < least)
			least = waiting->deadline_ms - now;
	}
	return least < 0 ? 0 : (int)least;
}

/* Return: is there somebody to go on for? */
static bool handle_event(struct loop *loop, const struct epoll_event *event)
{
	switch (event->data.u64) {
	case ENTRY_OWNER:
		return false;
	case ENTRY_LISTENER:
		if (event->events & EPOLLIN)
			return listener_on_event(loop);
		/* Nobody is left who could call: the container is ending. */
		(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->own->listener,
				NULL);
		return true;
	default:
		waiting_on_event(loop,
				 &loop->list[event->data.u64 - ENTRY_WAITING]);
		return true;
	}
}

static bool turn(struct loop *loop, int64_t *looked_ms)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(loop->epoll, events, EVENTS_MAX, timeout(loop));

	for (int i = 0; i < count; i++)
		if (!handle_event(loop, &events[i]))
			return false;
	if (!loop->count ||
	    (count > 0 && now_ms() - *looked_ms < LOOK_AFTER_MS))
		return true;
	*looked_ms = now_ms();
	for (size_t i = 0; i < SUPERVISOR_WAITING_MAX; i++)
		look_after(loop, &loop->list[i]);
	return true;
}

void supervisor_run(const struct supervisor *supervisor)
{
	auto_free struct loop *loop = xcalloc(1, sizeof(*loop));
	struct epoll_event listener = { .events = EPOLLIN,
					.data.u64 = ENTRY_LISTENER };
	struct epoll_event owner = { .events = EPOLLIN,
				     .data.u64 = ENTRY_OWNER };
	int64_t looked_ms = 0;

	loop->own = supervisor;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, supervisor->listener,
		      &listener) < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, supervisor->owner, &owner) <
		    0)
		return;
	while (turn(loop, &looked_ms))
		continue;
}
