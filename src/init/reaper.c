// SPDX-License-Identifier: Apache-2.0
/* --init: PID 1 is a copy of us that starts the command, passes signals on to
 * it, and takes in every orphan. From here on it can fail no more: whatever a
 * call says, it goes on, because its end is the container's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/exit.h"
#include "init/step.h"

/* Just what sending signals to another id needs. */
static void keep_only_kill(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1U << CAP_KILL, .permitted = 1U << CAP_KILL },
	};

	(void)syscall(SYS_capset, &header, data);
}

/* Take in who has ended. Ends with the command itself. */
static void reap(pid_t command)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != command)
			continue;
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) :
					  EXIT_SIGNAL + WTERMSIG(status));
	}
}

static _Noreturn void serve(const struct plan *plan, pid_t command)
{
	static const char name[] = "holt-init";
	sigset_t all;
	siginfo_t info;

	if (plan->arguments_size > sizeof(name)) {
		memset(plan->arguments, 0, plan->arguments_size);
		memcpy(plan->arguments, name, sizeof(name));
	}
	/* Not to be looked into: our executable is a file of the host. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)prctl(PR_SET_NAME, name);
	keep_only_kill();
	(void)syscall(SYS_close_range, 0, ~0U, 0);
	sigfillset(&all);
	for (;;) {
		int signal = sigwaitinfo(&all, &info);

		if (signal == SIGCHLD)
			reap(command);
		else if (signal > 0)
			(void)kill(command, signal);
	}
}

int step_reaper(struct init *init, struct error *err)
{
	sigset_t all, old;

	if (!init->plan->init)
		return 0;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);

	pid_t pid = _Fork();

	if (pid < 0)
		return error_set(err, errno, "start the command under init");
	if (pid > 0)
		serve(init->plan, pid);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return 0;
}
