// SPDX-License-Identifier: Apache-2.0
#include "net/pubudp.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "net/fragment.h"
#include "net/packet.h"

enum { UDP_SIZE = 8, BATCH_MAX = 64, WAYS = 4 };

/* Room for what says which of the host's addresses a datagram came to. */
union info {
	char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	struct cmsghdr align;
};

int pubudp_prepare(int fd, int family)
{
	static const int on = 1;
	int result = family == AF_INET
			     ? setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on,
					  sizeof(on))
			     : setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO,
					  &on, sizeof(on));

	return result < 0 ? -errno : 0;
}

/* Sessions of one hash share WAYS places beside each other. */
static struct pubudp_session *places_of(struct pubudp *udp,
					const struct address *client,
					uint16_t client_port,
					uint16_t guest_port)
{
	uint64_t hash = (uint64_t)client_port << 16 | guest_port;

	for (size_t i = 0; i < sizeof(client->bytes); i += 8) {
		uint64_t word;

		memcpy(&word, client->bytes + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return &udp->sessions[hash % (PUBUDP_SESSIONS_MAX / WAYS) * WAYS];
}

static bool is_of(const struct pubudp_session *session,
		  const struct address *client, uint16_t client_port,
		  uint16_t guest_port)
{
	return session->used_ms && session->client_port == client_port &&
	       session->guest_port == guest_port &&
	       address_equal(&session->client, client);
}

/* The client's place, or the one to be used for it. */
static struct pubudp_session *place_for(struct pubudp *udp,
					const struct address *client,
					uint16_t client_port,
					uint16_t guest_port)
{
	struct pubudp_session *places =
		places_of(udp, client, client_port, guest_port);
	struct pubudp_session *oldest = places;

	for (size_t i = 0; i < WAYS; i++) {
		if (is_of(&places[i], client, client_port, guest_port))
			return &places[i];
		if (places[i].used_ms < oldest->used_ms)
			oldest = &places[i];
	}
	return oldest;
}

static void read_local(struct msghdr *message, struct address *ret)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at;
	     at = CMSG_NXTHDR(message, at)) {
		if (at->cmsg_level == IPPROTO_IP &&
		    at->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(at), sizeof(info));
			ret->family = AF_INET;
			memcpy(ret->bytes, &info.ipi_spec_dst, 4);
		}
		if (at->cmsg_level == IPPROTO_IPV6 &&
		    at->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(at), sizeof(info));
			ret->family = AF_INET6;
			ret->scope = info.ipi6_ifindex;
			memcpy(ret->bytes, &info.ipi6_addr, 16);
		}
	}
}

/* Return: bytes of the datagram, which lies where it has to in the frame; -1 */
static ssize_t receive(struct pubudp *udp, int fd, int family,
		       struct pubudp_session *ret)
{
	size_t head = packet_head_size(family) + UDP_SIZE;
	struct sockaddr_storage from;
	union info info;
	struct iovec part = { udp->frame + head, FRAME_SIZE_MAX - head };
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = info.room,
		.msg_controllen = sizeof(info.room),
	};
	ssize_t size = recvmsg(fd, &message, MSG_DONTWAIT);

	if (size < 0)
		return -1;
	*ret = (struct pubudp_session){ 0 };
	ret->client_port = address_from_socket(&from, &ret->real);
	read_local(&message, &ret->local);
	return size;
}

static void pass_on(struct pubudp *udp, const struct pubudp_session *session,
		    size_t size, int tun)
{
	int family = session->client.family;
	uint8_t *head = udp->frame + packet_head_size(family);
	const struct pseudo_header ends = {
		.family = family,
		.protocol = IPPROTO_UDP,
		.src = session->client.bytes,
		.dst = address_of(LINK_GUEST, family)->bytes,
	};

	packet_put16(head, session->client_port);
	packet_put16(head + 2, session->guest_port);
	packet_put16(head + 4, (uint16_t)(UDP_SIZE + size));
	fragment_write(tun, udp->frame,
		       packet_finish(udp->frame, &ends, UDP_SIZE + size),
		       udp->mtu);
}

void pubudp_receive(struct pubudp *udp, const struct pubudp_port *port, int tun,
		    int64_t now_ms)
{
	for (int i = 0; i < BATCH_MAX; i++) {
		struct pubudp_session session, *place;
		ssize_t size = receive(udp, port->fd, port->family, &session);

		if (size < 0)
			return;
		session.client = address_of_client(&session.real);
		session.port = port->number;
		session.guest_port = port->guest_port;
		session.used_ms = now_ms;
		place = place_for(udp, &session.client, session.client_port,
				  port->guest_port);
		*place = session;
		pass_on(udp, &session, (size_t)size, tun);
	}
}

const struct pubudp_session *
pubudp_find(struct pubudp *udp, const struct frame *frame, int64_t now_ms)
{
	struct address client = { .family = frame->family };
	struct pubudp_session *places;

	memcpy(client.bytes, frame->dst, address_bytes(frame->family));
	places = places_of(udp, &client, frame->dst_port, frame->src_port);
	for (size_t i = 0; i < WAYS; i++) {
		if (!is_of(&places[i], &client, frame->dst_port,
			   frame->src_port) ||
		    now_ms - places[i].used_ms > PUBUDP_SESSION_MS)
			continue;
		places[i].used_ms = now_ms;
		return &places[i];
	}
	return NULL;
}

static void put_local(struct msghdr *message, const struct address *local)
{
	struct cmsghdr *at = CMSG_FIRSTHDR(message);

	if (local->family == AF_INET) {
		struct in_pktinfo info = { 0 };

		at->cmsg_level = IPPROTO_IP;
		at->cmsg_type = IP_PKTINFO;
		at->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(&info.ipi_spec_dst, local->bytes, 4);
		memcpy(CMSG_DATA(at), &info, sizeof(info));
	} else {
		struct in6_pktinfo info = { .ipi6_ifindex = local->scope };

		at->cmsg_level = IPPROTO_IPV6;
		at->cmsg_type = IPV6_PKTINFO;
		at->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(&info.ipi6_addr, local->bytes, 16);
		memcpy(CMSG_DATA(at), &info, sizeof(info));
	}
	message->msg_controllen = CMSG_ALIGN(at->cmsg_len);
}

void pubudp_send(const struct pubudp_session *session, int fd,
		 const struct frame *frame)
{
	struct sockaddr_storage to;
	union info info = { 0 };
	struct iovec part = { frame->l4 + UDP_SIZE, frame->l4_size - UDP_SIZE };
	struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = address_to_socket(&session->real,
						 session->client_port, &to),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = info.room,
		.msg_controllen = sizeof(info.room),
	};

	put_local(&message, &session->local);
	/* As on any wire, it may be lost. */
	(void)sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void pubudp_forget(struct pubudp *udp, uint32_t port)
{
	for (size_t i = 0; i < PUBUDP_SESSIONS_MAX; i++)
		if (udp->sessions[i].port == port)
			udp->sessions[i].used_ms = 0;
}
