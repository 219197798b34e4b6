// SPDX-License-Identifier: Apache-2.0
#include "net/stack.h"

#include <malloc.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "net/event.h"
#include "net/fragment.h"
#include "net/library.h"
#include "net/packet.h"
#include "net/tun.h"

/* libslirp's flags are poll(2)'s and so are epoll's. */
_Static_assert(EPOLLIN == 0x01 && EPOLLPRI == 0x02 && EPOLLOUT == 0x04 &&
		       EPOLLERR == 0x08 && EPOLLHUP == 0x10,
	       "epoll flags");

static const struct {
	int slirp;
	uint32_t epoll;
} flags[] = {
	{ SLIRP_POLL_IN, EPOLLIN },   { SLIRP_POLL_OUT, EPOLLOUT },
	{ SLIRP_POLL_PRI, EPOLLPRI }, { SLIRP_POLL_ERR, EPOLLERR },
	{ SLIRP_POLL_HUP, EPOLLHUP },
};

int64_t stack_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A reply to DNS over TCP. */
static void send_back(struct stack *stack, const uint8_t *data, size_t size)
{
	struct frame frame;
	size_t length;

	memcpy(stack->before, data, size);
	if (!frame_parse(stack->before, size, &frame))
		return;
	length = dnsnat_back(stack->nat, &frame, stack->after);
	if (length > 0)
		tun_write(stack->tun, stack->after, length);
}

/* A frame of libslirp's for the container. */
static ssize_t on_send(const void *data, size_t size, void *opaque)
{
	struct stack *stack = opaque;

	if (size <= FRAME_SIZE_MAX && dnsnat_is_ours(data, size))
		send_back(stack, data, size);
	else
		fragment_write(stack->tun, data, size, stack->mtu);
	return (ssize_t)size;
}

static void on_guest_error(const char *message, void *opaque)
{
	/* The container could fill a log at will. */
	(void)message;
	(void)opaque;
}

static int64_t on_clock(void *opaque)
{
	(void)opaque;
	return stack_now_ns();
}

/* The only timer of libslirp sends router advertisements. The container is
 * configured otherwise and takes none, so that timer never runs: an idle
 * network causes no wake-ups.
 */
static void *on_timer_new(SlirpTimerId id, void *cb_opaque, void *opaque)
{
	(void)id;
	(void)cb_opaque;
	return opaque;
}

static void on_timer_free(void *timer, void *opaque)
{
	(void)timer;
	(void)opaque;
}

static void on_timer_mod(void *timer, int64_t expire_ms, void *opaque)
{
	(void)timer;
	(void)expire_ms;
	(void)opaque;
}

static void on_register(int fd, void *opaque)
{
	/* stack_prepare() hears of it soon enough. */
	(void)fd;
	(void)opaque;
}

/* About to be closed, and perhaps opened again as something else before the
 * next wait: what the table says must go now.
 */
static void on_unregister(int fd, void *opaque)
{
	struct stack *stack = opaque;

	if (fd < 0 || fd >= STACK_FDS_MAX)
		return;
	if (stack->fds[fd].events)
		(void)epoll_ctl(stack->epoll, EPOLL_CTL_DEL, fd, NULL);
	stack->fds[fd].events = 0;
	stack->fds[fd].ready = 0;
}

static void on_notify(void *opaque)
{
	/* The loop asks libslirp before each wait anyway. */
	(void)opaque;
}

static const SlirpCb callbacks = {
	.send_packet = on_send,
	.guest_error = on_guest_error,
	.clock_get_ns = on_clock,
	.timer_free = on_timer_free,
	.timer_mod = on_timer_mod,
	.register_poll_fd = on_register,
	.unregister_poll_fd = on_unregister,
	.notify = on_notify,
	.timer_new_opaque = on_timer_new,
};

enum {
	IF_MTU = 65521,           /* the most there is */
	BUFFER_SIZE = 128 * 1024, /* of TCP, at least; two a connection */
};

static struct in_addr v4_of(enum link_role role)
{
	struct in_addr v4;

	memcpy(&v4, address_of(role, AF_INET)->bytes, sizeof(v4));
	return v4;
}

static struct in6_addr v6_of(enum link_role role)
{
	struct in6_addr v6;

	memcpy(&v6, address_of(role, AF_INET6)->bytes, sizeof(v6));
	return v6;
}

