// SPDX-License-Identifier: Apache-2.0
/* Kills a command at its first system call, then once more at its second, and
 * so on to its last; after each, a script looks at what is left. Or the init of
 * a container is who is watched, or killed.
 *
 * Usage: kill_each [OPTION]... DIRECTORY... -- COMMAND [ARGUMENT]...
 *   --watch caller|init  whose calls are counted; the command's own if not
 * given
 *   --kill caller|init   who is killed; whom we watch if not given
 *   --every N            only at each N-th call
 *   --before SCRIPT, --after SCRIPT
 *                        for bash, before and after each time
 *
 * Each DIRECTORY is the working directory of a job of its own, all of them at
 * the same time, which has XDG_RUNTIME_DIR=DIRECTORY/run. --after finds the
 * command's exit status in $CALLER_STATUS, and in $KILLED who was killed; that
 * is empty the first time, when nobody is and calls are counted, and where the
 * end came sooner this time. $EXECUTED isn't empty if whom we watch had
 * executed a program until then. What fails, and which processes are left, is
 * told. Prints how many calls there were.
 *
 * Theory of operation: what others can see changes by system calls alone, so a
 * kill before each is a kill at every instant. Every orphan becomes our child:
 * so we need no list of what could be left running, but only have to wait. Of
 * vfork(2)'s children none is traced, for setuid programs are among them.
 */
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/parse.h"

enum { TRACED_MAX = 64, FAILURES_MAX = 5, STEP_TIMEOUT_S = 60 };
enum { LEFT_TIMEOUT_MS = 10000, LEFT_STEP_MS = 2 };

enum who { WHO_CALLER, WHO_INIT, WHO_COUNT };

static const char *const words[WHO_COUNT] = {
	[WHO_CALLER] = "caller",
	[WHO_INIT] = "init",
};

struct sweep {
	enum who watch, kill;
	unsigned long every;
	const char *init; /* file with its number; NULL: it is yet to be made */
	const char *before, *after;
	char *const *command;
};

