// SPDX-License-Identifier: Apache-2.0
#include "net/ping.h"

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/event.h"
#include "net/fragment.h"
#include "net/packet.h"
#include "net/refuse.h"
#include "net/tun.h"

enum {
	HEAD = 8, /* type, code, checksum, id and sequence number */
	ID = 4,
	BATCH_MAX = 64,
};

/* What differs between the families. */
struct kind {
	int protocol;
	uint8_t request;
	uint8_t reply;
	int level;
	int hops;
	int errors;
};

static const struct kind *kind_of(int family)
{
	static const struct kind v4 = { IPPROTO_ICMP, ICMP_ECHO, ICMP_ECHOREPLY,
					IPPROTO_IP,   IP_TTL,    IP_RECVERR };
	static const struct kind v6 = { IPPROTO_ICMPV6,    ICMPV6_ECHO_REQUEST,
					ICMPV6_ECHO_REPLY, IPPROTO_IPV6,
					IPV6_UNICAST_HOPS, IPV6_RECVERR };

	return family == AF_INET ? &v4 : &v6;
}

static void flow_end(struct ping_flow *flow)
{
	close(flow->fd);
	*flow = (struct ping_flow){ 0 };
}

static struct ping_flow *flow_find(struct ping *ping, const struct address *to,
				   uint16_t id)
{
	for (size_t i = 0; i < PING_FLOWS_MAX; i++) {
		struct ping_flow *flow = &ping->flows[i];

		if (flow->used_ms && flow->id == id &&
		    address_equal(&flow->to, to))
			return flow;
	}
	return NULL;
}

static struct ping_flow *flow_make_room(struct ping *ping)
{
	struct ping_flow *oldest = ping->flows;

	for (size_t i = 0; i < PING_FLOWS_MAX; i++)
		if (ping->flows[i].used_ms < oldest->used_ms)
			oldest = &ping->flows[i];
	if (oldest->used_ms)
		flow_end(oldest);
	return oldest;
}

/* Return: the flow; NULL with errno */
static struct ping_flow *flow_begin(struct ping *ping, const struct address *to,
				    uint16_t id, int64_t now_ms)
{
	static const int on = 1;
	const struct kind *kind = kind_of(to->family);
	struct ping_flow *flow = flow_make_room(ping);
	auto_close int fd =
		socket(to->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       kind->protocol);

	if (fd < 0 ||
	    setsockopt(fd, kind->level, kind->errors, &on, sizeof(on)) < 0 ||
	    event_add(ping->epoll, fd, EVENT_PING,
		      (uint32_t)(flow - ping->flows)) < 0)
		return NULL;
	*flow = (struct ping_flow){
		.used_ms = now_ms,
		.fd = steal_fd(&fd),
		.id = id,
		.to = *to,
	};
	return flow;
}

/* Return: 0, negative errno */
static int set_hops(struct ping_flow *flow, uint8_t hops)
{
	const struct kind *kind = kind_of(flow->to.family);
	int value = hops;

	if (flow->hops == hops)
		return 0;
	if (setsockopt(flow->fd, kind->level, kind->hops, &value,
		       sizeof(value)) < 0)
		return -errno;
	flow->hops = hops;
	return 0;
}

/* Return: 0, negative errno */
static int send_request(struct ping_flow *flow, const struct frame *frame)
{
	struct sockaddr_storage to;
	socklen_t size = address_to_socket(&flow->to, 0, &to);

	if (sendto(flow->fd, frame->l4, frame->l4_size, MSG_NOSIGNAL,
		   (const struct sockaddr *)&to, size) < 0)
		return -errno;
	return 0;
}

static void answer(const struct ping *ping, const struct frame *frame, int code)
{
	uint8_t packet[REFUSE_SIZE_MAX];
	enum refuse_reason reason = REFUSE_PROHIBITED;

	switch (code) {
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return;
	case ENETUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL: /* no address of ours to ask from */
		reason = REFUSE_NET;
		break;
	case EHOSTUNREACH:
	case EHOSTDOWN:
		reason = REFUSE_HOST;
		break;
	default:
		break;
	}
	tun_write(ping->tun, packet, refuse_make(frame, reason, packet));
}

/* The request that an error is about, as far as it is quoted there. Return: was
 * it one?
 */
static bool remake_request(const struct ping_flow *flow, const uint8_t *quoted,
			   uint8_t *data, struct frame *ret)
{
	int family = flow->to.family;
	uint8_t *message = data + packet_head_size(family);
	const struct pseudo_header ends = {
		.family = family,
		.protocol = (uint8_t)kind_of(family)->protocol,
		.src = address_of(LINK_GUEST, family)->bytes,
		.dst = flow->to.bytes,
	};

	memcpy(message, quoted, HEAD);
	packet_put16(message + ID, flow->id);
	return message[0] == kind_of(family)->request &&
	       frame_parse(data, packet_finish(data, &ends, HEAD), ret);
}

/* An ICMP error, read as @about with who sent it behind it. */
static void pass_error(const struct ping *ping, const struct ping_flow *flow,
		       const struct sock_extended_err *about,
		       const uint8_t *quoted)
{
	uint8_t data[PACKET_HEAD_MAX + HEAD], packet[REFUSE_SIZE_MAX];
	struct sockaddr_storage from = { 0 };
	struct address sender;
	struct frame frame;

	memcpy(&from, SO_EE_OFFENDER(about),
	       flow->to.family == AF_INET ? sizeof(struct sockaddr_in)
					  : sizeof(struct sockaddr_in6));
	if (from.ss_family != flow->to.family ||
	    !remake_request(flow, quoted, data, &frame))
		return;
	(void)address_from_socket(&from, &sender);
	sender = address_of_client(&sender);

	const struct refuse_error error = {
		.from = sender.bytes,
		.type = about->ee_type,
		.code = about->ee_code,
		.info = about->ee_info,
	};

	tun_write(ping->tun, packet, refuse_pass(&frame, &error, packet));
}

