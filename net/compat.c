// SPDX-License-Identifier: Apache-2.0
#include "net/compat.h"

#include <fcntl.h>
#include <getopt.h>
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
#include "net/loop.h"
#include "net/setup.h"

#define PROGRAM "slirp4netns"

enum { MTU_USUAL = 1500, FD_MAX = 65535, PID_LIMIT = 1 << 22 };

struct compat {
	struct options options;
	struct router_settings router;
	bool is_help, is_version;
	bool is_path;          /* @target is one, not the number of a process */
	const char *target;    /* PID or PATH */
	const char *userns;    /* path, NULL: none was given */
	int ready_fd, exit_fd; /* -1: none */
};

/* Those without a letter. */
enum { NO_HOST = 256, NETNS_TYPE, USERNS, TARGET_TYPE, ALWAYS };

static const struct option choices[] = {
	{ "configure", no_argument, NULL, 'c' },
	{ "exit-fd", required_argument, NULL, 'e' },
	{ "ready-fd", required_argument, NULL, 'r' },
	{ "mtu", required_argument, NULL, 'm' },
	{ "enable-ipv6", no_argument, NULL, '6' },
	{ "api-socket", required_argument, NULL, 'a' },
	{ "disable-host-loopback", no_argument, NULL, NO_HOST },
	{ "netns-type", required_argument, NULL, NETNS_TYPE },
	{ "userns-path", required_argument, NULL, USERNS },
	{ "target-type", required_argument, NULL, TARGET_TYPE },
	{ "enable-sandbox", no_argument, NULL, ALWAYS },
	{ "enable-seccomp", no_argument, NULL, ALWAYS },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ 0 },
};

static const char help[] =
	"Usage: " PROGRAM " [OPTION]... PID|PATH [INTERFACE]\n"
	"The network of the process PID, or of the namespace at PATH, made by holt-net.\n"
	"\n"
	"  -c, --configure            bring the interface up, with address and route\n"
	"  -e, --exit-fd=FD           end when FD is closed\n"
	"  -r, --ready-fd=FD          write 1 to FD when the network runs\n"
	"  -m, --mtu=MTU              size of packets in bytes (1500)\n"
	"  -6, --enable-ipv6          IPv6 too\n"
	"  -a, --api-socket=PATH      take requests there, see holt-net(1)\n"
	"  --disable-host-loopback    10.0.2.2 isn't the host's loopback\n"
	"  --netns-type=pid|path      what is given (pid)\n"
	"  --userns-path=PATH         user namespace that the network belongs to\n"
	"  --target-type=netns        the only one there is\n"
	"  --enable-sandbox           always so\n"
	"  --enable-seccomp           always so\n"
	"  -h, --help                 print this\n"
	"  -v, --version              print the version\n";

bool compat_is_meant(const char *program)
{
	const char *slash = program ? strrchr(program, '/') : NULL;

	return program && strcmp(slash ? slash + 1 : program, PROGRAM) == 0;
}

must_check static int read_fd(const char *what, const char *value, int *ret,
			      struct error *err)
{
	uint64_t fd;

	if (parse_number(value, FD_MAX, &fd) < 0 ||
	    fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
		return error_say(err, EBADF, "%s: '%s' is no open descriptor",
				 what, value);
	*ret = (int)fd;
	return 0;
}

must_check static int read_mtu(const char *value, struct compat *ret,
			       struct error *err)
{
	uint64_t mtu;

	if (parse_number(value, MTU_MAX + 1, &mtu) < 0 || mtu < MTU_MIN)
		return error_say(err, EINVAL,
				 "--mtu: '%s' is not a number from %d to %d",
				 value, MTU_MIN, MTU_MAX);
	/* slirp4netns takes one more. */
	ret->options.mtu = mtu > MTU_MAX ? MTU_MAX : (uint32_t)mtu;
	return 0;
}

must_check static int read_word(const char *what, const char *value,
				const char *yes, const char *no, bool *ret,
				struct error *err)
{
	*ret = strcmp(value, yes) == 0;
	if (*ret || strcmp(value, no) == 0)
		return 0;
	return error_say(err, EINVAL, "%s: '%s' is not supported", what, value);
}

must_check static int read_option(int choice, const char *value,
				  struct compat *ret, struct error *err)
{
	bool ignored;

	switch (choice) {
	case 'c':
		ret->router.is_bare = false;
		return 0;
	case 'e':
		return read_fd("--exit-fd", value, &ret->exit_fd, err);
	case 'r':
		return read_fd("--ready-fd", value, &ret->ready_fd, err);
	case 'm':
		return read_mtu(value, ret, err);
	case '6':
		ret->options.no_ipv6 = false;
		return 0;
	case 'a':
		ret->options.api_socket = value;
		return 0;
	case NO_HOST:
		ret->options.host_loopback = false;
		return 0;
	case NETNS_TYPE:
		return read_word("--netns-type", value, "path", "pid",
				 &ret->is_path, err);
	case USERNS:
		ret->userns = value;
		return 0;
	case TARGET_TYPE:
		return read_word("--target-type", value, "netns", "netns",
				 &ignored, err);
	case 'h':
		ret->is_help = true;
		return 0;
	case 'v':
		ret->is_version = true;
		return 0;
	case ALWAYS:
		return 0;
	default:
		return error_say(err, EINVAL, "see '" PROGRAM " --help'");
	}
}

must_check static int read_operands(char *const *words, int count,
				    struct compat *ret, struct error *err)
{
	uint64_t pid;

	if (ret->is_help || ret->is_version)
		return 0;
	if (count < 1 || count > 2)
		return error_say(
			err, EINVAL,
			"give PID or PATH, and the name of the interface");
	ret->target = words[0];
	if (!ret->is_path &&
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
	int choice;

	*ret = (struct compat){
		.options = { .control_fd = -1,
			     .mtu = MTU_USUAL,
			     .host_loopback = true,
			     .no_ipv6 = true },
		.router.is_bare = true,
		.ready_fd = -1,
		.exit_fd = -1,
	};
	while ((choice = getopt_long(argc, argv, "ce:r:m:6a:hv", choices,
				     NULL)) >= 0)
		if (read_option(choice, optarg, ret, err) < 0)
			return -err->code;
	ret->router.mtu = ret->options.mtu;
	ret->router.ipv6 = !ret->options.no_ipv6;
	return read_operands(argv + optind, argc - optind, ret, err);
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
		compat->is_path ? xstrdup(compat->target)
				: xasprintf("/proc/%s/ns/net", compat->target);
	auto_free char *user = compat->userns    ? xstrdup(compat->userns)
			       : compat->is_path ? NULL
						 : xasprintf("/proc/%s/ns/user",
							     compat->target);
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

	network->init = compat->exit_fd;
	if (open_target(compat, &userns, &netns, err) < 0 ||
	    setup_prepare(network, &compat->options, &compat->router, &helper,
			  err) < 0)
		return -err->code;
	return setup_connect(network, &helper, userns, netns, err);
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

	if (parse(argc, argv, &compat, &err) < 0)
		return fail(&err);
	if (compat.is_help || compat.is_version)
		return fputs(compat.is_help ? help
					    : "holt-net version " HOLT_VERSION
					      "\n",
			     stdout) < 0;
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
