// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/proc.h"
#include "scratch.h"

/* Run @script in sh, its output going to @out (-1: nowhere). */
static struct process start(const char *script, int out)
{
	char name[] = "sh", option[] = "-c";
	auto_free char *text = strdup(script);
	char *const argv[] = { name, option, text, NULL };
	const int fds[] = { -1, out, 2 };
	struct process process = { .pidfd = -1 };
	struct error err = { 0 };

	cr_assert_eq(process_spawn("/bin/sh", argv, fds, 3, &process, &err), 0,
		     "%s", err.text);
	return process;
}

static const char *output_of(const char *script)
{
	static char text[4096];
	auto_close int out = memfd_create("out", MFD_CLOEXEC);
	struct process process = start(script, out);

	cr_assert_eq(process_wait(&process), 0);

	ssize_t size = pread(out, text, sizeof(text) - 1, 0);

	cr_assert_geq(size, 0);
	text[size] = '\0';
	return text;
}

Test(proc, wait_tells_the_exit_status)
{
	struct process process = start("exit 7", -1);

	cr_assert_eq(process_wait(&process), 7);
	cr_assert_eq(process.pidfd, -1);
}

Test(proc, wait_tells_the_signal)
{
	struct process process = start("kill -TERM $$", -1);

	cr_assert_eq(process_wait(&process), 128 + SIGTERM);
}

Test(proc, a_copy_of_ours_is_told_from_a_program)
{
	struct process program = start("exec sleep 60", -1);
	pid_t copy = fork();
	uint64_t start_time = 0;
	siginfo_t info;

	if (copy == 0)
		_exit(0);
	cr_assert_eq(process_start_time(program.pid, &start_time), 0);
	cr_assert_not(process_never_executed(program.pid, start_time));
	/* Also when it has ended, until it is reaped. */
	cr_assert_eq(waitid(P_PID, (id_t)copy, &info, WEXITED | WNOWAIT), 0);
	cr_assert(process_never_executed(copy, 0));
	cr_assert_not(process_never_executed(copy, 1));
	cr_assert_eq(waitpid(copy, NULL, 0), copy);
	cr_assert_not(process_never_executed(copy, 0));
	process_clear(&program);
}

Test(proc, a_program_that_is_missing_is_named)
{
	char name[] = "x";
	char *const argv[] = { name, NULL };
	struct process process = { .pid = 5, .pidfd = -1 };
	struct error err = { 0 };

	cr_assert_eq(process_spawn("/no/such", argv, NULL, 0, &process, &err),
		     -ENOENT);
	cr_assert_neq(strstr(err.text, "/no/such"), NULL, "%s", err.text);
	cr_assert_eq(process.pid, 5, "the result was touched");
}

Test(proc, only_the_named_descriptors_are_passed)
{
	auto_close int extra = open("/", O_PATH);

	cr_assert_geq(extra, 3);

	/* The fourth is the directory that ls reads. */
	cr_assert_str_eq(output_of("ls /proc/self/fd | tr '\\n' ' '"),
			 "0 1 2 3 ");
}

Test(proc, standard_input_is_null_when_none_is_given)
{
	cr_assert_str_eq(output_of("readlink /proc/self/fd/0"), "/dev/null\n");
}

/* Spawn with 3 and 4 exchanged. Return: status of the program, or an error */
static int spawn_with_exchanged(void)
{
	char name[] = "sh", option[] = "-c";
	char script[] = "read a <&3; read b <&4; test \"$a$b\" = fourthird";
	char *const argv[] = { name, option, script, NULL };
	const int fds[] = { -1, 1, 2, 4, 3 };
	int third = memfd_create("third", 0), four = memfd_create("four", 0);
	struct process process = { .pidfd = -1 };
	struct error err = { 0 };

	if (write(third, "third\n", 6) != 6 || write(four, "four\n", 5) != 5)
		return -errno;
	(void)lseek(third, 0, SEEK_SET);
	(void)lseek(four, 0, SEEK_SET);
	third = fcntl(third, F_DUPFD, 100);
	four = fcntl(four, F_DUPFD, 100);
	if (dup2(third, 3) < 0 || dup2(four, 4) < 0)
		return -errno;
	if (process_spawn("/bin/sh", argv, fds, 5, &process, &err) < 0)
		return -err.code;
	return process_wait(&process);
}

