// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/worker/confine.h"
#include "scratch.h"

#ifdef __SANITIZE_ADDRESS__
/* The sanitizer's own calls are in no list, so none is loaded. */
enum { HAS_FILTER = 0 };
#else
enum { HAS_FILTER = 1 };
#endif

static char outside[] = "/etc/hostname";

static long opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd;
}

static long try_exec(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	return execv("/bin/true", argv);
}

static long try_fork(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long try_elsewhere(void)
{
	return opens("/var", O_RDONLY | O_DIRECTORY);
}

static long try_outside(void)
{
	return opens(outside, O_RDONLY);
}

static long try_write_etc(void)
{
	return opens("/etc/holt-was-here", O_WRONLY | O_CREAT);
}

static long try_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long try_packets(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
}

static long try_ptrace(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
}

static long try_kill(void)
{
	return kill(getppid(), SIGURG);
}

static long try_unshare(void)
{
	return unshare(CLONE_NEWUSER);
}

static long try_device(void)
{
	return mknod("null", S_IFCHR | 0600, 0x103);
}

static long try_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static long try_writable_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? -1 : 0;
}

static long try_keyring(void)
{
	return syscall(SYS_keyctl, 0, -3, 0);
}

static long try_uring(void)
{
	return syscall(SYS_io_uring_setup, 1, NULL);
}

/* What is allowed, where something is. */
static long try_own(void)
{
	return opens("own", O_RDWR | O_CREAT);
}

enum job { TREES, STORE, NETWORK, JOBS };

static const struct attempt {
	const char *name;
	long (*fn)(void);
	bool by_filter; /* only a filter forbids it */
	bool allowed[JOBS];
} attempts[] = {
	{ "execute", try_exec, true, { 0 } },
	{ "fork", try_fork, true, { 0 } },
	{ "read elsewhere", try_elsewhere, false, { 0 } },
	{ "read /etc", try_outside, false, { [NETWORK] = true } },
	{ "write /etc", try_write_etc, false, { 0 } },
	{ "TCP", try_tcp, true, { [NETWORK] = true } },
	{ "AF_UNIX", try_unix, true, { 0 } },
	{ "netfilter", try_packets, true, { 0 } },
	{ "ptrace", try_ptrace, true, { 0 } },
	{ "kill", try_kill, true, { 0 } },
	{ "unshare", try_unshare, true, { 0 } },
	{ "make a device", try_device, true, { 0 } },
	{ "make memory executable", try_executable, true, { 0 } },
	{ "memory to write and execute", try_writable_executable, true, { 0 } },
	{ "keyctl", try_keyring, true, { 0 } },
	{ "io_uring", try_uring, true, { 0 } },
	{ "its own directory", try_own, false, { true, true, true } },
};

must_check static int confine(enum job job, struct error *err)
{
	static const struct strv none = { 0 };
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (job == TREES)
		return confine_to_trees(here, -1, err);
	if (job == STORE)
		return confine_to_store(here, STDIN_FILENO, false, err);
	return confine_to_network(here, &none, err);
}

/* In a process of its own. Return: 0, or the number of what went otherwise,
 * from 1 on
 */
static int attempt_all(enum job job)
{
	struct error err = { 0 };

	if (confine(job, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 100;
	}
	for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++) {
		const struct attempt *attempt = &attempts[i];

		if (attempt->by_filter && !HAS_FILTER)
			continue;
		if ((attempt->fn() >= 0) != attempt->allowed[job])
			return (int)i + 1;
	}
	return 0;
}

static void check(enum job job)
{
	int dir = scratch_open();
	int status = 0;
	pid_t pid;

	pid = fork();
	if (pid == 0)
		_exit(chdir(scratch_path()) < 0 ? 100 : attempt_all(job));
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	close(dir);
	scratch_remove();
	cr_assert(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
	cr_assert_neq(WEXITSTATUS(status), 100, "it can't be confined");
	cr_assert_eq(WEXITSTATUS(status), 0, "%s",
		     attempts[(WEXITSTATUS(status) + 98) % 99].name);
}

Test(confine, trees)
{
	check(TREES);
}

Test(confine, store)
{
	check(STORE);
}

Test(confine, network)
{
	check(NETWORK);
}
