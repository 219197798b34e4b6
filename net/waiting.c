// SPDX-License-Identifier: Apache-2.0
#include "net/waiting.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/placing.h"

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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

bool waitings_add(struct waitings *waitings, const struct matter *matter,
		  enum waiting_kind kind, int sock)
{
	struct epoll_event event = { .events = EPOLLOUT };
	size_t i = 0;

	while (i < WAITINGS_MAX && waitings->list[i].kind)
		i++;
	event.data.u64 = i;
	if (sock < 0 || i == WAITINGS_MAX ||
	    epoll_ctl(waitings->epoll, EPOLL_CTL_ADD, sock, &event) < 0) {
		cleanup_close(&sock);
		return false;
	}
	waitings->list[i] = (struct waiting){
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
	waitings->count++;
	if (waitings->calls)
		waitings->calls[i] = matter->notice->id;
	return true;
}

/* It doesn't go away by being closed: the container has it too. Return: the
 * socket
 */
static int end_waiting(struct waitings *waitings, struct waiting *waiting)
{
	(void)epoll_ctl(waitings->epoll, EPOLL_CTL_DEL, waiting->sock, NULL);
	waiting->kind = WAITING_NOBODY;
	waitings->count--;
	return waiting->sock;
}

/* The call returns, with a socket that is connected or goes on connecting. */
static void return_from(struct waitings *waitings, struct waiting *waiting,
			int error)
{
	enum waiting_kind kind = waiting->kind;
	struct placing placing = {
		.id = waiting->id,
		.fd = waiting->fd,
		.sock = end_waiting(waitings, waiting),
		.is_blocking = true,
		.cloexec = waiting->cloexec,
	};

	if (kind == WAITING_NEW) {
		placing_finish(&placing, waitings->listener, error);
		return;
	}
	close(placing.sock);
	notice_answer(waitings->listener, placing.id, error);
}

int waiting_connect(int sock, const struct sockaddr_storage *given,
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

void waitings_on_event(struct waitings *waitings, size_t place)
{
	struct waiting *waiting = &waitings->list[place];
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
		error = waiting_connect(waiting->sock, &waiting->given,
					waiting->size);
		if (error == -EALREADY || error == -EINPROGRESS)
			return;
		break;
	}
	/* The container's socket stays in place, as good as new. */
	if (error < 0)
		waiting->kind = WAITING_HOST;
	return_from(waitings, waiting, error);
}

static void look_after(struct waitings *waitings, struct waiting *waiting)
{
	const struct target target = { waiting->thread, -1 };

	if (!waiting->kind)
		return;
	if (!notice_is_valid(waitings->listener, waiting->id))
		close(end_waiting(waitings, waiting));
	else if (waiting->deadline_ms && now_ms() >= waiting->deadline_ms)
		return_from(waitings, waiting, -EINPROGRESS);
	else if (target_is_signalled(&target))
		return_from(waitings, waiting, -EINTR);
}

void waitings_look_after(struct waitings *waitings)
{
	for (size_t i = 0; i < WAITINGS_MAX; i++)
		look_after(waitings, &waitings->list[i]);
}

int waitings_timeout(const struct waitings *waitings, int most_ms)
{
	int64_t least = most_ms, now = now_ms();

	if (!waitings->count)
		return -1;
	for (size_t i = 0; i < WAITINGS_MAX; i++) {
		const struct waiting *waiting = &waitings->list[i];

		if (waiting->kind && waiting->deadline_ms &&
		    waiting->deadline_ms - now < least)
			least = waiting->deadline_ms - now;
	}
	return least < 0 ? 0 : (int)least;
}
