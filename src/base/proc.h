// SPDX-License-Identifier: Apache-2.0
/* Other processes, always through a pidfd. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct process {
	pid_t pid;
	int pidfd; /* close-on-exec; -1: none */
};

/**
 * process_spawn() - Start a program without copying our memory
 * @path:	Of the program; no search in PATH
 * @argv:	Its arguments; borrowed
 * @fds:	For each i, descriptor @fds[i] becomes number i; @fd_count of
 *them. -1: /dev/null. Everything else is closed at exec.
 * @ret:	Untouched on failure
 *
 * Signal mask and dispositions of the program are the defaults; it keeps our
 * environment.
 *
 * Return: 0, negative errno
 */
must_check int process_spawn(const char *path, char *const *argv,
			     const int *fds, size_t fd_count,
			     struct process *ret, struct error *err);

/* Descriptors for a program: .fds[i] becomes number i. */
struct process_files {
	const int *fds;
	size_t count;
};

/**
 * process_spawn_in() - process_spawn() as root of a user namespace
 * @userns:	Descriptor of one that we may join
 * @files:	See there
 *
 * Return: 0, negative errno
 */
must_check int process_spawn_in(int userns, const char *path, char *const *argv,
				const struct process_files *files,
				struct process *ret, struct error *err);

/**
 * process_become_root() - Join a user namespace as its root
 *
 * Our groups stay behind where they may be left. Return: 0, negative errno
 */
must_check int process_become_root(int userns);

/**
 * process_spawn_orphan() - process_spawn() of somebody else's child
 *
 * Whoever adopts orphans around us is its parent, and nobody here has to wait
 * for it. It may outlive us. Return: 0, negative errno
 */
must_check int process_spawn_orphan(const char *path, char *const *argv,
				    const int *fds, size_t fd_count,
				    struct error *err);

/**
 * process_wait() - Wait for the end and reap
 * @process:	Its pidfd is closed and forgotten
 *
 * Return: exit status 0..255, or 128 plus the signal; negative errno
 */
int process_wait(struct process *process);

/**
 * process_kill() - Signal it, if it is still there
 *
 * Return: 0, negative errno
 */
int process_kill(const struct process *process, int signal);

/**
 * process_start_time() - When a process was started
 * @ret:	Clock ticks since boot (proc_pid_stat(5), field 22): with the
 *		number it names a process for good
 *
 * Return: 0, -ESRCH: it is gone, a zombie, or on its way out
 */
must_check int process_start_time(pid_t pid, uint64_t *ret);

/** process_is_zombie() - Has it ended, and nobody has reaped it yet? */
bool process_is_zombie(pid_t pid);

/**
 * process_never_executed() - Is it still, or was it, a copy that fork(2) made?
 * @start_time:	What process_start_time() said; 0: it is a child of ours, whose
 *		number can't be another's
 *
 * Return: true if that is sure; false if a program has been executed in it, or
 * nothing can be known any more
 */
bool process_never_executed(pid_t pid, uint64_t start_time);

/**
 * process_is_stopped() - Does it do nothing until SIGCONT, or for ever?
 *
 * Return: stopped, traced, a zombie or gone
 */
bool process_is_stopped(pid_t pid);

/**
 * process_open() - A process that isn't our child, by number and start time
 * @ret:	.pidfd is -1 if that process is gone, or about to be; then the
 *		number may be another's. For process_close()
 *
 * Return: 0, negative errno
 */
must_check int process_open(pid_t pid, uint64_t start_time, struct process *ret,
			    struct error *err);

/** process_close() - Let go of it, and leave it as it is. */
void process_close(struct process *process);

/** process_clear() - Kill it (SIGKILL) if it runs, reap it, close the pidfd. */
void process_clear(struct process *process);

/**
 * program_find() - Where a helper program is
 * @name:	Without a slash
 * @path:	Colon-separated, as in PATH; NULL: none
 * @ret_path:	Owned by the caller; untouched on failure
 *
 * Looks in @path, then in /usr/bin, /usr/sbin, /bin and /sbin, for engines call
 * us without a PATH. Files that aren't executable are passed over.
 *
 * Return: 0, -ENOENT
 */
must_check int program_find(const char *name, const char *path,
			    char **ret_path);

/* Set when we run from a copy in memory: the path of the file it was made of.
 */
#define PROGRAM_PATH_VARIABLE "_HOLT_PROGRAM"

/**
 * program_find_own() - Where one of our own programs is
 * @name:	"holt-net" and the like: beside the file we run from
 * @ret_path:	Owned by the caller; untouched on failure
 * @err:	Says where it was looked for
 *
 * Return: 0, negative errno
 */
must_check int program_find_own(const char *name, char **ret_path,
				struct error *err);

#endif
