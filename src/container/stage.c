// SPDX-License-Identifier: Apache-2.0
#include "container/stage.h"

#include <poll.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/proc.h"

static int killed(struct error *err)
{
	return error_say(err, ECHILD,
			 "the container's init was killed while it was set up");
}

static int wait_for_word(int sync, int interrupt, struct error *err)
{
	struct pollfd fds[] = {
		{ sync, POLLIN, 0 },
		{ interrupt, POLLIN, 0 },
	};

	while (poll(fds, ARRAY_COUNT(fds), -1) < 0)
		if (errno != EINTR)
			return error_set(err, errno, "wait for hooks");
	if (fds[0].revents)
		return 0;
	return error_say(err, EINTR, "interrupted by signal %d in a hook",
			 interrupt_take(interrupt));
}

int stage_wait_long(int sync, int interrupt, enum stage stage, int *ret_fd,
		    struct error *err)
{
	struct sync_message message;

	for (;;) {
		if (interrupt >= 0 && wait_for_word(sync, interrupt, err) < 0)
			return -err->code;

		int result = sync_receive(sync, &message, ret_fd);

		if (result < 0)
			return error_set(err, -result,
					 "talk to the container's init");
		if (message.stage == stage)
			return 0;
		if (message.stage == STAGE_FAILED) {
			*err = message.error;
			return -err->code;
		}
		if (message.stage == STAGE_END)
			return killed(err);
		if (message.stage == STAGE_WARNING)
			log_failure(&message.error);
	}
}

int stage_wait(int sync, enum stage stage, int *ret_fd, struct error *err)
{
	return stage_wait_long(sync, -1, stage, ret_fd, err);
}

/* The socket is closed by execve(2), and by an end before that. */
int stage_wait_command(int sync, int interrupt, pid_t pid, uint64_t start_time,
		       struct error *err)
{
	if (stage_wait_long(sync, interrupt, STAGE_END, NULL, err) < 0)
		return -err->code;
	return process_never_executed(pid, start_time) ? killed(err) : 0;
}
