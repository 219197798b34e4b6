// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: a hook is a child in a session of its own, so that its
 * process group can be ended as a whole. It reads the state from a pipe, and
 * what it says comes by another, of which the last bytes are kept for the
 * error. One poll(2) loop watches both and its end until it has ended or its
 * time is over. A third pipe, which no program inherits, says why there was
 * none.
 */
#include "init/hook_run.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/proc.h"

/* Of what a hook says its end tells why it failed; more has no place in an
 * error.
 */
enum { LAST_WORDS_SIZE = 512 };

/* What kept a program from being started; sent by the child. */
struct obstacle {
	int code;    /* errno */
	bool is_cwd; /* not the program, but its working directory */
};

/* A hook that runs. */
struct run {
	struct process process;
	int input, output, report; /* our ends; -1: closed */
	const char *const *state;  /* parts that are left to be written */
	size_t written;            /* of the first of them */
	struct hook_words *words;
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
	close_end(&run->report);
	if (run->process.pidfd >= 0) {
		(void)kill(-run->process.pid, SIGKILL);
		process_clear(&run->process);
	}
}

static _Noreturn void give_up(int report, bool is_cwd)
{
	struct obstacle obstacle = { errno, is_cwd };

	(void)!write(report, &obstacle, sizeof(obstacle));
	_exit(127);
}

/* The child. @fds: its 0, 1, 2; @report: who hears why it can't go on. */
static _Noreturn void become_hook(const struct hook_op *op, const int *fds,
				  int report, pid_t parent)
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
	if (op->has_umask)
		(void)umask(op->umask);
	/* Out of the way of the numbers that are given now. */
	report = fcntl(report, F_DUPFD_CLOEXEC, 4);
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(fds[fd], fd) < 0)
			give_up(report, false);
	if (op->cwd ? chdir(op->cwd) < 0 : fchdir(op->cwd_fd) < 0)
		give_up(report, true);
	if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		give_up(report, false);
	if (op->fd < 0)
		execve(op->path, op->argv, op->env);
	/* Open in the program as well: a script's interpreter reads it by that
	 * number.
	 */
	else if (dup2(op->fd, 3) == 3 && fcntl(3, F_SETFD, 0) == 0)
		(void)syscall(SYS_execveat, 3, "", op->argv, op->env,
			      AT_EMPTY_PATH);
	give_up(report, false);
}

