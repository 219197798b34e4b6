// SPDX-License-Identifier: Apache-2.0
/* What a test does from within a container, where a shell can't: raw system
 * calls and what comes of them. Static, so that it runs in any root.
 *
 *   inside calls               try what a filter is there to refuse
 *   inside descriptors         what is open, one number a line
 *   inside type TEXT           put TEXT into the terminal's input (TIOCSTI)
 *   inside write-exe PID       write to /proc/PID/exe, in every way there is
 *   inside pry PID             say by which ways we get into another process
 *   inside swap A B            exchange two names over and over, until killed
 *   inside with-key NAME COMMAND [ARGUMENT]...
 *                              run it in a session that has the key NAME
 *   inside say SOCKET TEXT     send TEXT, one datagram, to a UNIX socket
 *   inside find-key NAME       look for that key in our session
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define HIGH 0x100000000UL

/* Arguments are what they are on the wire: pointers of 0 are fine, for a call
 * that gets past the filter fails in the kernel with something else.
 */
static const struct call {
	const char *name;
	long number;
	unsigned long arguments[6];
} calls[] = {
	{ "add_key", SYS_add_key, { 0 } },
	{ "bpf", SYS_bpf, { 0 } },
	{ "clone-newuser", SYS_clone, { CLONE_NEWUSER | SIGCHLD } },
	{ "clone3", SYS_clone3, { 0 } },
	{ "fsopen", SYS_fsopen, { 0 } },
	{ "fsmount", SYS_fsmount, { 0 } },
	{ "init_module", SYS_init_module, { 0 } },
	{ "io_uring_setup", SYS_io_uring_setup, { 1 } },
	{ "ioctl-tiocsti", SYS_ioctl, { 99, 0x5412 } },
	{ "ioctl-tiocsti-high", SYS_ioctl, { 99, HIGH | 0x5412 } },
	{ "ioctl-tioclinux", SYS_ioctl, { 99, 0x541c } },
	{ "kexec_load", SYS_kexec_load, { 0 } },
	{ "keyctl", SYS_keyctl, { KEYCTL_GET_KEYRING_ID, 0, 0 } },
	{ "mount", SYS_mount, { 0 } },
	{ "mount_setattr", SYS_mount_setattr, { 0 } },
	{ "move_mount", SYS_move_mount, { 0 } },
	{ "name_to_handle_at", SYS_name_to_handle_at, { 0 } },
	{ "open_by_handle_at", SYS_open_by_handle_at, { 0 } },
	{ "open_tree", SYS_open_tree, { 0 } },
	{ "perf_event_open", SYS_perf_event_open, { 0 } },
	{ "personality-high", SYS_personality, { 0x20000 | 0x0040000 } },
	{ "pivot_root", SYS_pivot_root, { 0 } },
	{ "quotactl", SYS_quotactl, { 0 } },
	{ "reboot", SYS_reboot, { 0 } },
	{ "request_key", SYS_request_key, { 0 } },
	{ "setns", SYS_setns, { 99, 0 } },
	{ "swapon", SYS_swapon, { 0 } },
	{ "syslog", SYS_syslog, { 3 } },
	{ "umount2", SYS_umount2, { 0 } },
	{ "unshare-newns", SYS_unshare, { CLONE_NEWNS } },
	{ "unshare-newuser", SYS_unshare, { CLONE_NEWUSER } },
	{ "userfaultfd", SYS_userfaultfd, { 0 } },
	{ "socket-alg", SYS_socket, { AF_ALG, SOCK_SEQPACKET } },
	{ "socket-alg-high", SYS_socket, { HIGH | AF_ALG, SOCK_SEQPACKET } },
	{ "socket-key", SYS_socket, { AF_KEY, SOCK_RAW, 2 } },
	{ "socket-packet", SYS_socket, { AF_PACKET, SOCK_RAW } },
	{ "socket-rxrpc", SYS_socket, { AF_RXRPC, SOCK_DGRAM } },
	{ "socket-vsock", SYS_socket, { AF_VSOCK, SOCK_STREAM } },
	{ "socket-vsock-high", SYS_socket, { HIGH | AF_VSOCK, SOCK_STREAM } },
	{ "socket-xdp", SYS_socket, { AF_XDP, SOCK_RAW } },
	{ "socket-audit", SYS_socket, { AF_NETLINK, SOCK_RAW, 9 } },
	{ "socket-audit-high", SYS_socket, { AF_NETLINK, SOCK_RAW, HIGH | 9 } },
	{ "socket-inet", SYS_socket, { AF_INET, SOCK_STREAM } },
	{ "socket-inet6", SYS_socket, { AF_INET6, SOCK_DGRAM } },
	{ "socket-route", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
	{ "socket-unix", SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ "unknown", 5000, { 0 } },
	{ "x32-getpid", 0x40000000 | SYS_getpid, { 0 } },
};

/* In a process of its own: some would change or end us. */
static void try_call(const struct call *call)
{
	const unsigned long *a = call->arguments;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		pid_t self = getpid();
		long result = syscall(call->number, a[0], a[1], a[2], a[3],
				      a[4], a[5]);

		if (getpid() != self)
			_exit(0); /* the child of a clone that worked */
		printf("%s %s\n", call->name,
		       result < 0 ? strerrorname_np(errno) : "allowed");
		fflush(stdout);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) == pid && WIFSIGNALED(status))
		printf("%s %s\n", call->name, sigabbrev_np(WTERMSIG(status)));
}

