// SPDX-License-Identifier: Apache-2.0
/* A network for the fuzz targets of net/ that has no container: the target is
 * at the other end of its tun. Includes the loop itself.
 *
 * run.sh gives the target a network namespace of its own, in which every
 * address is this machine's, so that connections find somebody.
 */
#ifndef FUZZ_NET_NETWORK_H
#define FUZZ_NET_NETWORK_H

#include <assert.h>
#include <signal.h>
#include <slirp/libslirp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/alloc.h"
#include "net/loop.c"
#include "net/packet.h"
#include "net/ports.h"

enum {
	HEAD_SIZE = 10 /* struct virtio_net_hdr */,
	FDS_LOOKED_AT = 128,
	MTU = 1500
};

/* The network, and the container's end of its tun. */
struct fixture {
	struct network *network;
	int guest;
	size_t sockets; /* open between inputs */
};

/* Only of those: libFuzzer has files of its own, at times. */
static inline size_t count_sockets(void)
{
	size_t count = 0;
	struct stat about;

	for (int fd = 0; fd < FDS_LOOKED_AT; fd++)
		if (fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode))
			count++;
	return count;
}

/* Once. */
static inline struct fixture fixture_new(void)
{
	struct network *network = xcalloc(1, sizeof(*network));
	struct error err = { 0 };
	int pair[2];

	(void)signal(SIGPIPE, SIG_IGN); /* as main() has it */
	network->epoll = epoll_create1(EPOLL_CLOEXEC);
	network->init = network->watch = network->control = -1;
	network->lane.pool.helper = network->clients.listen = -1;
	network->bypass = -1;
	network->rules.ipv6 = network->dns.ipv6 = true;
	network->dns.mtu = network->ping.mtu = network->stack.mtu =
		network->publish.udp.mtu = MTU;
	assert(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) ==
	       0);
	network->tun = network->dns.tun = network->stack.tun =
		network->lane.tun = network->ping.tun = pair[0];
	network->dns.ask.epoll = network->dns.tcp.epoll = network->epoll;
	network->stack.epoll = network->lane.epoll = network->epoll;
	network->publish.epoll = network->clients.epoll = network->epoll;
	network->ping.epoll = network->epoll;
	network->dns.policy = &network->policy;
	network->policy.log.fd = -1;
	/* Nothing else is denied by that, but rules are looked at. */
	assert(policy_add(&network->policy, "*.invalid:9", true, &err) == 0);
	network->stack.nat = &network->nat;
	(void)!servers_add(&network->dns.ask.servers,
			   &(struct address){ .family = AF_INET,
					      .bytes = { 127, 0, 0, 9 } });
	dnsnat_listen(&network->nat, network->epoll);
	assert(loop_add_sources(network, &err) == 0);
	return (struct fixture){ network, pair[1], count_sockets() };
}

/* Before each input. */
static inline void fixture_begin(struct fixture *fixture)
{
	static const struct stack_settings settings = { MTU, true, false };
	struct network *network = fixture->network;
	struct error err = { 0 };

	for (size_t i = 0; i < REASSEMBLY_SLOTS; i++)
		network->reassembly.slots[i].begun_ms = 0;
	assert(stack_init(&network->stack, &settings, &err) == 0);
	stack_start(&network->stack, true);
}

/* Take what has come for the container, and look at it. */
static inline void fixture_drain(const struct fixture *fixture)
{
	static uint8_t packet[HEAD_SIZE + FRAME_SIZE_MAX];
	ssize_t size;

	while ((size = recv(fixture->guest, packet, sizeof(packet),
			    MSG_DONTWAIT)) > 0) {
		const uint8_t *ip = packet + HEAD_SIZE;

		assert(size >= HEAD_SIZE + 20);
		size -= HEAD_SIZE;
		if (ip[0] >> 4 == 6)
			assert(size == 40 + packet_get16(ip + 4));
		else
			assert(ip[0] == 0x45 && size == packet_get16(ip + 2));
	}
}

/* One turn of the loop that doesn't wait. */
static inline void fixture_turn(const struct fixture *fixture)
{
	fixture->network->has_more = true;
	assert(turn(fixture->network));
	fixture_drain(fixture);
}

/* After each input: everything that it has opened is closed. */
static inline void fixture_end(struct fixture *fixture)
{
	struct network *network = fixture->network;
	struct stack *stack = &network->stack;
	int64_t later = now_ms() + 60000;

	dnstcp_on_time(&network->dns.tcp, later);
	dns_serve(&network->dns, later);
	assert(network->dns.ask.used == 0);
	ping_on_time(&network->ping, later);
	clients_on_time(&network->clients, later);
	for (size_t i = 0; i < network->publish.count; i++)
		if (network->publish.ports[i].protocol)
			ports_remove(network, i);
	network->publish.count = 0;
	slirp_cleanup(stack->slirp);
	free(stack->library);
	for (size_t i = 0; i < stack->list_count; i++)
		stack->fds[stack->list[i]] = (struct stack_fd){ 0 };
	stack->list_count = 0;
	fixture_drain(fixture);
	assert(count_sockets() == fixture->sockets);
}

#endif