int stack_init(struct stack *stack, const struct stack_settings *settings,
	       struct error *err)
{
	SlirpConfig config = {
		.version = 4,
		.in_enabled = true,
		.vhost = v4_of(LINK_GATEWAY),
		.vnameserver = v4_of(LINK_NAMESERVER),
		.vdhcp_start = v4_of(LINK_GUEST),
		.in6_enabled = settings->ipv6,
		.vprefix_len = ADDRESS_V6_PREFIX,
		.vhost6 = v6_of(LINK_GATEWAY),
		.vnameserver6 = v6_of(LINK_NAMESERVER),
		/* It takes no IPv6 packet that is larger, and the kernel hands
		 * over several segments as one.
		 */
		.if_mtu = IF_MTU,
		.if_mru = settings->mtu,
		/* The frames are checked before; this is the second lock. */
		.disable_host_loopback = !settings->host_loopback,
		.enable_emu = false,
		.disable_dns = true,
		.disable_dhcp = true,
	};

	config.vnetmask.s_addr = htonl(0xffffff00);
	config.vnetwork.s_addr = config.vhost.s_addr & config.vnetmask.s_addr;
	config.vprefix_addr6 = config.vhost6;
	memset(config.vprefix_addr6.s6_addr + 8, 0, 8);

	/* The buffers of a connection go back to the kernel with it, also after
	 * one has gone: glibc would raise this limit, and keep them all.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, BUFFER_SIZE);
	stack->library = xcalloc(1, sizeof(*stack->library));
	if (library_load(stack->library, err) < 0)
		return -err->code;
	stack->slirp = stack->library->new (&config, &callbacks, stack);
	if (!stack->slirp)
		return error_say(err, EINVAL, "libslirp did not start");
	return 0;
}

/* Say in the container's name where @role is: libslirp then doesn't have to
 * ask before it can send. For IPv4 a gratuitous ARP request does.
 */
static void introduce_v4(struct stack *stack, enum link_role role)
{
	static const uint8_t head[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };
	const uint8_t *address = address_of(role, AF_INET)->bytes;
	uint8_t arp[42] = { 0 };

	memset(arp, 0xff, ETHER_SIZE);
	memcpy(arp + 6, ether_guest, ETHER_SIZE);
	memcpy(arp + 12, head, sizeof(head));
	memcpy(arp + 22, ether_guest, ETHER_SIZE);
	memcpy(arp + 28, address, 4);
	memcpy(arp + 38, address, 4);
	stack->library->input(stack->slirp, arp, sizeof(arp));
}

/* For IPv6 an unsolicited neighbour advertisement. */
static void introduce_v6(struct stack *stack, enum link_role role)
{
	enum { NDP_ADVERTISE = 136, TARGET_LINK_ADDRESS = 2, SIZE = 32 };
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	const uint8_t *address = address_of(role, AF_INET6)->bytes;
	uint8_t frame[PACKET_HEAD_MAX + SIZE] = { 0 };
	uint8_t *message = frame + PACKET_HEAD_MAX;
	struct pseudo_header ends = {
		.family = AF_INET6,
		.protocol = IPPROTO_ICMPV6,
		.src = address,
		.dst = all_nodes,
	};

	message[0] = NDP_ADVERTISE;
	memcpy(message + 8, address, 16);
	message[24] = TARGET_LINK_ADDRESS;
	message[25] = 1; /* in units of eight bytes */
	memcpy(message + 26, ether_guest, ETHER_SIZE);

	size_t size = packet_finish(frame, &ends, SIZE);

	memcpy(frame + ETHER_SIZE, ether_guest, ETHER_SIZE);
	stack->library->input(stack->slirp, frame, (int)size);
}

void stack_start(struct stack *stack, bool ipv6)
{
	static const enum link_role roles[] = { LINK_GUEST, LINK_DNS_V4,
						LINK_DNS_V6 };

	for (size_t i = 0; i < ARRAY_COUNT(roles); i++)
		introduce_v4(stack, roles[i]);
	if (ipv6)
		introduce_v6(stack, LINK_GUEST);
}

int stack_publish(struct stack *stack, const struct publish_port *port,
		  struct error *err)
{
	struct sockaddr_storage host, guest;
	socklen_t host_size =
		address_to_socket(&port->address, port->host_port, &host);
	socklen_t guest_size =
		address_to_socket(address_of(LINK_GUEST, port->address.family),
				  port->guest_port, &guest);

