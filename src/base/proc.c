// SPDX-License-Identifier: Apache-2.0
#include "base/proc.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

#define SPAWN_FDS_MAX    16
#define SPAWN_STACK_SIZE 16384

extern char **environ;

struct spawn {
	const char *path;
	char *const *argv;
	const int *fds;
	size_t fd_count;
	int userns;  /* to become root of; -1: none */
	int failure; /* errno of the child, which shares our memory */
};

/* The child runs on a part of its parent's stack and never returns from there:
 * the address sanitizer would take what it left for the parent's mistakes.
 */
#define on_borrowed_stack __attribute__((no_sanitize_address))

/* Put descriptors at their numbers. First all of them high up, out of each
 * other's way, then down. Return: 0, negative errno
 */
on_borrowed_stack static int place_fds(const struct spawn *spawn)
{
	int high[SPAWN_FDS_MAX];

	for (size_t i = 0; i < spawn->fd_count; i++) {
		int fd = spawn->fds[i];

		if (fd < 0)
			fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		high[i] = fcntl(fd, F_DUPFD_CLOEXEC, SPAWN_FDS_MAX);
		if (fd < 0 || high[i] < 0)
			return -errno;
	}
	for (size_t i = 0; i < spawn->fd_count; i++)
		if (dup2(high[i], (int)i) < 0)
			return -errno;
	return fd_cloexec_from((unsigned int)spawn->fd_count);
}

on_borrowed_stack int process_become_root(int userns)
{
	if (setns(userns, CLONE_NEWUSER) < 0)
		return -errno;
	/* The bare calls: glibc's would tell threads that we don't have. */
	(void)syscall(SYS_setgroups, 0, NULL);
	if (syscall(SYS_setresgid, 0, 0, 0) < 0 ||
	    syscall(SYS_setresuid, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

on_borrowed_stack static int spawn_child(void *data)
{
	struct spawn *spawn = data;
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;
	int result = 0;

	/* While the descriptor is what it was. */
	if (spawn->userns >= 0)
		result = process_become_root(spawn->userns);
	if (result == 0)
		result = place_fds(spawn);
	if (result == 0) {
		for (int signal = 1; signal < NSIG; signal++)
			(void)sigaction(signal, &plain, NULL);
		sigemptyset(&none);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		execve(spawn->path, spawn->argv, environ);
		result = -errno;
	}
	spawn->failure = -result;
	_exit(127);
}

/* Be between the program and our parent, and gone as soon as it runs. */
on_borrowed_stack static int spawn_orphan(void *data)
{
	_Alignas(16) char stack[SPAWN_STACK_SIZE];
	struct spawn *spawn = data;

	if (clone(spawn_child, stack + sizeof(stack), CLONE_VM | CLONE_VFORK,
		  spawn) < 0)
		spawn->failure = errno;
	_exit(0);
}

static int spawn_by(int (*child)(void *data), const struct spawn *given,
		    struct process *ret, struct error *err)
{
	/* The child borrows our memory until its exec (CLONE_VM|CLONE_VFORK):
	 * copying page tables would cost more than the rest. It needs a stack
	 * of its own. CLONE_PIDFD is what posix_spawn(3) doesn't offer here.
	 */
	_Alignas(16) char stack[2 * SPAWN_STACK_SIZE];
	struct spawn spawn = *given;
	const char *path = spawn.path;
	sigset_t all, old;
	int pidfd = -1;

	if (spawn.fd_count > SPAWN_FDS_MAX)
		return error_set(err, EINVAL, "start %s", path);
	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);

	pid_t pid = clone(child, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
			  &spawn, &pidfd);
	int code = errno;

	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	if (pid < 0)
		return error_set(err, code, "start %s", path);

	struct process process = { pid, pidfd };

	if (spawn.failure) {
		(void)process_wait(&process);
		return error_set(err, spawn.failure, "start %s", path);
	}
	*ret = process;
	return 0;
}

int process_spawn(const char *path, char *const *argv, const int *fds,
		  size_t fd_count, struct process *ret, struct error *err)
{
	const struct spawn spawn = { path, argv, fds, fd_count, -1, 0 };

	return spawn_by(spawn_child, &spawn, ret, err);
}

int process_spawn_in(int userns, const char *path, char *const *argv,
		     const struct process_files *files, struct process *ret,
		     struct error *err)
{
	const struct spawn spawn = {
		path, argv, files->fds, files->count, userns, 0,
	};

	return spawn_by(spawn_child, &spawn, ret, err);
}

int process_spawn_orphan(const char *path, char *const *argv, const int *fds,
			 size_t fd_count, struct error *err)
{
	const struct spawn spawn = { path, argv, fds, fd_count, -1, 0 };
	struct process between = { 0, -1 };

	if (spawn_by(spawn_orphan, &spawn, &between, err) < 0)
		return -err->code;
	(void)process_wait(&between);
	return 0;
}

int process_wait(struct process *process)
{
	siginfo_t info = { 0 };
	int result;

	do {
		result = waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED);
	} while (result < 0 && errno == EINTR);
	if (result < 0)
		return -errno;
	close(process->pidfd);
	process->pidfd = -1;
	return info.si_code == CLD_EXITED ? info.si_status
					  : 128 + info.si_status;
}

int process_kill(const struct process *process, int signal)
{
	if (process->pidfd < 0)
		return -ESRCH;
	if (syscall(SYS_pidfd_send_signal, process->pidfd, signal, NULL, 0) < 0)
		return -errno;
	return 0;
}

/* What the fields of proc_pid_stat(5) behind the name say. */
struct process_stat {
	char state;
	unsigned int flags; /* PF_* of the kernel */
	unsigned long long start_time;
};

#define PF_EXITING    0x4U
#define PF_FORKNOEXEC 0x40U

/* As proc_pid_stat(5) counts them. */
enum { FIELD_STATE = 3, FIELD_FLAGS = 9, FIELD_START_TIME = 22 };

static int read_stat(pid_t pid, struct process_stat *ret)
{
	char path[32], text[1024];
	ssize_t size;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);

	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (size < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	text[size] = '\0';

	/* The name may hold anything, also parentheses. */
	char *rest = strrchr(text, ')');

	for (int field = 2; rest && field <= FIELD_START_TIME; field++) {
		const char *word = strsep(&rest, " ");

		if (field == FIELD_STATE)
			ret->state = *word;
		else if (field == FIELD_FLAGS)
			ret->flags = (unsigned int)strtoul(word, NULL, 10);
		else if (field == FIELD_START_TIME) {
			ret->start_time = strtoull(word, NULL, 10);
			return 0;
		}
	}
	return -EINVAL;
}

int process_start_time(pid_t pid, uint64_t *ret)
{
	struct process_stat stat = { 0 };
	int result = read_stat(pid, &stat);

	if (result < 0)
		return result;
	if (stat.state == 'Z' || stat.state == 'X' || (stat.flags & PF_EXITING))
		return -ESRCH;
	*ret = stat.start_time;
	return 0;
}

bool process_is_stopped(pid_t pid)
{
	struct process_stat stat = { 0 };
	int result = read_stat(pid, &stat);

	return result == -ESRCH || (result == 0 && strchr("TtZX", stat.state));
}

bool process_is_zombie(pid_t pid)
{
	struct process_stat stat = { 0 };

	return read_stat(pid, &stat) == 0 && stat.state == 'Z';
}

bool process_never_executed(pid_t pid, uint64_t start_time)
{
	struct process_stat stat = { 0 };

	return read_stat(pid, &stat) == 0 &&
	       (!start_time || start_time == stat.start_time) &&
	       (stat.flags & PF_FORKNOEXEC);
}

int process_open(pid_t pid, uint64_t start_time, struct process *ret,
		 struct error *err)
{
	struct process process = { pid, -1 };
	uint64_t found = 0;
	int result;

	process.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process.pidfd < 0 && errno != ESRCH)
		return error_set(err, errno, "open process %d", pid);
	/* Looked at with the pidfd in hand: the number can't change owners
	 * without the time telling.
	 */
	result = process.pidfd < 0 ? -ESRCH : process_start_time(pid, &found);
	if (result == -ESRCH || (result == 0 && found != start_time)) {
		process_close(&process);
	} else if (result < 0) {
		process_close(&process);
		return error_set(err, -result, "look at process %d", pid);
	}
	*ret = process;
	return 0;
}

