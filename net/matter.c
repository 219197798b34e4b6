// SPDX-License-Identifier: Apache-2.0
#include "net/matter.h"

#include <fcntl.h>

#include "base/cleanup.h"

int matter_read(struct matter *matter)
{
	const struct notice *notice = matter->notice;
	unsigned int flags = 0;
	int result;

	if (notice->size > sizeof(matter->given))
		return -EINVAL;
	result = target_read(matter->target, notice->address, &matter->given,
			     (size_t)notice->size);
	if (result == 0)
		result = target_flags(matter->target, notice->fd, &flags);
	if (result < 0)
		return result;
	matter->is_blocking = !(flags & O_NONBLOCK);
	matter->cloexec = flags & O_CLOEXEC;
	/* Was it the caller whom we have read, or one who got its number? */
	return notice_is_valid(matter->listener, notice->id) ? 0 : -ESRCH;
}

void matter_close(struct matter *matter)
{
	cleanup_close(&matter->sock);
	matter->sock = -1;
}

void matter_answer(struct matter *matter, int error)
{
	matter_close(matter);
	notice_answer(matter->listener, matter->notice->id, error);
}

void matter_let_go(struct matter *matter)
{
	matter_close(matter);
	notice_let_go(matter->listener, matter->notice->id);
}