	if (stack->library->add_hostxfwd(stack->slirp, (struct sockaddr *)&host,
					 host_size, (struct sockaddr *)&guest,
					 guest_size, SLIRP_HOSTFWD_V6ONLY) < 0)
		return error_set(err, errno ? errno : EINVAL,
				 "publish port %u by libslirp",
				 port->host_port);
	return 0;
}

void stack_unpublish(struct stack *stack, const struct publish_port *port)
{
	struct sockaddr_storage host;
	socklen_t size =
		address_to_socket(&port->address, port->host_port, &host);

	(void)stack->library->remove_hostxfwd(stack->slirp,
					      (struct sockaddr *)&host, size,
					      SLIRP_HOSTFWD_V6ONLY);
}

void stack_input(struct stack *stack, const uint8_t *frame, size_t size)
{
	stack->library->input(stack->slirp, frame, (int)size);
}

/* Make epoll wait for @events on @fd. The table can be behind the kernel only
 * if libslirp closed something without saying so.
 */
static void watch(struct stack *stack, int fd, uint32_t events)
{
	struct epoll_event event = {
		.events = events,
		.data.u64 = (uint64_t)EVENT_STACK << 32 | (uint32_t)fd,
	};
	int first = stack->fds[fd].events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	int other = stack->fds[fd].events ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (epoll_ctl(stack->epoll, first, fd, &event) < 0 &&
	    (errno == ENOENT || errno == EEXIST))
		(void)epoll_ctl(stack->epoll, other, fd, &event);
	stack->fds[fd].events = events;
	if (!stack->fds[fd].listed)
		stack->list[stack->list_count++] = fd;
	stack->fds[fd].listed = true;
}

/* libslirp names a socket that it waits for. Return: its index for on_ready */
static int on_wanted(int fd, int wanted, void *opaque)
{
	struct stack *stack = opaque;
	uint32_t events = 0;

	if (fd < 0 || fd >= STACK_FDS_MAX)
		return -1;
	for (size_t i = 0; i < ARRAY_COUNT(flags); i++)
		if (wanted & flags[i].slirp)
			events |= flags[i].epoll;
	stack->fds[fd].generation = stack->generation;
	if (stack->fds[fd].events != events)
		watch(stack, fd, events);
	return fd;
}

/* Return: what happened on the socket, in libslirp's flags */
static int on_ready(int fd, void *opaque)
{
	struct stack *stack = opaque;
	uint32_t events = stack->fds[fd].ready;
	int ready = 0;

	stack->fds[fd].ready = 0;
	for (size_t i = 0; i < ARRAY_COUNT(flags); i++)
		if (events & flags[i].epoll)
			ready |= flags[i].slirp;
	return ready;
}

/* Take what libslirp no longer waits for out of epoll. */
static void sweep(struct stack *stack)
{
	size_t kept = 0;

	for (size_t i = 0; i < stack->list_count; i++) {
		int fd = stack->list[i];
		struct stack_fd *entry = &stack->fds[fd];

		if (entry->events && entry->generation == stack->generation) {
			stack->list[kept++] = fd;
			continue;
		}
		if (entry->events)
			(void)epoll_ctl(stack->epoll, EPOLL_CTL_DEL, fd, NULL);
		*entry = (struct stack_fd){ 0 };
	}
	stack->list_count = kept;
}

int stack_prepare(struct stack *stack)
{
	uint32_t timeout_ms = UINT32_MAX;

	stack->generation++;
	stack->library->pollfds_fill(stack->slirp, &timeout_ms, on_wanted,
				     stack);
	sweep(stack);
	return timeout_ms > INT32_MAX ? -1 : (int)timeout_ms;
}

bool stack_is_from(const struct stack *stack,
		   const struct sockaddr_storage *peer)
{
	struct address wanted, own;
	uint16_t port = address_from_socket(peer, &wanted);

	for (size_t i = 0; i < stack->list_count; i++) {
		struct sockaddr_storage at;
		socklen_t size = sizeof(at);

		if (getsockname(stack->list[i], (struct sockaddr *)&at,
				&size) == 0 &&
		    address_from_socket(&at, &own) == port &&
		    address_equal(&own, &wanted))
			return true;
	}
	return false;
}

void stack_on_event(struct stack *stack, uint32_t fd, uint32_t events)
{
	stack->fds[fd].ready = events;
}

void stack_serve(struct stack *stack)
{
	stack->library->pollfds_poll(stack->slirp, 0, on_ready, stack);
}
