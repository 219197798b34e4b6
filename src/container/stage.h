// SPDX-License-Identifier: Apache-2.0
/* The parent's ear on the socket of init/sync.h. */
#ifndef CONTAINER_STAGE_H
#define CONTAINER_STAGE_H

#include <stdint.h>
#include <sys/types.h>

#include "init/sync.h"

/**
 * stage_wait() - Wait until init has come to a stage
 * @stage:	STAGE_END for: the command runs
 * @ret_fd:	A descriptor that came along, or -1; may be NULL
 * @err:	What init says has failed, in its words; ECHILD: it was killed
 *
 * Warnings on the way are logged. Return: 0, negative errno
 */
must_check int stage_wait(int sync, enum stage stage, int *ret_fd,
			  struct error *err);

/**
 * stage_wait_long() - The same, where others' programs are run on the way
 * @interrupt:	Of interrupt_open(); -1: none
 * @err:	EINTR: we have been asked to end
 *
 * Return: 0, negative errno
 */
must_check int stage_wait_long(int sync, int interrupt, enum stage stage,
			       int *ret_fd, struct error *err);

/**
 * stage_wait_command() - Wait until the command runs
 * @pid:	Of init, which executes it
 * @start_time:	Its process_start_time(), or 0 if it is a child of ours
 * @err:	ECHILD: also if init was killed right before
 *
 * Return: 0, negative errno
 */
must_check int stage_wait_command(int sync, int interrupt, pid_t pid,
				  uint64_t start_time, struct error *err);

#endif
