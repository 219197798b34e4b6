// SPDX-License-Identifier: Apache-2.0
/* What the loop waits for. An epoll entry carries the kind and a number whose
 * meaning depends on it.
 */
#ifndef NET_EVENT_H
#define NET_EVENT_H

#include <stdint.h>
#include <sys/epoll.h>

enum event {
	EVENT_INIT,    /* the container's init has ended (its pidfd) */
	EVENT_TUN,     /* packets from the container */
	EVENT_STACK,   /* a socket of libslirp; number: the descriptor */
	EVENT_LANE,    /* a socket of the lane; number: lane.c's */
	EVENT_POOL,    /* transparent sockets for it */
	EVENT_PUBLISH, /* somebody came to a port; number: publish.c's */
	EVENT_PING,    /* an answer to a ping; number: ping.c's */
	EVENT_DNS,     /* a reply from a nameserver; number: dnsask.c's */
	EVENT_DNS_TCP, /* somebody wants to ask; number: the descriptor */
	EVENT_DNS_NAT, /* the same, by libslirp; number: dnsnat.h's way */
	EVENT_ASKER,   /* and here it is; number: dnstcp.c's */
	EVENT_API,     /* somebody wants to ask something (clients.h) */
	EVENT_CLIENT,  /* and here it is; number: clients.c's */
	EVENT_CONTROL, /* a request from the launcher */
	EVENT_WATCH,   /* the host's nameservers have changed */
	EVENT_BYPASS,  /* its helper has ended */
	EVENT_COUNT
};

/** event_add() - Wait for input on @fd. Return: 0, -1 with errno */
static inline int event_add(int epoll, int fd, enum event kind, uint32_t number)
{
	struct epoll_event event = {
		.events = EPOLLIN,
		.data.u64 = (uint64_t)kind << 32 | number,
	};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static inline enum event event_kind(const struct epoll_event *event)
{
	return (enum event)(event->data.u64 >> 32);
}

static inline uint32_t event_number(const struct epoll_event *event)
{
	return (uint32_t)event->data.u64;
}

#endif
