// SPDX-License-Identifier: Apache-2.0
/* --init: PID 1 is a copy of us that starts the command, passes signals on to
 * it, and takes in every orphan. From here on it can fail no more: whatever a
 * call says, it goes on, because its end is the container's.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
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
		_exit(WIFEXITED(status) ? WEXITSTATUS(status)
					: EXIT_SIGNAL + WTERMSIG(status));
	}
}

/* Before there is a command, which is not to find another name. */
static void become_init(const struct plan *plan)
{
	static const char name[] = "holt-init";

	if (plan->arguments_size > sizeof(name)) {
		memset(plan->arguments, 0, plan->arguments_size);
		memcpy(plan->arguments, name, sizeof(name));
	}
	(void)prctl(PR_SET_NAME, name);
}

static _Noreturn void serve(pid_t command)
{
	sigset_t all;
	siginfo_t info;

	/* Not to be looked into: our executable is a file of the host. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
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

struct birth {
	struct init *init;
	int (*command)(struct init *init, struct error *err);
	struct error *err;
	sigset_t signals; /* to be blocked in the command */
};

static int be_born(void *data)
{
	const struct birth *birth = data;
	/* Memory is shared, descriptor tables aren't: numbers that change here
	 * must not change for PID 1.
	 */
	struct init init = *birth->init;

	(void)sigprocmask(SIG_SETMASK, &birth->signals, NULL);
	(void)birth->command(&init, birth->err);
	_exit(EXIT_HOLT);
}

int reaper_run(struct init *init,
	       int (*command)(struct init *init, struct error *err),
	       struct error *err)
{
	/* Room for the paths that the steps put together. We are stopped until
	 * the child has executed the command or has ended (CLONE_VFORK): a copy
	 * of our memory would cost more than all the child does with it.
	 */
	_Alignas(16) char stack[65536];
	struct birth birth = { init, command, err, { { 0 } } };
	sigset_t all;

	become_init(init->plan);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &birth.signals);

	pid_t pid = clone(be_born, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);

	if (pid < 0)
		return error_set(err, errno, "start the command under init");
	if (err->code)
		return -err->code;
	serve(pid);
}
