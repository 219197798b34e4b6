// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "init/hook_run.h"

static struct hook_words words;
static struct error err;

/* Run @script in sh as a hook that reads @state. @out: its output, or -1 */
static int run(char *script, const char *state, int timeout_s, int out)
{
	char name[] = "sh", option[] = "-c", path[] = "PATH=/bin:/usr/bin";
	char *argv[] = { name, option, script, NULL };
	char *env[] = { path, NULL };
	const char *const parts[] = { "<", state, ">", NULL };
	const struct hook_op op = {
		.path = "/bin/sh",
		.fd = -1,
		.argv = argv,
		.env = env,
		.cwd = "/",
		.stdout_fd = out,
		.stderr_fd = -1,
		.timeout_s = timeout_s,
		.interrupt_fd = -1,
	};

	return hook_run(&op, parts, &words, &err);
}

#define RUN(script, state, timeout_s, out) \
	run((char[]){ script }, state, timeout_s, out)

Test(hook_run, gives_the_state_in_one_piece)
{
	auto_close int out = memfd_create("out", MFD_CLOEXEC);
	char text[16] = "";

	cr_assert_eq(RUN("cat", "state", 0, out), 0, "%s", err.text);
	cr_assert_eq(pread(out, text, sizeof(text) - 1, 0), 7);
	cr_assert_str_eq(text, "<state>");
}

Test(hook_run, gives_a_state_that_no_pipe_holds)
{
	static char state[1000001];

	memset(state, 'x', sizeof(state) - 1);
	cr_assert_eq(RUN("sleep 0.1; [ $(wc -c) = 1000002 ]", state, 0, -1), 0,
		     "%s", err.text);
}

Test(hook_run, lives_when_nobody_reads_the_state)
{
	static char state[1000001];
	struct sigaction now;

	memset(state, 'x', sizeof(state) - 1);
	cr_assert_eq(RUN("exec <&-; sleep 0.1", state, 0, -1), 0, "%s",
		     err.text);
	/* And what it did about the signal is undone. */
	cr_assert_eq(sigaction(SIGPIPE, NULL, &now), 0);
	cr_assert(now.sa_handler != SIG_IGN);
}

Test(hook_run, tells_the_status_and_the_last_words)
{
	cr_assert_eq(RUN("echo one; echo two >&2; exit 4", "", 0, -1),
		     -ECANCELED);
	cr_assert_str_eq(err.text, "exit status 4: one two");
	cr_assert(err.complete);
	cr_assert_eq(words.length, 0);
}

Test(hook_run, has_no_words_for_who_said_nothing)
{
	cr_assert_eq(RUN("exit 4", "", 0, -1), -ECANCELED);
	cr_assert_str_eq(err.text, "exit status 4");
	cr_assert_eq(RUN("kill -TERM $$", "", 0, -1), -ECANCELED);
	cr_assert_str_eq(err.text, "killed by signal 15");
}

static void count(void *argument, const char *line)
{
	size_t *lines = argument;
	char wanted[16];

	(void)snprintf(wanted, sizeof(wanted), "%zu", ++*lines + 1);
	cr_assert_str_eq(line, wanted);
}

Test(hook_run, keeps_what_does_not_fit_into_the_error)
{
	size_t lines = 0;

	cr_assert_eq(
		RUN("echo 1; i=2; while [ $i -le 1000 ]; do echo $i; i=$((i + 1)); done; exit 1",
		    "", 0, -1),
		-ECANCELED);
	cr_assert_not_null(strstr(err.text, " 998 999 1000"));
	cr_assert_null(strstr(err.text, " 100 "));

	/* From the second line on, line by line, up to where the error begins.
	 */
	char *first = strchr(words.text, '\n') + 1;
	struct hook_words rest = { .length = words.length -
					     (size_t)(first - words.text) };

	memcpy(rest.text, first, rest.length);
	hook_words_tell(&rest, count, &lines);

	char begin[64];

	(void)snprintf(begin, sizeof(begin), "exit status 1: %zu ", lines + 2);
	cr_assert(!strncmp(err.text, begin, strlen(begin)), "%s", err.text);
}

Test(hook_run, keeps_the_end_of_what_exceeds_all_bounds)
{
	cr_assert_eq(
		RUN("head -c 300000 /dev/zero | tr '\\0' x; echo; echo end; exit 1",
		    "", 0, -1),
		-ECANCELED);
	cr_assert_str_eq(err.text, "exit status 1: end");
	cr_assert_gt(words.length, HOOK_WORDS_SIZE - 512);
}

Test(hook_run, does_not_wait_for_what_a_hook_leaves)
{
	cr_assert_eq(RUN("sleep 5 & exit 0", "", 0, -1), 0);
	cr_assert_eq(RUN("sleep 5 & exit 1", "", 0, -1), -ECANCELED);
}

Test(hook_run, kills_the_group_when_time_is_over, .timeout = 20)
{
	auto_close int out = memfd_create("out", MFD_CLOEXEC);
	char text[16] = "";
	pid_t pid;

	cr_assert_eq(RUN("sleep 98762 & echo $!; wait", "", 1, out),
		     -ETIMEDOUT);
	cr_assert_str_eq(err.text, "not done after 1 s: killed");
	cr_assert_gt(pread(out, text, sizeof(text) - 1, 0), 0);
	pid = (pid_t)strtol(text, NULL, 10);
	/* A zombie, until whoever has inherited it takes note. */
	for (int i = 0; i < 100; i++) {
		char path[64], stat[256] = "";

		(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);

		auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || read(fd, stat, sizeof(stat) - 1) <= 0 ||
		    strstr(stat, ") Z"))
			return;
		(void)usleep(10000);
	}
	cr_assert(false, "process %d is still there", pid);
}

Test(hook_run, kills_who_never_stops_talking, .timeout = 20)
{
	cr_assert_eq(RUN("exec yes", "", 1, -1), -ETIMEDOUT);
}

static int run_op(struct hook_op *op)
{
	char name[] = "hook";
	char *argv[] = { name, NULL }, *env[] = { NULL };
	const char *const parts[] = { "{}", NULL };

	op->argv = argv;
	op->env = env;
	op->stdout_fd = op->stderr_fd = op->interrupt_fd = -1;
	return hook_run(op, parts, &words, &err);
}

Test(hook_run, says_why_there_was_no_program)
{
	struct hook_op missing = { .path = "/nosuch", .fd = -1, .cwd = "/" };
	struct hook_op plain = { .path = "/etc/passwd", .fd = -1, .cwd = "/" };
	struct hook_op lost = { .path = "/bin/true",
				.fd = -1,
				.cwd = "/nosuch" };

	cr_assert_eq(run_op(&missing), -ENOENT);
	cr_assert_str_eq(err.text, "can't be executed");
	cr_assert_eq(run_op(&plain), -EACCES);
	cr_assert_eq(run_op(&lost), -ENOENT);
	cr_assert_str_eq(err.text, "its working directory can't be entered");
}

Test(hook_run, executes_an_open_file_in_an_open_directory)
{
	auto_close int program = open("/bin/true", O_PATH | O_CLOEXEC);
	auto_close int plain = open("/etc/passwd", O_PATH | O_CLOEXEC);
	auto_close int root = open("/", O_PATH | O_CLOEXEC);
	struct hook_op op = { .path = "x", .fd = program, .cwd_fd = root };

	cr_assert_eq(run_op(&op), 0, "%s", err.text);
	op.fd = plain;
	cr_assert_eq(run_op(&op), -EACCES);
	op.fd = program;
	op.cwd_fd = plain;
	cr_assert_eq(run_op(&op), -ENOTDIR);
}