Test(proc, descriptors_may_change_places)
{
	int status;
	pid_t pid = fork(); /* for 3 and 4 are Criterion's own here */

	if (pid == 0)
		_exit(spawn_with_exchanged() ? 1 : 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
}

Test(proc, signals_are_as_usual_in_the_program)
{
	sigset_t some;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_DFL);
	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &some, NULL);
	cr_assert_str_eq(
		output_of("grep -E 'Sig(Blk|Ign)' /proc/self/status"),
		"SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
	(void)sigprocmask(SIG_BLOCK, NULL, &some);
	cr_assert(sigismember(&some, SIGUSR1), "our own mask was changed");
}

Test(proc, clear_ends_what_still_runs)
{
	struct process process = start("exec sleep 1000", -1);
	pid_t pid = process.pid;

	process_clear(&process);
	cr_assert_eq(kill(pid, 0), -1);
	cr_assert_eq(errno, ESRCH);
	cr_assert_eq(process_kill(&process, SIGTERM), -ESRCH);
	process_clear(&process);
}

Test(proc, find_goes_by_the_path_and_passes_over_what_cant_run)
{
	auto_close int dir = scratch_open();
	auto_free char *found = NULL, *path = NULL, *want = NULL;

	cr_assert_eq(mkdirat(dir, "a", 0755), 0);
	cr_assert_eq(mkdirat(dir, "a/sh", 0755), 0);
	cr_assert_eq(mkdirat(dir, "b", 0755), 0);
	scratch_write(dir, "b/sh", "no program");
	cr_assert_eq(mkdirat(dir, "c", 0755), 0);
	scratch_write(dir, "c/sh", "#!/bin/sh\n");
	cr_assert_eq(fchmodat(dir, "c/sh", 0755, 0), 0);
	cr_assert_gt(asprintf(&path, "relative::%1$s/a:%1$s/b:%1$s/c",
			      scratch_path()),
		     0);
	cr_assert_gt(asprintf(&want, "%s/c/sh", scratch_path()), 0);

	cr_assert_eq(program_find("sh", path, &found), 0);
	cr_assert_str_eq(found, want);
	scratch_remove();
}

Test(proc, find_looks_in_the_usual_places_without_a_path)
{
	auto_free char *found = NULL, *nothing = NULL;

	cr_assert_eq(program_find("sh", NULL, &found), 0);
	cr_assert_str_eq(found, "/usr/bin/sh");
	cr_assert_eq(program_find("no-such-program", "/bin", &nothing),
		     -ENOENT);
	cr_assert_null(nothing);
}

Test(proc, find_own_says_where_it_looked)
{
	auto_free char *found = NULL;
	struct error err = { 0 };

	cr_assert_eq(program_find_own("holt-nothing", &found, &err), -ENOENT);
	cr_assert_neq(strstr(err.text, "/holt-nothing is missing"), NULL, "%s",
		      err.text);
}

Test(proc, an_orphan_is_no_child_of_ours)
{
	char name[] = "sh", option[] = "-c", script[] = "echo $$; read x";
	char *const argv[] = { name, option, script, NULL };
	int in[2], out[2], status;
	struct error err = { 0 };
	char number[16] = "";

	cr_assert_eq(pipe2(in, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(out, O_CLOEXEC), 0);
	cr_assert_eq(process_spawn_orphan("/bin/sh", argv,
					  (int[]){ in[0], out[1], 2 }, 3, &err),
		     0, "%s", err.text);
	cr_assert_gt(read(out[0], number, sizeof(number) - 1), 1);

	pid_t pid = (pid_t)strtol(number, NULL, 10);

	cr_assert_eq(kill(pid, 0), 0);
	cr_assert_eq(waitpid(pid, &status, WNOHANG), -1);
	cr_assert_eq(errno, ECHILD);
	cr_assert_eq(waitpid(-1, &status, WNOHANG), -1);
	close(in[1]);
}

Test(proc, an_orphan_that_cant_be_is_told_of)
{
	char name[] = "nothing";
	char *const argv[] = { name, NULL };
	struct error err = { 0 };

	cr_assert_eq(process_spawn_orphan("/nonexistent", argv, NULL, 0, &err),
		     -ENOENT);
	cr_assert_not_null(strstr(err.text, "/nonexistent"));
}