/* By the old gate of 32-bit programs, which a filter may have forgotten. */
static void try_old_gate(void)
{
#ifdef __x86_64__
	long result = 20; /* getpid(2) there */
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
		printf("i386-getpid %s\n",
		       result < 0 ? strerrorname_np((int)-result) : "allowed");
		fflush(stdout);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) == pid && WIFSIGNALED(status))
		printf("i386-getpid %s\n", sigabbrev_np(WTERMSIG(status)));
#endif
}

static int calls_run(char **words)
{
	(void)words;
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		try_call(&calls[i]);
	try_old_gate();
	return 0;
}

static int descriptors_run(char **words)
{
	(void)words;
	for (int fd = 0; fd < 65536; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("%d\n", fd);
	return 0;
}

/* With the plain request number and with bits above it that only a filter may
 * see, on every descriptor and on the terminal that is ours.
 */
static int type_run(char **words)
{
	const int fds[] = { 0, 1, 2, open("/dev/tty", O_RDWR) };
	int typed = 0;

	for (size_t i = 0; i < 4; i++)
		for (const char *c = words[0]; *c; c++)
			typed += syscall(SYS_ioctl, fds[i], 0x5412, c) == 0 ||
				 syscall(SYS_ioctl, fds[i], HIGH | 0x5412, c) ==
					 0;
	printf("typed %d\n", typed);
	return 0;
}

static int write_to(int fd)
{
	static const char text[] = "overwritten";

	return fd >= 0 && pwrite(fd, text, sizeof(text), 0) > 0;
}

static int write_exe_run(char **words)
{
	char path[64], again[64];
	int done = 0;

	(void)snprintf(path, sizeof(path), "/proc/%s/exe", words[0]);
	for (int i = 0; i < 2000; i++) {
		int handle = open(path, O_PATH);

		(void)snprintf(again, sizeof(again), "/proc/self/fd/%d",
			       handle);
		done += write_to(open(path, O_WRONLY));
		done += write_to(open(again, O_WRONLY));
		done += truncate(path, 0) == 0;
		if (handle >= 0)
			close(handle);
	}
	printf("written %d\n", done);
	return 0;
}

/* Looking, reading and taking over: a line for each that is allowed. */
static int pry_run(char **words)
{
	static const struct {
		const char *name;
		int flags;
	} files[] = {
		{ "cwd", O_PATH },        { "environ", O_RDONLY },
		{ "exe", O_RDONLY },      { "fd", O_RDONLY | O_DIRECTORY },
		{ "fd/0", O_PATH },       { "fd/3", O_PATH },
		{ "maps", O_RDONLY },     { "map_files", O_RDONLY },
		{ "mem", O_RDWR },        { "ns/mnt", O_RDONLY },
		{ "root", O_PATH },       { "stack", O_RDONLY },
		{ "root/etc", O_RDONLY },
	};
	pid_t pid = atoi(words[0]);
	char path[64], text[256] = "", byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid,
			       files[i].name);
		if (open(path, files[i].flags) >= 0)
			printf("%s\n", files[i].name);
		memset(text, 0, sizeof(text));
		if (readlink(path, text, sizeof(text) - 1) > 0)
			printf("%s is %s\n", files[i].name, text);
	}
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0 ||
	    errno == EFAULT)
		puts("memory");
	if (syscall(SYS_pidfd_getfd, pidfd, 0, 0) >= 0)
		puts("descriptor");
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0)
		puts("ptrace");
	printf("pidfd %s\n", pidfd >= 0 ? "opened" : "not opened");
	return 0;
}

static int swap_run(char **words)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return 1;
	for (;;)
		if (renameat2(AT_FDCWD, words[0], AT_FDCWD, words[1],
			      RENAME_EXCHANGE) < 0)
			return 1;
}

static int with_key_run(char **words)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ||
	    syscall(SYS_add_key, "user", words[0], "x", 1,
		    KEY_SPEC_SESSION_KEYRING) < 0) {
		perror("add a key");
		return 1;
	}
	execvp(words[1], words + 1);
	perror(words[1]);
	return 1;
}

static int say_run(char **words)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_DGRAM, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		       words[0]);
	if (sendto(sock, words[1], strlen(words[1]), 0,
		   (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror(words[0]);
		return 1;
	}
	return 0;
}

static int find_key_run(char **words)
{
	long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING,
			   "user", words[0], 0);

	puts(key < 0 ? strerrorname_np(errno) : "found");
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int words;
		int (*run)(char **words);
	} commands[] = {
		{ "calls", 0, calls_run },
		{ "descriptors", 0, descriptors_run },
		{ "type", 1, type_run },
		{ "write-exe", 1, write_exe_run },
		{ "pry", 1, pry_run },
		{ "swap", 2, swap_run },
		{ "say", 2, say_run },
		{ "find-key", 1, find_key_run },
	};

	if (argc > 3 && !strcmp(argv[1], "with-key"))
		return with_key_run(argv + 2);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc == 2 + commands[i].words &&
		    !strcmp(argv[1], commands[i].name))
			return commands[i].run(argv + 2);
	(void)fprintf(stderr, "inside: see the top of inside.c\n");
	return 2;
}
