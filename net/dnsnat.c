// SPDX-License-Identifier: Apache-2.0
#include "net/dnsnat.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "net/packet.h"

enum { TCP_FLAGS = 13, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16, PORT_DNS = 53 };

static enum link_role alias_role(int client_family)
{
	return client_family == AF_INET ? LINK_DNS_V4 : LINK_DNS_V6;
}

static struct dnsnat_flow *find(struct dnsnat *nat, int family, uint16_t port)
{
	for (size_t i = 0; i < DNSNAT_FLOWS_MAX; i++)
		if (nat->flows[i].family == family &&
		    nat->flows[i].port == port)
			return &nat->flows[i];
	return NULL;
}

static struct dnsnat_flow *find_room(struct dnsnat *nat)
{
	struct dnsnat_flow *oldest = &nat->flows[0];

	for (size_t i = 0; i < DNSNAT_FLOWS_MAX; i++) {
		if (!nat->flows[i].family)
			return &nat->flows[i];
		if (nat->flows[i].used_ms < oldest->used_ms)
			oldest = &nat->flows[i];
	}
	return oldest;
}

/* A SYN: a new connection, or once more because nobody answered. */
static struct dnsnat_flow *on_syn(struct dnsnat *nat, struct dnsnat_flow *flow,
				  const struct servers *servers,
				  const struct frame *frame)
{
	size_t tried = flow && !flow->open ? flow->tried + 1 : 0;

	if (servers->count == 0)
		return NULL;
	if (!flow)
		flow = find_room(nat);
	*flow = (struct dnsnat_flow){
		.family = frame->family,
		.port = frame->src_port,
		.tried = tried,
		.server = servers->list[tried % servers->count],
	};
	return flow;
}

static size_t rewrite(const struct frame *frame,
		      const struct pseudo_header *ends, uint8_t *out)
{
	size_t head = packet_head_size(ends->family);

	if (head + frame->l4_size > FRAME_SIZE_MAX)
		return 0;
	memcpy(out + head, frame->l4, frame->l4_size);
	return packet_finish(out, ends, frame->l4_size);
}

size_t dnsnat_out(struct dnsnat *nat, const struct servers *servers,
		  const struct frame *frame, int64_t now_ms, uint8_t *out)
{
	struct dnsnat_flow *flow = find(nat, frame->family, frame->src_port);
	uint8_t flags = frame->l4[TCP_FLAGS];

	if ((flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)
		flow = on_syn(nat, flow, servers, frame);
	if (!flow)
		return 0;
	flow->used_ms = now_ms;

	int family = flow->server.family;
	struct pseudo_header ends = {
		.family = family,
		.protocol = IPPROTO_TCP,
		.src = address_of(alias_role(frame->family), family)->bytes,
		.dst = flow->server.bytes,
	};

	return rewrite(frame, &ends, out);
}

bool dnsnat_is_ours(const uint8_t *data, size_t size)
{
	uint16_t type = size < PACKET_HEAD_MAX ? 0 : packet_get16(data + 12);
	int family = type == ETH_P_IP ? AF_INET : AF_INET6;
	const uint8_t *dst = data + (family == AF_INET ? 30 : 38);

	if (type != ETH_P_IP && type != ETH_P_IPV6)
		return false;
	return address_is(dst, family, LINK_DNS_V4) ||
	       address_is(dst, family, LINK_DNS_V6);
}

size_t dnsnat_back(struct dnsnat *nat, const struct servers *servers,
		   const struct frame *frame, uint8_t *out)
{
	bool is_v4 = address_is(frame->dst, frame->family, LINK_DNS_V4);
	int family = is_v4 ? AF_INET : AF_INET6;
	struct dnsnat_flow *flow = find(nat, family, frame->dst_port);
	uint8_t flags;

	/* A server given up on may still say something. */
	if (frame->protocol != IPPROTO_TCP || frame->src_port != PORT_DNS ||
	    !flow || flow->server.family != frame->family ||
	    memcmp(frame->src, flow->server.bytes,
		   address_bytes(frame->family)) != 0)
		return 0;
	flags = frame->l4[TCP_FLAGS];
	if ((flags & TCP_RST) && !flow->open &&
	    flow->tried + 1 < servers->count)
		return 0;
	if ((flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
		flow->open = true;

	struct pseudo_header ends = {
		.family = family,
		.protocol = IPPROTO_TCP,
		.src = address_of(LINK_NAMESERVER, family)->bytes,
		.dst = address_of(LINK_GUEST, family)->bytes,
	};

	return rewrite(frame, &ends, out);
}
