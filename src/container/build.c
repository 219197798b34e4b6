// SPDX-License-Identifier: Apache-2.0
#include "container/build.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/interrupt.h"
#include "init/birth.h"

enum { FAILED = 125, STANDARD_FDS = 3 };

/* A program that is first in its PID namespace has no parent to ask for: the
 * attendant may have gone before we said that we go with it.
 */
static bool has_ended(int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	return poll(&end, 1, 0) != 0;
}

/* Its own view: processes, and the directory where it looks for one. */
must_check static int set_mounts(const struct build_order *order,
				 struct error *err)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return error_set(err, errno, "keep mounts to ourselves");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		return error_set(err, errno, "mount proc");
	if (mount(order->directory, BUILD_DIRECTORY, NULL, MS_BIND, NULL) < 0)
		return error_set(err, errno, "mount %s on %s", order->directory,
				 BUILD_DIRECTORY);
	return 0;
}

/* Programs of the administrator's are called, wherever a user looks. */
must_check static int set_environment(struct error *err)
{
	const char *path = getenv("PATH");
	auto_free char *longer = xasprintf("%s%s/usr/sbin:/usr/bin:/sbin:/bin",
					   path ? path : "", path ? ":" : "");

	if (setenv("PATH", longer, 1) < 0 ||
	    setenv("TMPDIR", BUILD_DIRECTORY, 1) < 0)
		return error_set(err, errno, "set its environment");
	(void)umask(022);
	return chdir("/") < 0 ? error_set(err, errno, "enter /") : 0;
}

must_check static int set_files(const struct build_order *order,
				struct error *err)
{
	auto_close int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = fcntl(order->out, F_DUPFD_CLOEXEC, STANDARD_FDS);
	int log = fcntl(order->log, F_DUPFD_CLOEXEC, STANDARD_FDS);
	int result;

	if (null < 0 || out < 0 || log < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		return error_set(err, errno, "prepare its files");
	result = fd_cloexec_from(STANDARD_FDS);
	return result < 0 ? error_set(err, -result, "prepare its files") : 0;
}

/* Return: if it failed, negative errno */
static int become_program(const struct build_order *order, int attendant,
			  struct error *err)
{
	sigset_t none;

	sigemptyset(&none);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || has_ended(attendant))
		return error_say(err, ESRCH, "who waits for it has ended");
	if (set_mounts(order, err) < 0 || set_environment(err) < 0 ||
	    set_files(order, err) < 0)
		return -err->code;
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execv(order->path, order->argv);
	return error_set(err, errno, "execute %s", order->path);
}

/* Ask to be told of our parent's end, which may have come already. */
must_check static int follow(pid_t parent, struct error *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return error_set(err, errno, "follow our parent");
	return getppid() == parent
		       ? 0
		       : error_say(err, ESRCH, "our parent has ended");
}

/* Until it has ended, or we are to end it. Return: as process_wait() */
static int wait_for(struct process *program, int signals)
{
	struct pollfd events[] = {
		{ .fd = program->pidfd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (!events[0].revents) {
		if (poll(events, ARRAY_COUNT(events), -1) < 0)
			continue;
		/* The keyboard's are for everybody: what is told to our parent
		 * is told to us by its end.
		 */
		if (events[1].revents && interrupt_take(signals) == SIGTERM)
			(void)process_kill(program, SIGKILL);
	}
	return process_wait(program);
}

/* Return: as process_wait(), negative errno */
static int run_program(const struct build_order *order, int signals,
		       pid_t parent, int failure, struct error *err)
{
	auto_with(process_clear) struct process program = { 0, -1 };
	auto_close int self = -1;
	int result = process_become_root(order->userns);

	if (result < 0)
		return error_set(err, -result, "join a user namespace");
	/* After that, for a change of ids forgets it. */
	if (follow(parent, err) < 0)
		return -err->code;
	self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (self < 0)
		return error_set(err, errno, "open our own process");
	program.pid =
		birth_clone(CLONE_NEWPID | CLONE_NEWNS, -1, &program.pidfd);
	if (program.pid < 0) {
		int code = -program.pid;

		program.pid = 0;
		return error_set(err, code, "make a PID namespace");
	}
	if (program.pid == 0) {
		(void)become_program(order, self, err);
		(void)!write(failure, err, sizeof(*err));
		_exit(FAILED);
	}
	close(order->out);
	return wait_for(&program, signals);
}

static _Noreturn void attend(const struct build_order *order, int signals,
			     pid_t parent, int failure)
{
	struct error err = { 0 };
	int status = run_program(order, signals, parent, failure, &err);

	if (err.code)
		(void)!write(failure, &err, sizeof(err));
	/* We are root where its files have owners. */
	if (order->clear_up(order->argument) < 0 && status == 0)
		status = FAILED;
	_exit(status < 0 ? FAILED : status);
}

/* Signals are held while it is born with them blocked. */
must_check static int give_birth(const struct build_order *order, int failure,
				 struct process *ret, struct error *err)
{
	struct process child = { 0, -1 };
	pid_t self = getpid();
	sigset_t ends, old;

	sigemptyset(&ends);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGQUIT);
	sigaddset(&ends, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &ends, &old);

	auto_close int signals = interrupt_open();

	child.pid = birth_clone(0, -1, &child.pidfd);
	if (child.pid == 0)
		attend(order, signals, self, failure);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	if (child.pid < 0)
		return error_set(err, -child.pid, "start %s", order->path);
	*ret = child;
	return 0;
}

int build_start(const struct build_order *order, struct build *ret,
		struct error *err)
{
	struct build build = BUILD_NONE;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int from = ends[0];
	auto_close int to = ends[1];

	if (give_birth(order, to, &build.attendant, err) < 0)
		return -err->code;
	build.failure = steal_fd(&from);
	*ret = build;
	return 0;
}

int build_wait(struct build *build, struct error *err)
{
	int status = process_wait(&build->attendant);
	struct error told;

	if (read(build->failure, &told, sizeof(told)) == sizeof(told)) {
		*err = told;
		status = -told.code;
	}
	close(build->failure);
	*build = BUILD_NONE;
	return status;
}

void build_clear(struct build *build)
{
	struct error ignored;

	if (build->attendant.pidfd < 0)
		return;
	(void)process_kill(&build->attendant, SIGTERM);
	(void)!build_wait(build, &ignored);
}