void process_close(struct process *process)
{
	if (process->pidfd >= 0)
		close(process->pidfd);
	process->pidfd = -1;
}

void process_clear(struct process *process)
{
	if (process->pid <= 0 || process->pidfd < 0)
		return;
	(void)process_kill(process, SIGKILL);
	(void)process_wait(process);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, X_OK) == 0;
}

/* Look in the directories of @at, separated by colons; NULL: none. */
static bool find_in(const char *at, const char *name, char **ret_path)
{
	while (at && *at) {
		size_t length = strcspn(at, ":");
		auto_free char *found =
			xasprintf("%.*s/%s", (int)length, at, name);

		if (*at == '/' && is_program(found)) {
			*ret_path = steal_ptr(&found);
			return true;
		}
		at += length + (at[length] == ':');
	}
	return false;
}

int program_find(const char *name, const char *path, char **ret_path)
{
	static const char fallback[] = "/usr/bin:/usr/sbin:/bin:/sbin";
	const char *const lists[] = { path, fallback };

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		if (find_in(lists[i], name, ret_path))
			return 0;
	return -ENOENT;
}

/* The file we run from; from a copy in memory, the one it was made of. */
static int own_path(char *path, size_t room)
{
	const char *original = getenv(PROGRAM_PATH_VARIABLE);
	ssize_t size = readlink("/proc/self/exe", path, room - 1);

	if (size < 0)
		return -errno;
	path[size] = '\0';
	if (original && original[0] == '/' && !strncmp(path, "/memfd:", 7) &&
	    strlen(original) < room)
		memcpy(path, original, strlen(original) + 1);
	return 0;
}

int program_find_own(const char *name, char **ret_path, struct error *err)
{
	char self[PATH_MAX];
	int result = own_path(self, sizeof(self));

	if (result < 0)
		return error_set(err, -result, "readlink /proc/self/exe");

	char *slash = strrchr(self, '/');
	auto_free char *path =
		xasprintf("%.*s/%s", (int)(slash - self), self, name);

	if (!is_program(path))
		return error_say(err, ENOENT,
				 "%s is missing: it is installed beside holt",
				 path);
	*ret_path = steal_ptr(&path);
	return 0;
}
