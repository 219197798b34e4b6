// SPDX-License-Identifier: Apache-2.0
#include "net/supervisor.h"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* Of epoll's entries; those of waiting calls are their places in the list. */
enum {
	ENTRY_LISTENER = WAITINGS_MAX,
	ENTRY_OWNER,
};
enum { EVENTS_MAX = 64, LOOK_AFTER_MS = 100 };

struct loop {
	const struct supervisor *own;
	int epoll;
	int64_t looked_ms; /* when those who wait were looked after */
	struct waitings waitings;
};

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Done here for all sockets: none of the host's may ever listen. */
static void on_listen(struct matter *matter)
{
	int backlog = (int)matter->notice->address;
	int result;

	/* One of the host's that does was given to the container as such. */
	if (matter->kind == HOSTSOCK_HOST)
		result = hostsock_state(matter->sock) == TCP_LISTEN ? 0
								    : -EINVAL;
	else
		result = listen(matter->sock, backlog) < 0 ? -errno : 0;
	matter_answer(matter, result);
}

static void on_call(struct loop *loop, struct matter *matter)
{
	matter->kind = hostsock_kind(&loop->own->rules.guest, loop->own->netns,
				     matter->sock, &matter->domain);
	switch (matter->notice->call) {
	case NOTICE_CONNECT:
		connect_call(&loop->own->rules, &loop->waitings, matter);
		break;
	case NOTICE_LISTEN:
		on_listen(matter);
		break;
	case NOTICE_BIND:
		if (matter->kind == HOSTSOCK_HOST)
			matter_answer(matter, -EINVAL);
		else
			matter_let_go(matter);
		break;
	case NOTICE_OTHER:
		matter_answer(matter, -ENOSYS);
		break;
	}
}

/* Return: is there somebody to go on for? */
static bool listener_on_event(struct loop *loop)
{
	auto_with(target_clear) struct target target = { .pidfd = -1 };
	struct notice notice;
	struct matter matter = {
		.listener = loop->own->listener,
		.notice = &notice,
		.target = &target,
	};
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
		matter_answer(&matter, result);
	else
		on_call(loop, &matter);
	matter_close(&matter);
	return true;
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
		waitings_on_event(&loop->waitings, event->data.u64);
		return true;
	}
}

static bool turn(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	int count =
		epoll_wait(loop->epoll, events, EVENTS_MAX,
			   waitings_timeout(&loop->waitings, LOOK_AFTER_MS));

	for (int i = 0; i < count; i++)
		if (!handle_event(loop, &events[i]))
			return false;
	if (!loop->waitings.count ||
	    (count > 0 && now_ms() - loop->looked_ms < LOOK_AFTER_MS))
		return true;
	loop->looked_ms = now_ms();
	waitings_look_after(&loop->waitings);
	return true;
}

void supervisor_run(const struct supervisor *supervisor)
{
	auto_free struct loop *loop = xcalloc(1, sizeof(*loop));
	struct epoll_event listener = { .events = EPOLLIN,
					.data.u64 = ENTRY_LISTENER };
	struct epoll_event owner = { .events = EPOLLIN,
				     .data.u64 = ENTRY_OWNER };

	loop->own = supervisor;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->waitings.epoll = loop->epoll;
	loop->waitings.listener = supervisor->listener;
	if (supervisor->calls)
		loop->waitings.calls = supervisor->calls + 1;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, supervisor->listener,
		      &listener) < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, supervisor->owner, &owner) <
		    0)
		return;
	while (turn(loop))
		continue;
}