/* One time that the command is run. */
struct step {
	const struct sweep *sweep;
	unsigned long target; /* number of the call to kill at; 0: none */
	unsigned long calls;  /* that we have seen */
	unsigned long call;   /* number of the last one, SYS_* */
	pid_t caller, watched;
	bool is_counting, is_fired, is_program; /* whom we watch */
	int status; /* of the caller, as a shell has it */
	pid_t traced[TRACED_MAX];
	size_t traced_count;
	pid_t early[TRACED_MAX]; /* children that stopped before we knew them */
	size_t early_count;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "kill_each: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void on_alarm(int signal)
{
	static const char text[] = "kill_each: somebody never ends\n";

	(void)signal;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(1);
}

static bool take_out(pid_t *list, size_t *count, pid_t pid)
{
	for (size_t i = 0; i < *count; i++)
		if (list[i] == pid) {
			list[i] = list[--*count];
			return true;
		}
	return false;
}

static void put_in(pid_t *list, size_t *count, pid_t pid)
{
	if (*count == TRACED_MAX)
		die("too many processes");
	list[(*count)++] = pid;
}

/* In a PID namespace below ours? Anybody may ask that of any process. */
static bool is_inside(pid_t pid)
{
	char path[32];
	char *text = NULL;
	struct error ignored;
	const char *line;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (file_read_text(path, 1 << 16, &text, NULL, &ignored) < 0)
		return false;
	line = strstr(text, "\nNSpid:\t");
	line = line ? line + strlen("\nNSpid:\t") : "\n";

	bool is_nested = strcspn(line, "\t") < strcspn(line, "\n");

	free(text);
	return is_nested;
}

/* A process that is gone by now needs no resuming. */
static void resume(const struct step *step, pid_t pid, int signal)
{
	bool is_watched = pid == step->watched && !step->is_fired;

	(void)ptrace(is_watched ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL,
		     (long)signal);
}

static void adopt(struct step *step, pid_t pid, bool is_borrowing)
{
	if (is_borrowing || (is_inside(pid) && step->watched)) {
		(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
		return;
	}
	if (is_inside(pid)) {
		step->watched = pid;
		step->is_counting = true;
		(void)ptrace(PTRACE_SETOPTIONS, pid, NULL,
			     PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	}
	put_in(step->traced, &step->traced_count, pid);
	resume(step, pid, 0);
}

/* Both the parent's stop and the child's are to come, in any order. */
static void know_child(struct step *step, pid_t parent, int event)
{
	unsigned long child = 0;
	int status;

	(void)ptrace(PTRACE_GETEVENTMSG, parent, NULL, &child);
	if (!take_out(step->early, &step->early_count, (pid_t)child) &&
	    (waitpid((pid_t)child, &status, __WALL) < 0 || !WIFSTOPPED(status)))
		child = 0;
	if (child)
		adopt(step, (pid_t)child, event == PTRACE_EVENT_VFORK);
}

static bool is_birth(int event)
{
	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE;
}

/* Stop it where it is. A child whose birth we were yet to be told of, and that
 * nobody else could let go on, is known then. Return: has it not ended?
 */
static bool halt(struct step *step, pid_t pid, int *ret_status)
{
	(void)ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	if (waitpid(pid, ret_status, __WALL) != pid)
		return false;
	if (!WIFSTOPPED(*ret_status))
		return false;
	if (is_birth(*ret_status >> 16))
		know_child(step, pid, *ret_status >> 16);
	return true;
}

static void fire(struct step *step)
{
	pid_t caller = step->caller;

	step->is_fired = true;
	if (step->sweep->kill != WHO_CALLER || caller == step->watched) {
		(void)kill(step->sweep->kill == WHO_CALLER ? caller
							   : step->watched,
			   SIGKILL);
		return;
	}
	/* Whom we watch goes on when the other is gone for sure. */
	if (halt(step, caller, &step->status) &&
	    (kill(caller, SIGKILL) < 0 ||
	     waitpid(caller, &step->status, __WALL) != caller))
		die("wait for the caller");
	(void)take_out(step->traced, &step->traced_count, step->watched);
	(void)ptrace(PTRACE_DETACH, step->watched, NULL, NULL);
	step->caller = 0;
}

static void on_call(struct step *step, pid_t pid)
{
	struct __ptrace_syscall_info info = { 0 };

	(void)ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
	if (pid == step->watched && info.op == PTRACE_SYSCALL_INFO_EXIT)
		step->is_program |=
			step->call == SYS_execve && !info.exit.is_error;
	if (pid == step->watched && info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		step->calls += step->is_counting;
		step->call = info.entry.nr;
		/* Before that it is not yet the command. */
		step->is_counting |= info.entry.nr == SYS_execve;
		if (step->target && step->calls == step->target) {
			fire(step);
			return;
		}
	}
	resume(step, pid, 0);
}

static void on_stop(struct step *step, pid_t pid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	bool is_known = pid == step->caller;

	for (size_t i = 0; i < step->traced_count; i++)
		is_known |= step->traced[i] == pid;
	if (!is_known)
		put_in(step->early, &step->early_count, pid);
	else if (is_birth(event)) {
		know_child(step, pid, event);
		resume(step, pid, 0);
	} else if (signal == (SIGTRAP | 0x80))
		on_call(step, pid);
	else
		resume(step, pid, event ? 0 : signal);
}

/* It lives on without us, and gets the signal that it was stopped for. */
static void detach(pid_t pid, int status)
{
	bool is_signal =
		status >> 16 == 0 && WSTOPSIG(status) != (SIGTRAP | 0x80);

	(void)ptrace(PTRACE_DETACH, pid, NULL,
		     is_signal ? (long)WSTOPSIG(status) : 0L);
}

/* The rest of those we trace. */
static void let_go(struct step *step)
{
	int status;

	/* Children that come to light meanwhile are last in the list. */
	for (size_t i = 0; i < step->traced_count; i++)
		if (halt(step, step->traced[i], &status))
			detach(step->traced[i], status);
	/* Those of parents that were killed before they could tell of them. */
	for (size_t i = 0; i < step->early_count; i++)
		(void)ptrace(PTRACE_DETACH, step->early[i], NULL, NULL);
}

/* Something of somebody, if there is anything. Return: who, 0 */
static pid_t look(const struct step *step, int *ret_status)
{
	siginfo_t stopped = { 0 };
	pid_t pid = waitpid(step->caller, ret_status, WNOHANG | __WALL);

	for (size_t i = 0; i < step->traced_count && !pid; i++)
		if (!step->sweep->init || step->traced[i] != step->watched)
			pid = waitpid(step->traced[i], ret_status,
				      WNOHANG | __WALL);
	if (pid == 0 &&
	    waitid(P_ALL, 0, &stopped, WSTOPPED | WNOHANG | __WALL) == 0) {
		pid = stopped.si_pid;
		*ret_status = stopped.si_status << 8 | 0x7f;
	}
	return pid;
}

/* An init that was there before is reaped only at the end: as its parent we
 * would be quicker than others who want to see how it ended.
 */
static pid_t wait_for_event(const struct step *step, int *ret_status)
{
	sigset_t child;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while ((pid = look(step, ret_status)) == 0)
		(void)sigwaitinfo(&child, NULL);
	return pid;
}

static void trace(struct step *step)
{
	int status;

	while (step->caller) {
		pid_t pid = wait_for_event(step, &status);

		if (pid < 0)
			die("wait");
		if (WIFSTOPPED(status)) {
			on_stop(step, pid, status);
			continue;
		}
		(void)take_out(step->traced, &step->traced_count, pid);
		if (pid != step->caller)
			continue;
		step->status = status;
		step->caller = 0;
	}
	step->status = WIFEXITED(step->status) ? WEXITSTATUS(step->status)
					       : 128 + WTERMSIG(step->status);
	let_go(step);
}

/* In a child: what it says must not go to our output. Whoever waits for the end
 * of that would wait for the container's.
 */
static void speak_to(const char *path)
{
	int log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	sigset_t none;

	(void)dup2(open("/dev/null", O_RDWR), 0);
	(void)dup2(log, 1);
	(void)dup2(log, 2);
	closefrom(3);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static pid_t start(char *const *command)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	speak_to("command.out");
	(void)raise(SIGSTOP);
	execvp(command[0], command);
	_exit(127);
}

/* It is there already, and waits in a system call, which it begins anew. */
static void watch_init(struct step *step, const char *path)
{
	auto_free char *text = NULL;
	struct error err;
	uint64_t pid;
	int status;

	if (file_read_text(path, 64, &text, NULL, &err) < 0 ||
	    parse_number(text, INT32_MAX, &pid) < 0)
		die(path);
	step->watched = (pid_t)pid;
	step->is_counting = true;
	if (ptrace(PTRACE_SEIZE, step->watched, NULL,
		   PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, step->watched, NULL, NULL) < 0 ||
	    waitpid(step->watched, &status, __WALL) != step->watched)
		die("trace the init");
	put_in(step->traced, &step->traced_count, step->watched);
	resume(step, step->watched, 0);
}

static void run_command(struct step *step)
{
	const struct sweep *sweep = step->sweep;
	bool is_caller = sweep->watch == WHO_CALLER;
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	int status;

	if (!is_caller && !sweep->init)
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			   PTRACE_O_TRACECLONE;
	step->caller = start(sweep->command);
	step->watched = is_caller ? step->caller : 0;
	if (step->caller < 0 ||
	    waitpid(step->caller, &status, WUNTRACED) != step->caller ||
	    ptrace(PTRACE_SEIZE, step->caller, NULL, options) < 0)
		die("trace the command");
	if (sweep->init)
		watch_init(step, sweep->init);
	(void)kill(step->caller, SIGCONT);
	trace(step);
}

/* Return: its exit status */
static int run_script(const char *script)
{
	pid_t pid;
	int status;

	if (!script)
		return 0;
	pid = fork();
	if (pid == 0) {
		speak_to("script.out");
		execlp("bash", "bash", "-e", "-c", script, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("wait for a script");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* All descendants are our children, sooner or later. Whoever was born when
 * nobody could tell us any more is stopped for our sake, and let go.
 */
static bool have_all_ended(void)
{
	struct timespec a_little = { 0, LEFT_STEP_MS * 1000000L };

	for (int ms = 0; ms < LEFT_TIMEOUT_MS; ms += LEFT_STEP_MS) {
		pid_t pid;
		int status;

		while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
			if (WIFSTOPPED(status))
				detach(pid, status);
		if (pid < 0)
			return true;
		(void)nanosleep(&a_little, NULL);
	}
	return false;
}

static void show_file(const char *path)
{
	auto_free char *text = NULL;
	struct error ignored;

	if (file_read_text(path, 1 << 20, &text, NULL, &ignored) == 0)
		(void)fputs(text, stderr);
}

/* Tell who is left, and end them. */
static void end_rest(void)
{
	auto_free char *shown = xasprintf(
		"ps -o pid,stat,args --ppid %d >&2; pkill -KILL --parent %d",
		getpid(), getpid());

	(void)run_script(shown);
	show_file("script.out");
	(void)have_all_ended();
}

/* Return: is all as it should be? */
static bool run_step(struct step *step)
{
	const struct sweep *sweep = step->sweep;
	auto_free char *status = NULL;
	bool is_good;

	(void)signal(SIGALRM, on_alarm);
	(void)alarm(STEP_TIMEOUT_S);
	if (run_script(sweep->before) != 0) {
		fprintf(stderr, "before call %lu:\n", step->target);
		show_file("script.out");
		return false;
	}
	run_command(step);
	status = xasprintf("%d", step->status);
	(void)setenv("CALLER_STATUS", status, 1);
	(void)setenv("EXECUTED", step->is_program ? "yes" : "", 1);
	(void)setenv("KILLED", step->is_fired ? words[sweep->kill] : "", 1);
	is_good = run_script(sweep->after) == 0;
	if (!is_good || !have_all_ended()) {
		auto_free char *name = seccomp_syscall_resolve_num_arch(
			SCMP_ARCH_NATIVE, (int)step->call);

		fprintf(stderr, "%s killed at call %lu (%s) of %s:%s\n",
			step->is_fired ? words[sweep->kill] : "nobody",
			step->target, name, words[sweep->watch],
			is_good ? " processes are left" : "");
		show_file(is_good ? "command.out" : "script.out");
		end_rest();
		is_good = false;
	}
	(void)alarm(0);
	return is_good;
}

static void enter(const char *directory)
{
	sigset_t child;

	auto_free char *runtime_dir = NULL;
	auto_free char *path = NULL;

	if (chdir(directory) < 0)
		die(directory);
	path = realpath(".", NULL);
	runtime_dir = xasprintf("%s/run", path);
	(void)setenv("XDG_RUNTIME_DIR", runtime_dir, 1);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		die("become a subreaper");
}

static _Noreturn void run_job(const struct sweep *sweep, const char *directory,
			      unsigned long first, unsigned long last,
			      unsigned long distance)
{
	int failures = 0;

	enter(directory);
	for (unsigned long at = first; at <= last; at += distance) {
		struct step step = { .sweep = sweep, .target = at };

		failures += !run_step(&step);
		if (failures == FAILURES_MAX)
			break;
	}
	exit(failures > 0);
}

/* Let nobody be killed. Return: number of calls */
static unsigned long count_calls(const struct sweep *sweep, const char *path)
{
	struct step step = { .sweep = sweep };
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	enter(path);
	if (!run_step(&step) || fchdir(here) < 0)
		exit(1);
	close(here);
	return step.calls;
}

static int run_all(const struct sweep *sweep, char *const *directories,
		   unsigned long count)
{
	unsigned long calls = count_calls(sweep, directories[0]);
	int status, result = 0;

	for (unsigned long i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid == 0)
			run_job(sweep, directories[i], i * sweep->every + 1,
				calls, count * sweep->every);
	}
	while (wait(&status) > 0)
		result |= status != 0;
	printf("%lu\n", calls);
	return result;
}

static void set_watched(struct sweep *sweep, const char *word)
{
	sweep->watch = strcmp(word, words[WHO_CALLER]) ? WHO_INIT : WHO_CALLER;
	if (sweep->watch == WHO_INIT && strcmp(word, words[WHO_INIT]) != 0)
		sweep->init = word;
}

int main(int argc, char **argv)
{
	struct sweep sweep = { .every = 1 };
	const char *victim = NULL;
	int at = 1, first;

	for (; at + 1 < argc && !strncmp(argv[at], "--", 2); at += 2) {
		const char *name = argv[at] + 2, *value = argv[at + 1];

		if (!strcmp(name, "watch"))
			set_watched(&sweep, value);
		else if (!strcmp(name, "kill"))
			victim = value;
		else if (!strcmp(name, "every"))
			sweep.every = strtoul(value, NULL, 10);
		else if (!strcmp(name, "before"))
			sweep.before = value;
		else if (!strcmp(name, "after"))
			sweep.after = value;
		else
			break;
	}
	first = at;
	while (at < argc && strcmp(argv[at], "--") != 0)
		at++;
	if (at == first || at + 1 >= argc || !sweep.every) {
		fputs("usage: kill_each [OPTION]... DIRECTORY... -- COMMAND...\n",
		      stderr);
		return 125;
	}
	sweep.kill = sweep.watch;
	if (victim)
		sweep.kill =
			strcmp(victim, words[WHO_INIT]) ? WHO_CALLER : WHO_INIT;
	sweep.command = argv + at + 1;
	return run_all(&sweep, argv + first, (unsigned long)(at - first));
}
