// SPDX-License-Identifier: Apache-2.0
#include "net/dnsnat.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "net/event.h"
#include "net/packet.h"

enum { PORT_DNS = 53, WAITING_MAX = 32 };

static const struct address loopback = {
	.family = AF_INET,
	.bytes = { 127, 0, 0, 1 },
};

/* Whom the segments of a way come from, as libslirp sees them. */
static enum link_role sender_of(enum dnsnat_way way)
{
	return way == DNSNAT_V4 ? LINK_DNS_V4 : LINK_DNS_V6;
}

int dnsnat_family(enum dnsnat_way way)
{
	return way == DNSNAT_V4 ? AF_INET : AF_INET6;
}

/* Return: descriptor, -1 */
static int open_socket(uint16_t *ret_port)
{
	struct sockaddr_storage at;
	socklen_t size = address_to_socket(&loopback, 0, &at);
	struct address ignored;
	auto_close int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, size) < 0 ||
	    listen(fd, WAITING_MAX) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		return -1;
	*ret_port = address_from_socket(&at, &ignored);
	return steal_fd(&fd);
}

void dnsnat_listen(struct dnsnat *nat, int epoll)
{
	for (uint32_t way = 0; way < DNSNAT_COUNT; way++) {
		uint16_t port;
		auto_close int fd = open_socket(&port);

		if (fd < 0 || event_add(epoll, fd, EVENT_DNS_NAT, way) < 0)
			continue;
		nat->ports[way] = port;
		nat->sockets[way] = steal_fd(&fd);
	}
}

/* @frame with other ends. The port at offset @at of its segment becomes @port.
 */
static size_t rewrite(const struct frame *frame,
		      const struct pseudo_header *ends, size_t at,
		      uint16_t port, uint8_t *out)
{
	size_t head = packet_head_size(ends->family);

	if (head + frame->l4_size > FRAME_SIZE_MAX)
		return 0;
	memcpy(out + head, frame->l4, frame->l4_size);
	packet_put16(out + head + at, port);
	return packet_finish(out, ends, frame->l4_size);
}

size_t dnsnat_out(const struct dnsnat *nat, const struct frame *frame,
		  uint8_t *out)
{
	enum dnsnat_way way = frame->family == AF_INET ? DNSNAT_V4 : DNSNAT_V6;
	const struct pseudo_header ends = {
		.family = AF_INET,
		.protocol = IPPROTO_TCP,
		.src = address_of(sender_of(way), AF_INET)->bytes,
		.dst = loopback.bytes,
	};

	return nat->ports[way] ? rewrite(frame, &ends, 2, nat->ports[way], out)
			       : 0;
}

/* Return: which way's sender it is; DNSNAT_COUNT: none's */
static enum dnsnat_way find_way(const uint8_t *address)
{
	enum dnsnat_way way = 0;

	while (way < DNSNAT_COUNT &&
	       !address_is(address, AF_INET, sender_of(way)))
		way++;
	return way;
}

bool dnsnat_is_ours(const uint8_t *data, size_t size)
{
	enum { DESTINATION = FRAME_ETHER_SIZE + 16, HEAD = DESTINATION + 4 };

	return size >= HEAD && packet_get16(data + 12) == ETH_P_IP &&
	       find_way(data + DESTINATION) < DNSNAT_COUNT;
}

size_t dnsnat_back(const struct dnsnat *nat, const struct frame *frame,
		   uint8_t *out)
{
	enum dnsnat_way way = find_way(frame->dst);
	int family = dnsnat_family(way);
	const struct pseudo_header ends = {
		.family = family,
		.protocol = IPPROTO_TCP,
		.src = address_of(LINK_NAMESERVER, family)->bytes,
		.dst = address_of(LINK_GUEST, family)->bytes,
	};

	if (frame->protocol != IPPROTO_TCP ||
	    memcmp(frame->src, loopback.bytes, 4) != 0 ||
	    frame->src_port != nat->ports[way])
		return 0;
	return rewrite(frame, &ends, 0, PORT_DNS, out);
}
