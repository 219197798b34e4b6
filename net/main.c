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
 *    and its init's pidfd (and sockets, for the bypass and one that listens for
 *    requests, if there are), have the router made, answer with a struct error;
 * 6. be the network until the container's init has ended, whatever else
 *    happens: it has its own session and ignores what a terminal sends.
 *
 * When it dies before that the launcher starts another in its place (--again),
 * with the same namespaces; what that has to know is in keep.h. It ends itself
 * when a helper of its has died, for it can't fork any more.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/exit.h"
#include "base/fd.h"
#include "command/help.h"
#include "command/list.h"
#include "net/compat.h"
#include "net/confine.h"
#include "net/loop.h"
#include "net/setup.h"

/* What the launcher sends with "start". For --wire it is the shared network's
 * namespace and the container's.
 */
enum {
	START_USERNS,
	START_NETNS,
	START_INIT,
	START_BYPASS,
	START_REQUESTS,
	START_COUNT
};
enum { WIRE_SHARED, WIRE_CONTAINER, WIRE_COUNT };

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
	/* SIGCHLD: so that the kernel reaps the helpers. SIGXFSZ: to write is
	 * an error then.
	 */
	static const int ignored[] = { SIGPIPE, SIGCHLD, SIGINT,
				       SIGTERM, SIGHUP,  SIGQUIT,
				       SIGUSR1, SIGUSR2, SIGXFSZ };

	for (size_t i = 0; i < ARRAY_COUNT(ignored); i++)
		(void)signal(ignored[i], SIG_IGN);
}

/* Wait for "start" and its descriptors, of which the first @needed must be
 * there and @count may be. Return: 1; 0: the launcher has gone; negative errno
 */
must_check static int wait_for_start(int control, int *fds, size_t needed,
				     size_t count, struct error *err)
{
	static const char start[] = "start";
	char text[sizeof(start)];
	ssize_t size = fd_receive(control, text, sizeof(text), fds, count);

	if (size == 0)
		return 0;
	if (size < 0)
		return error_set(err, (int)-size, "receive from the launcher");
	if (size != sizeof(start) - 1 ||
	    memcmp(text, start, sizeof(start) - 1) != 0 || fds[needed - 1] < 0)
		return error_say(
			err, EPROTO,
			"the launcher sent something else than a start");
	return 1;
}

must_check static int connect_container(struct network *network, int *helper,
					const int *fds, struct error *err)
{
	/* Nobody who sends requests may keep the network waiting. */
	int flags = fcntl(network->control, F_GETFL);

	if (flags < 0 ||
	    fcntl(network->control, F_SETFL, flags | O_NONBLOCK) < 0)
		return error_set(err, errno, "prepare the control socket");
	network->init = fds[START_INIT];
	if (router_request(*helper, fds[START_USERNS], fds[START_NETNS], err) <
	    0)
		return -err->code;
	if (network->clients.listen < 0)
		network->clients.listen = fds[START_REQUESTS];
	return setup_connect(
		network, helper,
		&(struct setup_container){ .userns = fds[START_USERNS],
					   .netns = fds[START_NETNS],
					   .launcher = fds[START_BYPASS] },
		err);
}

/* Return: 1: the network is there; 0: not wanted any more; negative errno */
must_check static int start(struct network *network,
			    const struct options *options,
			    struct error *ret_lost, struct error *err)
{
	const struct router_settings router = {
		.mtu = options->mtu,
		.ipv6 = !options->no_ipv6,
		.interface = TAP_NAME,
		.is_again = options->is_again,
	};
	auto_close int helper = -1;
	int fds[START_COUNT];
	int result = router_start(&router, &helper, err);

	if (result == 0)
		result = setup_prepare(network, options, ret_lost, err);
	/* The launcher hears of it when it expects an answer. */
	if (result < 0) {
		struct error ignored;

		(void)!wait_for_start(network->control, fds, START_BYPASS,
				      START_COUNT, &ignored);
		return result;
	}
	result = wait_for_start(network->control, fds, START_BYPASS,
				START_COUNT, err);
	if (result <= 0)
		return result;
	result = connect_container(network, &helper, fds, err);
	close(fds[START_USERNS]);
	close(fds[START_NETNS]);
	cleanup_close(&fds[START_BYPASS]);
	return result < 0 ? result : 1;
}

/* Tell the launcher that the network runs, or why it doesn't. */
static void answer(int control, const struct error *err)
{
	/* A launcher that has died has no use for it. */
	(void)!fd_send(control, err, sizeof(*err), NULL, 0);
}

/* All that is wanted is an interface. */
static int wire(const struct options *options)
{
	struct error err = { 0 };
	int fds[WIRE_COUNT];
	int result = wait_for_start(options->control_fd, fds, WIRE_COUNT,
				    WIRE_COUNT, &err);

	if (result > 0)
		result = wire_make(&options->wire, fds[WIRE_SHARED],
				   fds[WIRE_CONTAINER], &err);
	answer(options->control_fd, &err);
	return result < 0 ? EXIT_HOLT : EXIT_SUCCESS;
}

static int run(const struct options *options)
{
	struct network *network = setup_new(options);
	struct error err = { 0 }, lost = { 0 };
	int result = start(network, options, &lost, &err);

	if (result < 0)
		answer(network->control, &err);
	if (result <= 0)
		return result < 0 ? EXIT_HOLT : EXIT_SUCCESS;
	/* It runs: what is lost is no more than a text. */
	lost.code = 0;
	answer(network->control, &lost);
	loop_run(network);
	return EXIT_SUCCESS;
}

must_check static int parse(int argc, char **argv, struct options *ret,
			    struct error *err)
{
	int first;

	*ret = options_none();
	first = options_parse(&options_command, argc, argv, ret, err);
	if (first < 0)
		return first;
	if (first < argc)
		return error_say(err, EINVAL, "unknown argument '%s'",
				 argv[first]);
	if (ret->control_fd < 0)
		return error_say(
			err, EINVAL,
			"--control-fd is missing; this program is started by holt");
	options_finish(ret);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err = { 0 };

	if (getauxval(AT_SECURE)) {
		(void)error_say(&err, EPERM, "refusing to run set-user-id");
		return error_print("holt-net", &err);
	}
	if (compat_is_meant(argv[0]))
		return compat_main(argc, argv);
	if (command_wants_help(&options_command, argc, argv)) {
		help_command(stdout, &options_command);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_HOLT;
	}
	if (parse(argc, argv, &options, &err) < 0)
		return error_print("holt-net", &err);
	ignore_signals();
	if (options.keep_fd >= 0)
		options.keep = keep_open(options.keep_fd, options.is_again);
	if (leave_caller(options.control_fd, &err) < 0)
		return error_print("holt-net", &err);
	/* Nothing in there is for us; libslirp and GLib look. */
	(void)clearenv();
	/* Not by return: what libraries do at the end isn't allowed. */
	_exit(options.wire.interface ? wire(&options) : run(&options));
}