/* Return: was there one? */
static bool read_error(struct ping *ping, const struct ping_flow *flow)
{
	union {
		char room[CMSG_SPACE(sizeof(struct sock_extended_err) +
				     sizeof(struct sockaddr_in6))];
		struct cmsghdr align;
	} info = { 0 };
	struct iovec part = { ping->frame, sizeof(ping->frame) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = info.room,
		.msg_controllen = sizeof(info.room),
	};
	ssize_t size = recvmsg(flow->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
	int family = flow->to.family;
	struct {
		struct sock_extended_err about;
		struct sockaddr_in6 sender;
	} error;

	if (size < 0)
		return false;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at;
	     at = CMSG_NXTHDR(&message, at)) {
		size_t length = at->cmsg_len - CMSG_LEN(0);

		if (at->cmsg_level != kind_of(family)->level ||
		    at->cmsg_type != kind_of(family)->errors || size < HEAD)
			continue;
		memset(&error, 0, sizeof(error));
		memcpy(&error, CMSG_DATA(at),
		       length < sizeof(error) ? length : sizeof(error));
		if (error.about.ee_origin == SO_EE_ORIGIN_ICMP ||
		    error.about.ee_origin == SO_EE_ORIGIN_ICMP6)
			pass_error(ping, flow, &error.about, ping->frame);
	}
	return true;
}

/* Those that the next call on the socket would fail with, too. */
static void read_errors(struct ping *ping, const struct ping_flow *flow)
{
	int code;
	socklen_t size = sizeof(code);

	(void)getsockopt(flow->fd, SOL_SOCKET, SO_ERROR, &code, &size);
	for (int i = 0; i < BATCH_MAX && read_error(ping, flow); i++)
		continue;
}

void ping_request(struct ping *ping, const struct frame *frame, int64_t now_ms)
{
	struct address to = { .family = frame->family };
	uint16_t id = packet_get16(frame->l4 + ID);
	const uint8_t *ip = frame->data + FRAME_ETHER_SIZE;
	struct ping_flow *flow;
	int result;

	memcpy(to.bytes, frame->dst, address_bytes(frame->family));
	flow = flow_find(ping, &to, id);
	if (!flow)
		flow = flow_begin(ping, &to, id, now_ms);
	if (!flow) {
		answer(ping, frame, errno);
		return;
	}
	flow->used_ms = now_ms;
	result = set_hops(flow, ip[frame->family == AF_INET ? 8 : 7]);
	if (result == 0)
		result = send_request(flow, frame);
	if (result < 0) {
		/* It may be what an earlier one has met. */
		read_errors(ping, flow);
		result = send_request(flow, frame);
	}
	if (result < 0)
		answer(ping, frame, -result);
}

/* Return: was there something? */
static bool read_reply(struct ping *ping, const struct ping_flow *flow)
{
	int family = flow->to.family;
	size_t head = packet_head_size(family);
	uint8_t *message = ping->frame + head;
	struct sockaddr_storage from;
	socklen_t from_size = sizeof(from);
	struct address sender;
	ssize_t size =
		recvfrom(flow->fd, message, FRAME_SIZE_MAX - head, MSG_DONTWAIT,
			 (struct sockaddr *)&from, &from_size);

	if (size < 0)
		return false;
	if (size < HEAD || message[0] != kind_of(family)->reply)
		return true;
	(void)address_from_socket(&from, &sender);
	sender = address_of_client(&sender);
	packet_put16(message + ID, flow->id);

	const struct pseudo_header ends = {
		.family = family,
		.protocol = (uint8_t)kind_of(family)->protocol,
		.src = sender.bytes,
		.dst = address_of(LINK_GUEST, family)->bytes,
	};

	fragment_write(ping->tun, ping->frame,
		       packet_finish(ping->frame, &ends, (size_t)size),
		       ping->mtu);
	return true;
}

void ping_on_event(struct ping *ping, size_t number, uint32_t events)
{
	struct ping_flow *flow = &ping->flows[number];

	/* An earlier event of the same round may have ended it. */
	if (!flow->used_ms)
		return;
	if (events & EPOLLERR)
		read_errors(ping, flow);
	for (int i = 0; i < BATCH_MAX && read_reply(ping, flow); i++)
		continue;
}

void ping_on_time(struct ping *ping, int64_t now_ms)
{
	for (size_t i = 0; i < PING_FLOWS_MAX; i++)
		if (ping->flows[i].used_ms &&
		    now_ms - ping->flows[i].used_ms >= PING_FLOW_MS)
			flow_end(&ping->flows[i]);
}

int ping_timeout(const struct ping *ping, int64_t now_ms)
{
	int64_t first = -1;

	for (size_t i = 0; i < PING_FLOWS_MAX; i++) {
		int64_t left = ping->flows[i].used_ms + PING_FLOW_MS - now_ms;

		if (ping->flows[i].used_ms && (first < 0 || left < first))
			first = left > 0 ? left : 0;
	}
	return (int)first;
}