/* All pipes. Our ends go to @run, the hook's to @ret_theirs. */
static int make_pipes(struct run *run, int *ret_theirs, struct error *err)
{
	int input[2], output[2], report[2];

	if (pipe2(input, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");
	run->input = input[1];
	ret_theirs[0] = input[0];
	if (pipe2(output, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");
	run->output = output[0];
	ret_theirs[1] = output[1];
	if (pipe2(report, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");
	run->report = report[0];
	ret_theirs[2] = report[1];
	if (fcntl(run->input, F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(run->output, F_SETFL, O_NONBLOCK) < 0)
		return error_set(err, errno, "set up a pipe");
	return 0;
}

static int start(const struct hook_op *op, struct run *run, struct error *err)
{
	int theirs[3] = { -1, -1, -1 };
	int result = make_pipes(run, theirs, err);
	auto_close int in = theirs[0];
	auto_close int out = theirs[1];
	auto_close int report = theirs[2];
	const int fds[] = { in, op->stdout_fd >= 0 ? op->stdout_fd : out,
			    op->stderr_fd >= 0 ? op->stderr_fd : out };
	pid_t parent = getpid(), pid;

	if (result < 0)
		return result;
	pid = fork();
	if (pid == 0)
		become_hook(op, fds, report, parent);
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

/* Return: did it say something? */
static bool listen_to(struct run *run)
{
	struct hook_words *words = run->words;
	char bytes[4096];
	ssize_t n = read(run->output, bytes, sizeof(bytes));
	size_t size, surplus;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		close_end(&run->output);
		return false;
	}
	size = (size_t)n;
	surplus = words->length + size > HOOK_WORDS_SIZE
			  ? words->length + size - HOOK_WORDS_SIZE
			  : 0;
	memmove(words->text, words->text + surplus, words->length - surplus);
	words->length -= surplus;
	memcpy(words->text + words->length, bytes, size);
	words->length += size;
	return true;
}

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* For poll(2): -1 is for ever. */
static int time_left_ms(int64_t end_ms)
{
	int64_t left = end_ms - now_ms();

	if (!end_ms)
		return -1;
	return left > 0 ? (int)left : 0;
}

/* Return: 0 when it has ended, negative errno */
static int watch(struct run *run, const struct hook_op *op, struct error *err)
{
	int64_t end =
		op->timeout_s ? now_ms() + (int64_t)op->timeout_s * 1000 : 0;
	int left;

	while ((left = time_left_ms(end)) != 0) {
		struct pollfd fds[] = {
			{ run->process.pidfd, POLLIN, 0 },
			{ run->input, POLLOUT, 0 },
			{ run->output, POLLIN, 0 },
			{ op->interrupt_fd, POLLIN, 0 },
		};

		if (poll(fds, ARRAY_COUNT(fds), left) < 0 && errno != EINTR)
			return error_set(err, errno, "wait for the hook");
		if (fds[1].revents)
			feed(run);
		if (fds[2].revents)
			(void)listen_to(run);
		if (fds[0].revents)
			return 0;
		if (fds[3].revents)
			return error_say(err, EINTR,
					 "interrupted by signal %d: killed",
					 interrupt_take(op->interrupt_fd));
	}
	return error_say(err, ETIMEDOUT, "not done after %d s: killed",
			 op->timeout_s);
}

/* What is still in the pipe of a hook that has ended; no more than a pipe
 * holds, for what it left running may go on to speak.
 */
static void listen_to_rest(struct run *run)
{
	for (int i = 0; i < 16 && run->output >= 0 && listen_to(run); i++)
		;
}

/* The last words of a hook on one line, for a message: from the beginning of a
 * line on, if there is one. Return: how much of the text lies before them
 */
static size_t last_words(const struct hook_words *words, char *ret)
{
	size_t end = words->length, from;

	while (end > 0 && words->text[end - 1] == '\n')
		end--;
	from = end > LAST_WORDS_SIZE ? end - LAST_WORDS_SIZE : 0;
	if (from > 0) {
		const char *line = memchr(words->text + from, '\n', end - from);

		if (line)
			from = (size_t)(line - words->text) + 1;
	}
	for (size_t i = from; i < end; i++)
		ret[i - from] = words->text[i];
	ret[end - from] = '\0';
	for (char *c = ret; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return from;
}

/* Return: 0: the program was started; else what kept it from that */
static int read_obstacle(const struct run *run, struct error *err)
{
	struct obstacle obstacle;
	ssize_t size = read(run->report, &obstacle, sizeof(obstacle));

	if (size != (ssize_t)sizeof(obstacle))
		return 0;
	return error_set(err, obstacle.code, "%s",
			 obstacle.is_cwd
				 ? "its working directory can't be entered"
				 : "can't be executed");
}

static int finish(struct run *run, struct error *err)
{
	int status = process_wait(&run->process);
	char words[LAST_WORDS_SIZE + 1];
	const char *colon;

	if (status == 0)
		return 0;
	if (status < 0)
		return error_set(err, -status, "wait for the hook");
	if (read_obstacle(run, err) < 0)
		return -err->code;
	listen_to_rest(run);
	run->words->length = last_words(run->words, words);
	colon = *words ? ": " : "";
	if (status > 128)
		return error_say(err, ECANCELED, "killed by signal %d%s%s",
				 status - 128, colon, words);
	return error_say(err, ECANCELED, "exit status %d%s%s", status, colon,
			 words);
}

void hook_words_tell(struct hook_words *words,
		     void (*tell)(void *argument, const char *line),
		     void *argument)
{
	char *line = words->text, *end;

	words->text[words->length] = '\0';
	for (; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		tell(argument, line);
	}
}

int hook_run(const struct hook_op *op, const char *const *state,
	     struct hook_words *ret_words, struct error *err)
{
	auto_with(run_clear) struct run run = {
		.process = { 0, -1 },
		.input = -1,
		.output = -1,
		.report = -1,
		.state = state,
		.words = ret_words,
	};
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int result;

	ret_words->length = 0;
	if (start(op, &run, err) < 0)
		return -err->code;
	/* A hook need not read its input. */
	(void)sigaction(SIGPIPE, &ignore, &before);
	result = watch(&run, op, err);
	(void)sigaction(SIGPIPE, &before, NULL);
	if (result < 0)
		return result;
	return finish(&run, err);
}
