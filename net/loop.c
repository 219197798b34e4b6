// SPDX-License-Identifier: Apache-2.0
#include "net/loop.h"

#include <netinet/in.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/api.h"
#include "net/control.h"
#include "net/event.h"
#include "net/refuse.h"
#include "net/tun.h"
#include "net/watch.h"

enum {
	EVENTS_MAX = 128, /* taken at once */
	FRAMES_MAX = 64,  /* read from the device before the sockets' turn */
};

int loop_add_sources(struct network *network, struct error *err)
{
	const struct {
		int fd;
		enum event kind;
	} sources[] = {
		{ network->init, EVENT_INIT },
		{ network->tun, EVENT_TUN },
		{ network->lane.pool.helper, EVENT_POOL },
		{ network->control, EVENT_CONTROL },
		{ network->watch, EVENT_WATCH },
		{ network->bypass, EVENT_BYPASS },
		{ network->clients.listen, EVENT_API },
	};

	for (size_t i = 0; i < ARRAY_COUNT(sources); i++)
		if (sources[i].fd >= 0 &&
		    event_add(network->epoll, sources[i].fd, sources[i].kind,
			      0) < 0)
			return error_set(err, errno, "add to epoll");
	return 0;
}

static void refuse(struct network *network, const struct frame *frame)
{
	uint8_t answer[REFUSE_SIZE_MAX];
	tun_write(network->tun, answer,
		  refuse_make(frame, REFUSE_PROHIBITED, answer));
}

static void pass_dns(struct network *network, const struct frame *frame)
{
	size_t size = dnsnat_out(&network->nat, frame, network->out);

	if (size > 0)
		stack_input(&network->stack, network->out, size);
	else
		refuse(network, frame);
}

static void handle_frame(struct network *network, size_t size, int64_t now_ms)
{
	uint8_t *data = network->in;
	struct frame frame;
	enum verdict verdict;

	if (reassembly_wants(data, size)) {
		size = reassembly_input(&network->reassembly, data, size,
					now_ms, network->whole);
		data = network->whole;
	}
	if (!frame_parse(data, size, &frame) || !frame_is_genuine(&frame))
		return;
	/* Who asked may be answered, whatever the rules say. */
	if (frame.protocol == IPPROTO_UDP &&
	    publish_reply(&network->publish, &frame, now_ms))
		return;
	verdict = egress_decide(&network->rules, &frame);
	if ((verdict == VERDICT_PASS || verdict == VERDICT_PING) &&
	    !policy_passes(&network->policy, &frame, now_ms)) {
		refuse(network, &frame);
		return;
	}
	switch (verdict) {
	case VERDICT_PASS:
		if (frame.protocol == IPPROTO_TCP &&
		    lane_input(&network->lane, &frame))
			break;
		stack_input(&network->stack, frame.data, frame.size);
		break;
	case VERDICT_REFUSE:
		policy_note(&network->policy, &frame, now_ms);
		refuse(network, &frame);
		break;
	case VERDICT_PING:
		ping_request(&network->ping, &frame, now_ms);
		break;
	case VERDICT_DNS_UDP:
		dns_on_query(&network->dns, &frame, now_ms);
		break;
	case VERDICT_DNS_TCP:
		pass_dns(network, &frame);
		break;
	case VERDICT_DROP:
	case VERDICT_COUNT:
		break;
	}
}

static void tun_on_frames(struct network *network, int64_t now_ms)
{
	for (int i = 0; i < FRAMES_MAX; i++) {
		ssize_t size = tun_read(network->tun, network->in);

		if (size > 0)
			handle_frame(network, (size_t)size, now_ms);
		if (size >= 0)
			continue;
		/* The container may have deleted its interface: nothing will
		 * come from there again, but the error would wake us for ever.
		 */
		if (errno != EAGAIN && errno != EINTR)
			(void)epoll_ctl(network->epoll, EPOLL_CTL_DEL,
					network->tun, NULL);
		return;
	}
}

/* Closing takes it out of epoll too. */
static void close_source(int *fd)
{
	close(*fd);
	*fd = -1;
}

static void lose_helper(struct network *network, int *fd)
{
	close_source(fd);
	network->is_crippled = true;
}

