// SPDX-License-Identifier: Apache-2.0
/* holt-net: the user-mode network of one container.
 *
 * It is started before the container exists and then does everything that
 * takes time, in this order:
 * 1. leave the terminal, close what was inherited, read the options;
 * 2. start libslirp, read the host's nameservers;
 * 3. fork the helper that will make the router, and the watcher of resolv.conf;
 * 4. isolate and confine itself for good, before it has seen one frame;
 * 5. wait on the control socket for "start" with the container's namespaces
 *    and its init's pidfd, have the router made, answer with a struct error;
 * 6. be the network until the container's init has ended, whatever else
 *    happens: it has its own session and ignores what a terminal sends.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/exit.h"
#include "base/fd.h"
#include "net/confine.h"
#include "net/isolate.h"
#include "net/loop.h"
#include "net/options.h"
#include "net/ports.h"
#include "net/router.h"
#include "net/watch.h"

/* What the launcher sends with "start". */
enum { START_USERNS, START_NETNS, START_INIT, START_COUNT };

/* Standard descriptors go to /dev/null: an inherited pipe or terminal would
 * be held open as long as the container lives. A build with AddressSanitizer
 * keeps the last for its reports.
 */
must_check static int leave_caller(int control, struct error *err)
{
	auto_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int flags = fcntl(control, F_GETFD);

	if (flags < 0 || fcntl(control, F_SETFD, flags | FD_CLOEXEC) < 0)
		return error_set(err, errno, "--control-fd=%d", control);
	if (null < 0)
		return error_set(err, errno, "open /dev/null");
	for (int fd = 0; fd < 3; fd++) {
#ifdef __SANITIZE_ADDRESS__
		if (fd == STDERR_FILENO)
			continue;
#endif
		if (fd != null && dup2(null, fd) < 0)
			return error_set(err, errno, "open /dev/null");
	}
	if (null < 3)
		(void)steal_fd(&null);
	confine_keep_only(control);
	/* Fails for the leader of a process group, which has left already. */
	(void)setsid();
	return 0;
}

static void ignore_signals(void)
{
	/* SIGCHLD: so that the kernel reaps the helpers. */
	static const int ignored[] = { SIGPIPE, SIGCHLD, SIGINT,  SIGTERM,
				       SIGHUP,  SIGQUIT, SIGUSR1, SIGUSR2 };

	for (size_t i = 0; i < ARRAY_COUNT(ignored); i++)
		(void)signal(ignored[i], SIG_IGN);
}

/* Where others come to us. */
must_check static int open_ports(struct network *network,
				 const struct options *options,
				 struct error *err)
{
	for (size_t i = 0; i < options->port_count; i++) {
		int number =
			publish_add(&network->publish, &options->ports[i], err);

		if (number < 0 ||
		    publish_open(&network->publish, (size_t)number, err) < 0)
			return -err->code;
	}
	if (!options->api_socket)
		return 0;
	network->clients.listen = clients_listen(options->api_socket, err);
	return network->clients.listen < 0 ? -err->code : 0;
}

/* Everything that can be done before there is a container. Gets the socket to
 * the router's helper into @ret_helper.
 */
must_check static int prepare(struct network *network,
			      const struct options *options, int *ret_helper,
			      struct error *err)
{
	const struct stack_settings stack = {
		.mtu = options->mtu,
		.ipv6 = !options->no_ipv6,
		.host_loopback = options->host_loopback,
	};
	const struct router_settings router = {
		.mtu = options->mtu,
		.ipv6 = !options->no_ipv6,
	};
	bool own_dns = options->dns.count > 0;

	if (open_ports(network, options, err) < 0)
		return -err->code;
	network->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (network->epoll < 0)
		return error_set(err, errno, "make an epoll");
	network->dns.epoll = network->stack.epoll = network->lane.epoll =
		network->publish.epoll = network->clients.epoll =
			network->epoll;
	network->stack.nat = &network->nat;
	network->stack.servers = &network->dns.servers;
	if (stack_init(&network->stack, &stack, err) < 0 ||
	    router_start(&router, ret_helper, err) < 0)
		return -err->code;
	network->dns.servers = own_dns ? options->dns : watch_read();
	if (!own_dns &&
	    watch_start(&network->dns.servers, &network->watch, err) < 0)
		return error_wrap(err, "watch /etc/resolv.conf");
	if (isolate_from_host(err) < 0)
		return -err->code;
	return confine_network(STACK_FDS_MAX, err);
}

