// SPDX-License-Identifier: Apache-2.0
#include "net/setup.h"

#include <sys/epoll.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "net/bypass.h"
#include "net/confine.h"
#include "net/isolate.h"
#include "net/loop.h"
#include "net/ports.h"
#include "net/watch.h"

struct network *setup_new(const struct options *options)
{
	struct network *network = xcalloc(1, sizeof(*network));

	network->tun = network->init = network->watch = network->bypass = -1;
	network->lane.pool.helper = network->clients.listen = -1;
	network->policy.log.fd = -1;
	network->dns.policy = &network->policy;
	network->lane.ipv6 = !options->no_ipv6;
	network->control = options->control_fd;
	network->keep = options->keep;
	network->is_replaceable = options->keep_fd >= 0;
	network->rules.host_loopback = options->host_loopback;
	network->rules.ipv6 = !options->no_ipv6;
	network->rules.internal = options->internal;
	network->dns.is_internal = options->internal;
	network->dns.mtu = options->mtu;
	network->dns.ipv6 = !options->no_ipv6;
	network->ping.mtu = network->stack.mtu = network->publish.udp.mtu =
		options->mtu;
	return network;
}

/* Where others come to us. */
must_check static int open_ports(struct network *network,
				 const struct options *options,
				 struct error *ret_lost, struct error *err)
{
	if (options->is_again && options->keep)
		ports_open_again(network, ret_lost);
	else if (ports_open(network, options->ports, options->port_count, err) <
		 0)
		return -err->code;
	if (!options->api_socket)
		return 0;
	network->clients.listen = clients_listen(options->api_socket, err);
	return network->clients.listen < 0 ? -err->code : 0;
}

/* Read the rules and open the log, as long as there are files. */
must_check static int set_policy(struct policy *policy,
				 const struct options *options,
				 struct error *err)
{
	const struct list *const lists[] = { &options->allow, &options->deny };

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			if (policy_add(policy, lists[i]->items[j],
				       lists[i] == &options->deny, err) < 0)
				return -err->code;
	if (options->bypass && (policy_is_on(policy) || options->log))
		return error_say(
			err, EINVAL,
			"--net-allow, --net-deny and --net-log don't go with --bypass: no rule holds for sockets of the host");
	if (options->keep && policy_is_on(policy))
		policy_keep(policy, &options->keep->learned, options->is_again);
	if (!options->log)
		return 0;
	policy->log.fd = denials_open(options->log, err);
	return policy->log.fd < 0 ? -err->code : 0;
}

must_check static int start_watch(struct network *network,
				  const struct options *options,
				  struct error *err)
{
	const struct watch_settings settings = {
		.follows_servers = options->dns.count == 0,
		.known = network->dns.ask.servers,
		.names = options->names.items,
		.name_count = options->names.count,
	};

	if (settings.name_count > NAMES_FILES_MAX)
		return error_say(err, EINVAL,
				 "--names: at most %d can be given",
				 NAMES_FILES_MAX);
	if (!settings.follows_servers && !settings.name_count)
		return 0;
	watch_read_names(&settings, &network->dns.names);
	return watch_start(&settings, &network->watch, err);
}

int setup_prepare(struct network *network, const struct options *options,
		  struct error *ret_lost, struct error *err)
{
	const struct stack_settings stack = {
		.mtu = options->mtu < MTU_DEFAULT      ? options->mtu
		       : options->mtu < MTU_FROM_STACK ? MTU_FROM_STACK
						       : options->mtu,
		.ipv6 = !options->no_ipv6,
		.host_loopback = options->host_loopback,
	};
	const struct bypass_settings bypass = {
		.rules = network->rules,
		.keep = options->keep,
		.is_again = options->is_again,
	};
	bool own_dns = options->dns.count > 0;

	if (set_policy(&network->policy, options, err) < 0 ||
	    open_ports(network, options, ret_lost, err) < 0)
		return -err->code;
	network->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (network->epoll < 0)
		return error_set(err, errno, "make an epoll");
	network->dns.ask.epoll = network->dns.tcp.epoll = network->epoll;
	network->stack.epoll = network->lane.epoll = network->epoll;
	network->publish.epoll = network->clients.epoll = network->epoll;
	network->ping.epoll = network->epoll;
	network->stack.nat = &network->nat;
	if (stack_init(&network->stack, &stack, err) < 0)
		return -err->code;
	if (options->bypass && bypass_start(&bypass, &network->bypass, err) < 0)
		return -err->code;
	network->dns.ask.servers = own_dns ? options->dns : watch_read();
	if (start_watch(network, options, err) < 0)
		return error_wrap(err, "watch /etc/resolv.conf");
	if (isolate_from_host(err) < 0)
		return -err->code;
	return confine_network(STACK_FDS_MAX, network->policy.log.fd >= 0, err);
}

int setup_connect(struct network *network, int *helper,
		  const struct setup_container *container, struct error *err)
{
	struct router router;

	if (router_receive(*helper, &router, err) < 0)
		return -err->code;
	if (network->bypass >= 0 &&
	    bypass_attach(network->bypass, container->userns, container->netns,
			  container->launcher, err) < 0)
		return -err->code;
	network->tun = router.tun;
	network->slow = router.lane;
	network->dns.tun = network->stack.tun = network->lane.tun =
		network->ping.tun = router.tun;
	if (!router.lane.code) {
		network->lane.pool.helper = steal_fd(helper);
		if (lane_start(&network->lane, err) < 0)
			return -err->code;
		dnstcp_listen(&network->dns.tcp, router.tcp_v4, AF_INET);
		dnstcp_listen(&network->dns.tcp, router.tcp_v6, AF_INET6);
	} else {
		dnsnat_listen(&network->nat, network->epoll);
	}
	stack_start(&network->stack, network->rules.ipv6);
	if (ports_start(network, err) < 0)
		return -err->code;
	return loop_add_sources(network, err);
}
