// SPDX-License-Identifier: Apache-2.0
#include "container/stage.h"

#include "base/log.h"

int stage_wait(int sync, enum stage stage, int *ret_fd, struct error *err)
{
	struct sync_message message;

	for (;;) {
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
			return error_say(
				err, ECHILD,
				"the container's init was killed while it was set up");
		if (message.stage == STAGE_WARNING)
			log_failure(&message.error);
	}
}