/* Wait for "start". Return: 1; 0: the launcher has gone; negative errno */
must_check static int wait_for_start(int control, int *fds, struct error *err)
{
	static const char start[] = "start";
	char text[sizeof(start)];
	ssize_t size =
		fd_receive(control, text, sizeof(text), fds, START_COUNT);

	if (size == 0)
		return 0;
	if (size < 0)
		return error_set(err, (int)-size, "receive from the launcher");
	if (size != sizeof(start) - 1 ||
	    memcmp(text, start, sizeof(start) - 1) != 0 || fds[START_INIT] < 0)
		return error_say(
			err, EPROTO,
			"the launcher sent something else than a start");
	return 1;
}

/* The helper is the lane's afterwards. */
must_check static int connect_container(struct network *network, int *helper,
					const int *fds, struct error *err)
{
	struct router router;
	int flags;

	if (router_request(*helper, fds[START_USERNS], fds[START_NETNS],
			   &router, err) < 0)
		return -err->code;
	network->tun = router.tun;
	network->dns.tun = network->stack.tun = network->lane.tun = router.tun;
	if (!router.lane.code) {
		network->lane.pool.helper = steal_fd(helper);
		if (lane_start(&network->lane, err) < 0)
			return -err->code;
	}
	network->init = fds[START_INIT];
	/* Nobody who sends requests may keep the network waiting. */
	flags = fcntl(network->control, F_GETFL);
	if (flags < 0 ||
	    fcntl(network->control, F_SETFL, flags | O_NONBLOCK) < 0)
		return error_set(err, errno, "prepare the control socket");
	stack_start(&network->stack, network->rules.ipv6);
	if (ports_start(network, err) < 0)
		return -err->code;
	return loop_add_sources(network, err);
}

/* Return: 1: the network is there; 0: not wanted any more; negative errno */
must_check static int start(struct network *network,
			    const struct options *options, struct error *err)
{
	auto_close int helper = -1;
	int fds[START_COUNT];
	int result = prepare(network, options, &helper, err);

	/* The launcher hears of it when it expects an answer. */
	if (result < 0) {
		struct error ignored;

		(void)!wait_for_start(network->control, fds, &ignored);
		return result;
	}
	result = wait_for_start(network->control, fds, err);
	if (result <= 0)
		return result;
	result = connect_container(network, &helper, fds, err);
	close(fds[START_USERNS]);
	close(fds[START_NETNS]);
	return result < 0 ? result : 1;
}

static struct network *network_new(const struct options *options)
{
	struct network *network = xcalloc(1, sizeof(*network));

	network->tun = network->init = network->watch = -1;
	network->lane.pool.helper = network->clients.listen = -1;
	network->lane.ipv6 = !options->no_ipv6;
	network->control = options->control_fd;
	network->rules.host_loopback = options->host_loopback;
	network->rules.ipv6 = !options->no_ipv6;
	network->dns.mtu = options->mtu;
	network->dns.ipv6 = !options->no_ipv6;
	return network;
}

/* Tell the launcher that the network runs, or why it doesn't. */
static void answer(int control, const struct error *err)
{
	/* A launcher that has died has no use for it. */
	(void)!fd_send(control, err, sizeof(*err), NULL, 0);
}

static int run(const struct options *options)
{
	struct network *network = network_new(options);
	struct error err = { 0 };
	int result = start(network, options, &err);

	if (result < 0)
		answer(network->control, &err);
	if (result <= 0)
		return result < 0 ? EXIT_HOLT : EXIT_SUCCESS;
	err = (struct error){ 0 };
	answer(network->control, &err);
	loop_run(network);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err = { 0 };

	(void)argc;
	if (getauxval(AT_SECURE))
		(void)error_say(&err, EPERM, "refusing to run set-user-id");
	else if (options_parse(argv, &options, &err) == 0 && !options.help &&
		 leave_caller(options.control_fd, &err) == 0) {
		/* Nothing in there is for us; libslirp and GLib look. */
		(void)clearenv();
		ignore_signals();
		/* Not by return: what libraries do at the end isn't allowed. */
		_exit(run(&options));
	}
	if (err.code)
		return error_print("holt-net", &err);
	return fputs(options_help(), stdout) < 0 ? EXIT_HOLT : EXIT_SUCCESS;
}
