// SPDX-License-Identifier: Apache-2.0
#include "net/lane.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/event.h"
#include "net/packet.h"
#include "net/refuse.h"
#include "net/tun.h"

enum { TCP_SYN = 2, TCP_ACK = 16, TCP_SIZE = 20 };
enum { WAY_OUT = 1 << SIDE_GUEST, WAY_IN = 1 << SIDE_HOST };

int lane_start(struct lane *lane, struct error *err)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return error_set(err, errno, "get random numbers");
	lane->flows.seed = seed;
	lane->is_on = true;
	return 0;
}

static enum side other(enum side side)
{
	return side == SIDE_GUEST ? SIDE_HOST : SIDE_GUEST;
}

/* Is the other end to know that this was no orderly end? */
static void set_broken(int fd, bool is_broken)
{
	const struct linger linger = { .l_onoff = is_broken };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void end(struct lane *lane, uint32_t number, bool is_broken)
{
	struct flow *flow = flows_get(&lane->flows, number);

	for (enum side side = 0; side < SIDE_COUNT; side++) {
		pump_stop(&lane->pump, &flow->ways[side]);
		if (flow->fds[side] < 0)
			continue;
		/* The router's are so from the start. */
		if (is_broken != (side == SIDE_GUEST))
			set_broken(flow->fds[side], is_broken);
		close(flow->fds[side]);
		flow->fds[side] = -1;
	}
	flows_end(&lane->flows, number);
}

/* Once for all: the kernel tells of each change. Return: 0, -1 with errno */
static int watch(struct lane *lane, uint32_t number, enum side side, int fd)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.u64 = (uint64_t)EVENT_LANE << 32 | number << 1 | side,
	};

	return epoll_ctl(lane->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* The SYN again, as far as an answer needs it. Return: its size */
static size_t make_syn(const struct flow *flow, uint8_t *frame)
{
	const struct flow_key *key = &flow->key;
	int family = key->guest.family;
	uint8_t *tcp = frame + packet_head_size(family);
	struct pseudo_header ends = {
		.family = family,
		.protocol = IPPROTO_TCP,
		.src = key->guest.bytes,
		.dst = key->peer.bytes,
	};

	memset(tcp, 0, TCP_SIZE);
	packet_put16(tcp, key->guest_port);
	packet_put16(tcp + 2, key->peer_port);
	packet_put32(tcp + 4, flow->isn);
	tcp[12] = (TCP_SIZE / 4) << 4;
	tcp[13] = TCP_SYN;
	return packet_finish(frame, &ends, TCP_SIZE);
}

/* What the host was told is what the container is told. */
static void refuse(struct lane *lane, const struct flow *flow, int code)
{
	uint8_t syn[PACKET_HEAD_MAX + TCP_SIZE], answer[REFUSE_SIZE_MAX];
	enum refuse_reason reason = REFUSE_PORT;
	struct frame frame;

	switch (code) {
	case EHOSTUNREACH:
	case EHOSTDOWN:
		reason = REFUSE_HOST;
		break;
	case ENETUNREACH:
	case ENETDOWN:
		reason = REFUSE_NET;
		break;
	case EACCES:
	case EPERM:
		reason = REFUSE_PROHIBITED;
		break;
	case ETIMEDOUT: /* the container waits as long by itself */
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
	case EADDRNOTAVAIL: /* it tries again in a second */
		return;
	default:
		break;
	}
	if (!frame_parse(syn, make_syn(flow, syn), &frame))
		return;
	tun_write(lane->tun, answer, refuse_make(&frame, reason, answer));
}

static void fail(struct lane *lane, uint32_t number, int code)
{
	refuse(lane, flows_get(&lane->flows, number), code);
	end(lane, number, true);
}

/* Where the host finds whom the container calls @peer. */
static struct address outside(const struct address *peer)
{
	static const struct address v4 = { .family = AF_INET,
					   .bytes = { 127, 0, 0, 1 } };
	static const struct address v6 = { .family = AF_INET6,
					   .bytes = { [15] = 1 } };

	if (!address_is(peer->bytes, peer->family, LINK_GATEWAY))
		return *peer;
	return peer->family == AF_INET ? v4 : v6;
}

/* Return: 0: on the way, negative errno */
static int connect_to(int fd, const struct address *address, uint16_t port)
{
	struct sockaddr_storage to;
	socklen_t size = address_to_socket(address, port, &to);

	if (connect(fd, (const struct sockaddr *)&to, size) < 0 &&
	    errno != EINPROGRESS)
		return -errno;
	return 0;
}

/* Return: 0, negative errno */
static int connect_host(struct lane *lane, uint32_t number)
{
	static const int on = 1;
	struct flow *flow = flows_get(&lane->flows, number);
	struct address to = outside(&flow->key.peer);
	int fd = socket(to.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			0);

	if (fd < 0)
		return -errno;
	flow->fds[SIDE_HOST] = fd;
	flow->state = FLOW_HOST_CONNECTS;
	if (setsockopt(fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0 ||
	    watch(lane, number, SIDE_HOST, fd) < 0)
		return -errno;
	return connect_to(fd, &to, flow->key.peer_port);
}

/* Return: 0, negative errno */
static int connect_guest(struct lane *lane, uint32_t number)
{
	struct flow *flow = flows_get(&lane->flows, number);
	struct sockaddr_storage as;
	socklen_t size =
		address_to_socket(&flow->key.peer, flow->key.peer_port, &as);
	int fd = pool_take(&lane->pool, flow->key.guest.family);

	if (fd < 0)
		return fd;
	flow->fds[SIDE_GUEST] = fd;
	flow->state = FLOW_GUEST_CONNECTS;
	if (bind(fd, (const struct sockaddr *)&as, size) < 0 ||
	    watch(lane, number, SIDE_GUEST, fd) < 0)
		return -errno;
	return connect_to(fd, &flow->key.guest, flow->key.guest_port);
}

bool lane_input(struct lane *lane, const struct frame *frame)
{
	struct flow_key key = {
		.guest = { .family = frame->family },
		.peer = { .family = frame->family },
		.guest_port = frame->src_port,
		.peer_port = frame->dst_port,
	};
	uint32_t number;
	int result;

	if (!lane->is_on || (frame->l4[13] & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return false;
	memcpy(key.guest.bytes, frame->src, address_bytes(frame->family));
	memcpy(key.peer.bytes, frame->dst, address_bytes(frame->family));
	/* It is repeated until there is an answer. */
	if (flows_find(&lane->flows, &key))
		return true;
	if (lane->pool.helper < 0)
		return false;
	number = flows_add(&lane->flows, &key);
	if (!number)
		return true;
	flows_get(&lane->flows, number)->isn = packet_get32(frame->l4 + 4);
	result = connect_host(lane, number);
	if (result < 0)
		fail(lane, number, -result);
	return true;
}

bool lane_is_full(const struct lane *lane)
{
	return lane->flows.count == FLOWS_MAX;
}

void lane_adopt(struct lane *lane, int fd, const struct address *client,
		uint16_t client_port, uint16_t guest_port)
{
	static const int on = 1;
	struct flow_key key = {
		.guest = *address_of(LINK_GUEST, client->family),
		.peer = address_of_client(client),
		.guest_port = guest_port,
		.peer_port = client_port,
	};
	uint32_t number = 0;

	/* The same client at another of our ports: it needs another name. */
	if (flows_find(&lane->flows, &key)) {
		key.peer = *address_of(LINK_GATEWAY, client->family);
		while (flows_find(&lane->flows, &key))
			key.peer_port++;
	}
	number = lane->is_on ? flows_add(&lane->flows, &key) : 0;
	if (!number) {
		set_broken(fd, true);
		close(fd);
		return;
	}
	flows_get(&lane->flows, number)->fds[SIDE_HOST] = fd;
	if (setsockopt(fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0 ||
	    watch(lane, number, SIDE_HOST, fd) < 0 ||
	    connect_guest(lane, number) < 0)
		end(lane, number, true);
}

static void make_due(struct lane *lane, uint32_t number, unsigned int ways)
{
	struct flow *flow = flows_get(&lane->flows, number);

	flow->waiting |= (uint8_t)ways;
	if (flow->is_due)
		return;
	flow->is_due = true;
	flow->next_due = lane->due;
	lane->due = number;
}

static int error_of(int fd)
{
	int code = 0;
	socklen_t size = sizeof(code);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
		return errno;
	return code;
}

/* A connection that we asked for is there, or failed. */
static void on_connected(struct lane *lane, uint32_t number, enum side side)
{
	struct flow *flow = flows_get(&lane->flows, number);
	int code = error_of(flow->fds[side]);

	if (side == SIDE_GUEST) {
		if (code) {
			end(lane, number, true);
			return;
		}
		flow->state = FLOW_OPEN;
		make_due(lane, number, 0);
		return;
	}
	if (!code)
		code = -connect_guest(lane, number);
	if (code)
		fail(lane, number, code);
}

void lane_on_event(struct lane *lane, uint32_t number, uint32_t events)
{
	enum side side = number & 1 ? SIDE_HOST : SIDE_GUEST;
	bool is_in = events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
	bool is_out = events & (EPOLLOUT | EPOLLHUP | EPOLLERR);
	struct flow *flow;

	number >>= 1;
	flow = flows_get(&lane->flows, number);
	switch (flow->state) {
	case FLOW_HOST_CONNECTS:
	case FLOW_GUEST_CONNECTS:
		/* Told once, and not to be forgotten. */
		if (is_in)
			flow->waiting |= (uint8_t)(1U << side);
		if (is_out &&
		    side == (flow->state == FLOW_HOST_CONNECTS ? SIDE_HOST
							       : SIDE_GUEST))
			on_connected(lane, number, side);
		break;
	case FLOW_OPEN:
		if (is_in)
			make_due(lane, number, 1U << side);
		if (is_out && flow->ways[other(side)].held > 0)
			make_due(lane, number, 1U << other(side));
		break;
	case FLOW_NONE:
	case FLOW_ENDED:
		break;
	}
}

/* The last to be told is told by closing. Return: could it be? */
static bool tell_end(struct flow *flow, enum side from)
{
	flow->told |= (uint8_t)(1U << from);
	return flow->told == (WAY_OUT | WAY_IN) ||
	       shutdown(flow->fds[other(from)], SHUT_WR) == 0;
}

static void serve(struct lane *lane, uint32_t number)
{
	struct flow *flow = flows_get(&lane->flows, number);
	unsigned int waiting = flow->waiting, again = 0;

	flow->is_due = false;
	flow->waiting = 0;
	if (flow->state != FLOW_OPEN)
		return;
	for (enum side side = 0; side < SIDE_COUNT; side++) {
		enum pump_result result = PUMP_IDLE;

		if (waiting & ~flow->told & 1U << side)
			result = pump_move(&lane->pump, &flow->ways[side],
					   flow->fds[side],
					   flow->fds[other(side)]);
		if (result == PUMP_BROKEN ||
		    (result == PUMP_ENDED && !tell_end(flow, side))) {
			end(lane, number, true);
			return;
		}
		if (result == PUMP_MORE)
			again |= 1U << side;
	}
	if (flow->told == (WAY_OUT | WAY_IN))
		end(lane, number, false);
	else if (again)
		make_due(lane, number, again);
}

bool lane_serve(struct lane *lane)
{
	uint32_t number = lane->due, next;

	lane->due = 0;
	for (; number; number = next) {
		next = flows_get(&lane->flows, number)->next_due;
		serve(lane, number);
	}
	flows_sweep(&lane->flows);
	if (lane->is_on)
		pool_fill(&lane->pool, lane->ipv6);
	return lane->due != 0;
}
