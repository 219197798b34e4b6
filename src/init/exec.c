// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/path.h"
#include "init/step.h"

/* A session of our own, so that the caller's terminal can't be typed into by
 * TIOCSTI; with a terminal of the container's as its own.
 */
static int take_terminal(const struct init *init, struct error *err)
{
	if (setsid() < 0 && errno != EPERM)
		return error_set(err, errno, "start a session");
	if (init->console < 0)
		return 0;
	if (ioctl(init->console, TIOCSCTTY, 0) < 0)
		return error_set(err, errno, "take the terminal");
	return terminal_take_stdio(init, err);
}

/* Nothing but what the command shall get stays open; a path like
 * /proc/self/fd/7 finds nothing of the host, not even during execve. The socket
 * keeps its number: the command's limit may allow no other.
 */
static int close_others(const struct init *init, struct error *err)
{
	unsigned int first = 3 + init->plan->preserve_fds;
	unsigned int sync = (unsigned int)init->sync;

	if (sync > first && syscall(SYS_close_range, first, sync - 1, 0) < 0)
		return error_set(err, errno, "close descriptors");
	if (syscall(SYS_close_range, sync + 1, ~0U, 0) < 0)
		return error_set(err, errno, "close descriptors");
	return 0;
}

static void default_signals(void)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		(void)sigaction(signal, &plain, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int fail(struct error *err, int code, const char *name, const char *why)
{
	(void)error_say(err, code, "exec: \"%s\": %s", name, why);
	err->exit_code = code == ENOENT || code == ENOTDIR
				 ? EXIT_NOT_FOUND
				 : EXIT_NOT_EXECUTABLE;
	return -code;
}

/* The file is there: so it is another that isn't. */
static int miss_loader(struct error *err, const char *name, const char *path)
{
	char loader[LOADER_ROOM], why[LOADER_ROOM + 64];

	if (!loader_find(path, loader, sizeof(loader)))
		return fail(
			err, ENOENT, name,
			"no such file or directory (its interpreter or loader is missing)");
	(void)snprintf(why, sizeof(why),
		       "no such file or directory (interpreter \"%s\" missing)",
		       loader);
	return fail(err, ENOENT, name, why);
}

/* Why execve() of @path failed, in the words engines look for. */
static int explain(struct error *err, int code, const char *name,
		   const char *path)
{
	struct stat st;

	switch (code) {
	case ENOENT:
	case ENOTDIR:
		if (stat(path, &st) == 0)
			return miss_loader(err, name, path);
		return fail(err, ENOENT, name, "no such file or directory");
	case EACCES:
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			return fail(err, EACCES, name,
				    "permission denied (it is a directory)");
		return fail(err, EACCES, name, "permission denied");
	case ENOEXEC:
		return fail(err, ENOEXEC, name, "exec format error");
	default:
		return fail(err, code, name, strerror(code));
	}
}

static const char *get_path(char *const *env)
{
	for (; *env; env++)
		if (!strncmp(*env, "PATH=", 5))
			return *env + 5;
	return _PATH_DEFPATH;
}

/* As execvp(3), but a file that is no program is not given to a shell. */
static int search(char *const *argv, char *const *env, struct error *err)
{
	const char *at = get_path(env);
	bool denied = false;
	char path[PATH_MAX];

	for (;;) {
		size_t length = strcspn(at, ":");
		int size = snprintf(path, sizeof(path), "%.*s%s%s", (int)length,
				    at, length ? "/" : "", argv[0]);

		if (size > 0 && (size_t)size < sizeof(path)) {
			execve(path, argv, env);
			if (errno == EACCES)
				denied = true;
			else if (errno != ENOENT && errno != ENOTDIR)
				return explain(err, errno, argv[0], path);
			else if (access(path, X_OK) == 0)
				return explain(err, ENOENT, argv[0], path);
		}
		if (!at[length])
			break;
		at += length + 1;
	}
	if (denied)
		return fail(err, EACCES, argv[0], "permission denied");
	return fail(err, ENOENT, argv[0], "executable file not found in $PATH");
}

/* Is there anything to be executed by this path? What execve(2) will say of it
 * is left to be seen.
 */
static bool is_candidate(int directory, const char *path, bool *ret_denied)
{
	struct stat st;

	if (fstatat(directory, path, &st, 0) < 0) {
		*ret_denied |= errno == EACCES;
		return false;
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & 0111))
		return true;
	*ret_denied = true;
	return false;
}

static bool find_in_path(const char *name, const char *at, bool *ret_denied)
{
	char path[PATH_MAX];

	for (;;) {
		size_t length = strcspn(at, ":");
		int size = snprintf(path, sizeof(path), "%.*s%s%s", (int)length,
				    at, length ? "/" : "", name);

		if (size > 0 && (size_t)size < sizeof(path) &&
		    is_candidate(AT_FDCWD, path, ret_denied))
			return true;
		if (!at[length])
			return false;
		at += length + 1;
	}
}

/* Before anybody is told that the container is there: who makes a container
 * whose command is missing wants to hear it then, not when it is started. What
 * is given from the working directory on is looked for there, if that exists.
 */
int step_find(struct init *init, struct error *err)
{
	const struct spec_process *process = init->plan->process;
	char *const *env = init->plan->env;
	const char *name;
	bool denied = false;

	/* execve(2) would tell in a moment, if it weren't for the parking. */
	if (!init->plan->park || process->args.count == 0)
		return 0;
	name = process->args.items[0];

	auto_close int directory =
		path_open_in(init->root, process->cwd, O_PATH | O_DIRECTORY, 0);

	if (*name && !strchr(name, '/')) {
		if (find_in_path(name, get_path(env), &denied))
			return 0;
		if (denied)
			return fail(err, EACCES, name, "permission denied");
		return fail(err, ENOENT, name,
			    "executable file not found in $PATH");
	}
	if (is_candidate(directory >= 0 ? directory : AT_FDCWD, name, &denied))
		return 0;
	if (denied)
		return explain(err, EACCES, name, name);
	return fail(err, ENOENT, name, "no such file or directory");
}

int step_dress(struct init *init, struct error *err)
{
	if (init->plan->process->args.count == 0)
		return error_say(err, EINVAL, "process not set");
	if (take_terminal(init, err) < 0 || close_others(init, err) < 0)
		return -err->code;
	default_signals();
	if (init->plan->listen_pid)
		(void)snprintf(init->plan->listen_pid, LISTEN_PID_ROOM,
			       "LISTEN_PID=%d", getpid());
	return 0;
}

int step_exec(struct init *init, struct error *err)
{
	char *const *argv = init->plan->process->args.items;
	char *const *env = init->plan->env;

	if (!*argv[0])
		return fail(err, ENOENT, "", "the command's name is empty");
	if (!strchr(argv[0], '/'))
		return search(argv, env, err);
	execve(argv[0], argv, env);
	return explain(err, errno, argv[0], argv[0]);
}
