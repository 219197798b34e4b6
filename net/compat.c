// SPDX-License-Identifier: Apache-2.0
#include "net/compat.h"

#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"
#include "command/help.h"
#include "command/list.h"
#include "net/loop.h"
#include "net/setup.h"

#define PROGRAM "slirp4netns"

enum { MTU_USUAL = 1500, FD_MAX = 65535, PID_LIMIT = 1 << 22 };

enum netns_type { NETNS_PID, NETNS_PATH };

struct compat {
	struct options options;
	struct router_settings router;
	bool configure, no_host_loopback, version, always;
	unsigned int netns_type, target_type;
	const char *target;    /* PID or PATH */
	const char *userns;    /* path, NULL: none was given */
	int ready_fd, exit_fd; /* -1: none */
};

static int parse_fd(const struct option_row *row, const char *value,
		    void *field, struct error *err)
{
	uint64_t fd;

	(void)row;
	if (parse_number(value, FD_MAX, &fd) < 0 ||
	    fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
		return error_say(err, EBADF, "'%s' is no open descriptor",
				 value);
	*(int *)field = (int)fd;
	return 0;
}

static const struct option_row rows[] = {
	{
		.name = "configure",
		.letter = 'c',
		.help = "bring the interface up, with addresses and routes",
		OPTION_FIELD(struct compat, configure),
	},
	{
		.name = "exit-fd",
		.letter = 'e',
		.value = "FD",
		.help = "end when FD is closed at its other end",
		OPTION_PARSED(struct compat, exit_fd, parse_fd),
	},
	{
		.name = "ready-fd",
		.letter = 'r',
		.value = "FD",
		.help = "write 1 to FD when the network runs",
		OPTION_PARSED(struct compat, ready_fd, parse_fd),
	},
	{
		.name = "mtu",
		.letter = 'm',
		.value = "MTU",
		.help = "size of packets in bytes, 1500 if not given",
		OPTION_PARSED(struct compat, options.mtu, options_parse_mtu),
	},
	{
		.name = "enable-ipv6",
		.letter = '6',
		.help = "IPv6 too",
		OPTION_FIELD(struct compat, router.ipv6),
	},
	{
		.name = "api-socket",
		.letter = 'a',
		.value = "PATH",
		.help = "take requests there, see holt-net(1)",
		OPTION_FIELD(struct compat, options.api_socket),
	},
	{
		.name = "disable-host-loopback",
		.help = "10.0.2.2 isn't the host's loopback",
		OPTION_FIELD(struct compat, no_host_loopback),
	},
	{
		.name = "netns-type",
		.value = "TYPE",
		.strict = true,
		.values = OPTION_VALUES("pid", "path"),
		.help = "what is given: pid or path",
		OPTION_FIELD(struct compat, netns_type),
	},
	{
		.name = "userns-path",
		.value = "PATH",
		.help = "user namespace that the network belongs to",
		OPTION_FIELD(struct compat, userns),
	},
	{
		.name = "target-type",
		.value = "TYPE",
		.strict = true,
		.values = OPTION_VALUES("netns"),
		.help = "netns, the only one there is",
		OPTION_FIELD(struct compat, target_type),
	},
	{
		.name = "enable-sandbox",
		.help = "always so",
		OPTION_FIELD(struct compat, always),
	},
	{
		.name = "enable-seccomp",
		.help = "always so",
		OPTION_FIELD(struct compat, always),
	},
	{
		.name = "version",
		.letter = 'v',
		.help = "print the version",
		OPTION_FIELD(struct compat, version),
	},
	{ 0 },
};

static const struct command command = {
	.program = PROGRAM,
	.synopsis = "[OPTION]... PID|PATH [INTERFACE]",
	.summary =
		"The network of a process, or of the namespace at PATH, by holt-net",
	.options = rows,
	.options_anywhere = true,
};

bool compat_is_meant(const char *program)
{
	const char *slash = program ? strrchr(program, '/') : NULL;

	return program && strcmp(slash ? slash + 1 : program, PROGRAM) == 0;
}

must_check static int read_operands(char *const *words, int count,
				    struct compat *ret, struct error *err)
{
	uint64_t pid;

	if (count < 1 || count > 2)
		return error_say(
			err, EINVAL,
			"give PID or PATH, and the name of the interface");
	ret->target = words[0];
	if (ret->netns_type == NETNS_PID &&
	    (parse_number(ret->target, PID_LIMIT, &pid) < 0 || !pid))
		return error_say(err, EINVAL, "'%s' is no number of a process",
				 ret->target);
	ret->router.interface = count == 2 ? words[1] : TAP_NAME;
	if (!*ret->router.interface ||
	    strlen(ret->router.interface) >= IFNAMSIZ ||
	    strpbrk(ret->router.interface, "/: \t\n%"))
		return error_say(err, EINVAL, "'%s' is no name of an interface",
				 ret->router.interface);
	return 0;
}

must_check static int parse(int argc, char **argv, struct compat *ret,
			    struct error *err)
{
	int first;

	*ret = (struct compat){
		.options = options_none(),
		.ready_fd = -1,
		.exit_fd = -1,
	};
	ret->options.mtu = MTU_USUAL;
	first = options_parse(&command, argc, argv, ret, err);
	if (first < 0)
		return first;
	ret->options.host_loopback = !ret->no_host_loopback;
	ret->options.no_ipv6 = !ret->router.ipv6;
	ret->router.mtu = ret->options.mtu;
	ret->router.is_bare = !ret->configure;
	return ret->version
		       ? 0
		       : read_operands(argv + first, argc - first, ret, err);
}

must_check static int open_namespace(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

/* The user namespace that we are in can't be entered once more. */
static bool is_our_own(int userns)
{
	struct stat ours, theirs;

	return stat("/proc/self/ns/user", &ours) == 0 &&
	       fstat(userns, &theirs) == 0 && ours.st_ino == theirs.st_ino;
}

must_check static int open_target(const struct compat *compat, int *ret_userns,
				  int *ret_netns, struct error *err)
{
	auto_free char *net =
		compat->netns_type == NETNS_PATH
			? xstrdup(compat->target)
			: xasprintf("/proc/%s/ns/net", compat->target);
	auto_free char *user =
		compat->userns ? xstrdup(compat->userns)
		: compat->netns_type == NETNS_PATH
			? NULL
			: xasprintf("/proc/%s/ns/user", compat->target);
	auto_close int netns = open_namespace(net, err);
	auto_close int userns =
		netns < 0 || !user ? -1 : open_namespace(user, err);

	if (netns < 0 || (user && userns < 0))
		return -err->code;
	*ret_userns =
		userns >= 0 && !is_our_own(userns) ? steal_fd(&userns) : -1;
	*ret_netns = steal_fd(&netns);
	return 0;
}

must_check static int start(struct network *network,
			    const struct compat *compat, struct error *err)
{
	auto_close int userns = -1;
	auto_close int netns = -1;
	auto_close int helper = -1;
	struct error ignored = { 0 };

	network->init = compat->exit_fd;
	if (open_target(compat, &userns, &netns, err) < 0 ||
	    router_start(&compat->router, &helper, err) < 0 ||
	    router_request(helper, userns, netns, err) < 0 ||
	    setup_prepare(network, &compat->options, &ignored, err) < 0)
		return -err->code;
	return setup_connect(network, &helper,
			     &(struct setup_container){ .userns = userns,
							.netns = netns,
							.launcher = -1 },
			     err);
}

/* Whoever reads our output to its end needn't wait for ours. */
static void leave_output(int null)
{
	for (int fd = 0; fd < 3; fd++)
		(void)dup2(null, fd);
	close(null);
}

static void tell_ready(int fd)
{
	if (fd < 0)
		return;
	(void)!write(fd, "1", 1);
	close(fd);
}

static int fail(const struct error *err)
{
	(void)error_print(PROGRAM, err);
	return EXIT_FAILURE;
}

int compat_main(int argc, char **argv)
{
	struct compat compat;
	struct error err = { 0 };
	struct network *network;
	int null;

	if (command_wants_help(&command, argc, argv)) {
		help_command(stdout, &command);
		return fflush(stdout) != 0;
	}
	if (parse(argc, argv, &compat, &err) < 0)
		return fail(&err);
	if (compat.version)
		return puts("holt-net version " HOLT_VERSION) < 0;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0) {
		(void)error_set(&err, errno, "open /dev/null");
		return fail(&err);
	}
	(void)clearenv();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN);
	network = setup_new(&compat.options);
	/* Not by return: what libraries do at the end isn't allowed. */
	if (start(network, &compat, &err) < 0)
		_exit(fail(&err));
	leave_output(null);
	tell_ready(compat.ready_fd);
	loop_run(network);
	_exit(EXIT_SUCCESS);
}
