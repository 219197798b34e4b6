// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: from seccomp(2) on, each of our calls may be one that
 * the filter notifies its listener of, and would then wait for an answer from
 * somebody who hasn't got the descriptor yet. So it is handed over by a thread
 * that was there before the filter and isn't subject to it (a filter is one
 * thread's, unless SECCOMP_FILTER_FLAG_TSYNC is given). In between we make no
 * call at all: we look at a word of memory until the thread has ended, which it
 * does when the parent has passed the descriptor on.
 *
 * A thread, not a process, for that would be left behind as a child of the
 * command. It has our thread-local storage, so it uses nothing that writes
 * there while we look at errno.
 */
#include <linux/seccomp.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/exit.h"
#include "init/step.h"

enum {
	STACK_SIZE = 16384,
	PATIENCE_S = 30, /* longer than a parent tries to reach somebody */
};

/* Of struct errand, in place of a descriptor. */
enum { NOT_YET = -1, NEVER = -2 };

struct errand {
	int sync;
	_Atomic int listener;
	_Atomic int thread; /* its number; 0: it has ended, says the kernel */
	bool is_done;       /* once it has ended */
};

static int run_errand(void *data)
{
	struct errand *errand = data;
	struct sync_message message = { .stage = STAGE_END };
	int listener;

	while ((listener = atomic_load(&errand->listener)) == NOT_YET)
		(void)sched_yield();
	if (listener == NEVER ||
	    sync_send(errand->sync, STAGE_LISTENER, listener) < 0 ||
	    sync_receive(errand->sync, &message, NULL) < 0)
		return 0;
	errand->is_done = message.stage == STAGE_LISTENED;
	return 0;
}

static time_t now(void)
{
	struct timespec time = { 0 };

	/* Read from memory that the kernel shares with us, without a call. */
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	return time.tv_sec;
}

/* Until the thread is gone, whose stack is ours. Without a call. */
static void await(const struct errand *errand)
{
	time_t end = now() + PATIENCE_S;

	while (atomic_load(&errand->thread) != 0)
		if (now() >= end)
			_exit(EXIT_HOLT);
}

static int load(const struct seccomp_program *program, struct error *err)
{
	struct sock_fprog filter = { program->length, program->code };
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			      program->flags, &filter);

	if (result >= 0)
		return (int)result;
	if (errno == EBUSY)
		return error_say(
			err, EBUSY,
			"load the seccomp filter: there is a filter with a listener around us already, and the kernel allows one");
	return error_set(err, errno, "load the seccomp filter");
}

static int load_with_listener(const struct init *init, struct error *err)
{
	_Alignas(16) char stack[STACK_SIZE];
	struct errand errand = {
		.sync = init->sync,
		.listener = NOT_YET,
		.thread = -1,
	};
	int listener;

	if (clone(run_errand, stack + sizeof(stack),
		  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			  CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
			  CLONE_CHILD_CLEARTID,
		  &errand, &errand.thread, NULL, &errand.thread) < 0)
		return error_set(err, errno,
				 "start a thread for the seccomp listener");
	listener = load(&init->plan->seccomp, err);
	atomic_store(&errand.listener, listener < 0 ? NEVER : listener);
	await(&errand);
	if (listener < 0)
		return -err->code;
	/* Then the parent knows why. */
	return errand.is_done ? 0 : error_say(err, ECHILD, "no listener");
}

int filter_load(const struct init *init, struct error *err)
{
	const struct seccomp_program *program = &init->plan->seccomp;

	if (init->plan->bypass && bypass_load(init, err) < 0)
		return -err->code;
	if (!program->length)
		return 0;
	if (program->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
		return load_with_listener(init, err);
	return load(program, err) < 0 ? -err->code : 0;
}
