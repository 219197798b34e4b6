// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: a hook is a child in a session of its own, so that its
 * process group can be ended as a whole. It reads the state from a pipe, and
 * what it says comes by another, of which the last bytes are kept for the
 * error. One poll(2) loop watches both and its end until it has ended or its
 * time is over.
 */
#include "init/hook_run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/proc.h"

/* Of what a hook says its end tells why it failed; more has no place in an
 * error.
 */
enum { TAIL_SIZE = 320 };

/* A hook that runs. */
struct run {
	struct process process;
	int input, output;        /* our ends; -1: closed */
	const char *const *state; /* parts that are left to be written */
	size_t written;           /* of the first of them */
	char tail[TAIL_SIZE + 1];
	size_t tail_length;
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void run_clear(struct run *run)
{
	close_end(&run->input);
	close_end(&run->output);
	if (run->process.pidfd >= 0) {
		(void)kill(-run->process.pid, SIGKILL);
		process_clear(&run->process);
	}
}

static _Noreturn void become_hook(const struct hook_op *op, const int *fds,
				  pid_t parent)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;

	(void)setsid();
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	(void)sigaction(SIGPIPE, &plain, NULL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(fds[fd], fd) < 0)
			_exit(127);
	if (op->cwd ? chdir(op->cwd) < 0 : fchdir(op->cwd_fd) < 0) {
		perror("the hook's working directory");
		_exit(127);
	}
	if (op->fd < 0) {
		(void)syscall(SYS_close_range, 3, ~0U, 0);
		execve(op->path, op->argv, op->env);
	} else if (dup2(op->fd, 3) == 3 && fcntl(3, F_SETFD, 0) == 0) {
		/* Open in the program as well: a script's interpreter reads it
		 * by that number.
		 */
		(void)syscall(SYS_close_range, 4, ~0U, 0);
		(void)syscall(SYS_execveat, 3, "", op->argv, op->env,
			      AT_EMPTY_PATH);
	}
	perror(op->path);
	_exit(127);
}

/* Both pipes. Our ends go to @run, the hook's to @ret_theirs. */
static int make_pipes(struct run *run, int *ret_theirs, struct error *err)
{
	int input[2], output[2];

	if (pipe2(input, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");
	run->input = input[1];
	ret_theirs[0] = input[0];
	if (pipe2(output, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");
	run->output = output[0];
	ret_theirs[1] = output[1];
	if (fcntl(run->input, F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(run->output, F_SETFL, O_NONBLOCK) < 0)
		return error_set(err, errno, "set up a pipe");
	return 0;
}

static int start(const struct hook_op *op, struct run *run, struct error *err)
{
	int theirs[2] = { -1, -1 };
	int result = make_pipes(run, theirs, err);
	auto_close int in = theirs[0];
	auto_close int out = theirs[1];
	const int fds[] = { in, op->stdout_fd >= 0 ? op->stdout_fd : out,
			    op->stderr_fd >= 0 ? op->stderr_fd : out };
	pid_t parent = getpid(), pid;

	if (result < 0)
		return result;
	pid = fork();
	if (pid == 0)
		become_hook(op, fds, parent);
	if (pid < 0)
		return error_set(err, errno, "start a process");
	run->process.pid = pid;
	run->process.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (run->process.pidfd < 0)
		return error_set(err, errno, "open the hook's process");
	return 0;
}

static void feed(struct run *run)
{
	const char *part = *run->state + run->written;
	ssize_t n = write(run->input, part, strlen(part));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) { /* who doesn't read it doesn't want it */
		close_end(&run->input);
		return;
	}
	run->written += (size_t)n;
	while (*run->state && !(*run->state)[run->written]) {
		run->state++;
		run->written = 0;
	}
	if (!*run->state)
		close_end(&run->input);
}

static void listen_to(struct run *run)
{
	char bytes[4096];
	ssize_t n = read(run->output, bytes, sizeof(bytes));
	size_t size, surplus;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_end(&run->output);
		return;
	}
	size = (size_t)n;
	surplus = run->tail_length + size > TAIL_SIZE
			  ? run->tail_length + size - TAIL_SIZE
			  : 0;
	memmove(run->tail, run->tail + surplus, run->tail_length - surplus);
	run->tail_length -= surplus;
	memcpy(run->tail + run->tail_length, bytes, size);
	run->tail_length += size;
}

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Return: 1 when it has ended, 0 when its time is over, negative errno */
static int watch(struct run *run, int timeout_s, struct error *err)
{
	int64_t end = timeout_s ? now_ms() + (int64_t)timeout_s * 1000 : 0;

	for (;;) {
		struct pollfd fds[] = {
			{ run->process.pidfd, POLLIN, 0 },
			{ run->input, POLLOUT, 0 },
			{ run->output, POLLIN, 0 },
		};
		int64_t left = timeout_s ? end - now_ms() : -1;

		if (timeout_s && left <= 0)
			return 0;
		if (poll(fds, ARRAY_COUNT(fds), (int)left) < 0 &&
		    errno != EINTR)
			return error_set(err, errno, "wait for the hook");
		if (fds[1].revents)
			feed(run);
		if (fds[2].revents)
			listen_to(run);
		if (fds[0].revents)
			return 1;
	}
}

/* The last words of a hook on one line, for a message. */
static const char *last_words(struct run *run)
{
	while (run->output >= 0) {
		size_t before = run->tail_length;

		listen_to(run);
		if (run->tail_length == before)
			break;
	}
	while (run->tail_length > 0 && run->tail[run->tail_length - 1] == '\n')
		run->tail_length--;
	run->tail[run->tail_length] = '\0';
	for (char *c = run->tail; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return run->tail;
}

static int finish(struct run *run, struct error *err)
{
	int status = process_wait(&run->process);
	const char *words = last_words(run);

	if (status == 0)
		return 0;
	if (status < 0)
		return error_set(err, -status, "wait for the hook");
	if (status > 128)
		return error_say(err, ECANCELED, "killed by signal %d%s%s",
				 status - 128, *words ? ": " : "", words);
	return error_say(err, ECANCELED, "exit status %d%s%s", status,
			 *words ? ": " : "", words);
}

int hook_run(const struct hook_op *op, const char *const *state,
	     struct error *err)
{
	auto_with(run_clear) struct run run = {
		.process = { 0, -1 },
		.input = -1,
		.output = -1,
		.state = state,
	};
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int result;

	if (start(op, &run, err) < 0)
		return -err->code;
	/* A hook need not read its input. */
	(void)sigaction(SIGPIPE, &ignore, &before);
	result = watch(&run, op->timeout_s, err);
	(void)sigaction(SIGPIPE, &before, NULL);
	if (result < 0)
		return result;
	if (result == 0)
		return error_say(err, ETIMEDOUT, "not done after %d s: killed",
				 op->timeout_s);
	return finish(&run, err);
}