static void serve_client(struct network *network,
			 const struct epoll_event *event)
{
	struct client *client = clients_on_event(
		&network->clients, event_number(event), event->events);

	if (client)
		clients_answer(
			&network->clients, client,
			api_execute(network, client->request, client->size));
}

/* By libslirp, if it is for the container. */
static void accept_dns(struct network *network, enum dnsnat_way way,
		       int64_t now_ms)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	const struct dnstcp_caller caller = {
		.fd = accept4(network->nat.sockets[way],
			      (struct sockaddr *)&from, &size,
			      SOCK_NONBLOCK | SOCK_CLOEXEC),
		.family = dnsnat_family(way),
	};

	if (caller.fd < 0)
		return;
	if (stack_is_from(&network->stack, &from))
		dnstcp_welcome(&network->dns.tcp, &caller, now_ms);
	else
		close(caller.fd);
}

static void handle_event(struct network *network,
			 const struct epoll_event *event, int64_t now_ms)
{
	switch (event_kind(event)) {
	case EVENT_TUN:
		tun_on_frames(network, now_ms);
		break;
	case EVENT_STACK:
		stack_on_event(&network->stack, event_number(event),
			       event->events);
		break;
	case EVENT_LANE:
		lane_on_event(&network->lane, event_number(event),
			      event->events);
		break;
	case EVENT_POOL:
		pool_on_sockets(&network->lane.pool);
		break;
	case EVENT_PUBLISH:
		publish_on_event(&network->publish, event_number(event),
				 &network->lane, now_ms);
		break;
	case EVENT_PING:
		ping_on_event(&network->ping, event_number(event),
			      event->events);
		break;
	case EVENT_DNS:
		dns_on_reply(&network->dns, event_number(event), now_ms);
		break;
	case EVENT_DNS_TCP:
		dnstcp_accept(&network->dns.tcp, (int)event_number(event),
			      now_ms);
		break;
	case EVENT_DNS_NAT:
		accept_dns(network, event_number(event), now_ms);
		break;
	case EVENT_ASKER:
		dnstcp_on_event(&network->dns.tcp, event_number(event), now_ms);
		break;
	case EVENT_CONTROL:
		if (control_on_message(network) == 0)
			close_source(&network->control);
		break;
	case EVENT_API:
		clients_accept(&network->clients, now_ms);
		break;
	case EVENT_CLIENT:
		serve_client(network, event);
		break;
	case EVENT_WATCH:
		if (watch_on_news(network->watch, &network->dns.ask.servers,
				  &network->dns.names) == 0)
			lose_helper(network, &network->watch);
		break;
	case EVENT_BYPASS:
		lose_helper(network, &network->bypass);
		break;
	case EVENT_INIT:
	case EVENT_COUNT:
		break;
	}
}

static int64_t now_ms(void)
{
	return stack_now_ns() / 1000000;
}

/* The shorter of two timeouts, where -1 is for ever. */
static int shorter(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* Milliseconds to wait at most. */
static int wait_time(struct network *network)
{
	int64_t now = now_ms();
	const int times[] = {
		network->has_more ? 0 : -1,
		stack_prepare(&network->stack),
		dns_timeout(&network->dns, now),
		ping_timeout(&network->ping, now),
		clients_timeout(&network->clients, now),
		denials_timeout(&network->policy.log, now),
	};
	int least = -1;

	for (size_t i = 0; i < ARRAY_COUNT(times); i++)
		least = shorter(least, times[i]);
	return least;
}

/* Return: is the container still there, and can we go on? */
static bool turn(struct network *network)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(network->epoll, events, EVENTS_MAX,
			       wait_time(network));
	int64_t now = now_ms();

	for (int i = 0; i < count; i++) {
		if (event_kind(&events[i]) == EVENT_INIT)
			return false;
		handle_event(network, &events[i], now);
	}
	stack_serve(&network->stack);
	dns_serve(&network->dns, now);
	ping_on_time(&network->ping, now);
	clients_on_time(&network->clients, now);
	denials_on_time(&network->policy.log, now);
	network->has_more = lane_serve(&network->lane);
	if (network->publish.paused && !lane_is_full(&network->lane))
		publish_resume(&network->publish);
	network->is_crippled |= network->lane.pool.has_died;
	return !network->is_crippled || !network->is_replaceable;
}

void loop_run(struct network *network)
{
	while (turn(network))
		continue;
	denials_finish(&network->policy.log);
}
