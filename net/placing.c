// SPDX-License-Identifier: Apache-2.0
#include "net/placing.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cleanup.h"

/* An epoll knows a socket by the number that the caller has for it. So it gets
 * that number here too, for a moment.
 */
static int watch_as(int sock, int number, const struct target_watch *watch)
{
	struct epoll_event event = {
		.events = watch->events,
		.data.u64 = watch->data,
	};
	int aside = sock == number ? -1 : dup(number);
	int result = sock == number ? number : dup2(sock, number);

	if (result >= 0)
		result = epoll_ctl(watch->epoll, EPOLL_CTL_ADD, number, &event);
	result = result < 0 ? -errno : 0;
	if (aside >= 0) {
		(void)dup2(aside, number);
		close(aside);
	} else if (sock != number) {
		close(number);
	}
	return result;
}

int placing_watch(const struct matter *matter, int made)
{
	struct target_watch list[TARGET_WATCHES_MAX];
	size_t count = target_watches(matter->target, matter->notice->fd, list);
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		if (result == 0)
			result = watch_as(made, matter->notice->fd, &list[i]);
		close(list[i].epoll);
	}
	return result;
}

void placing_finish(struct placing *placing, int listener, int error)
{
	int flags = fcntl(placing->sock, F_GETFL);
	int result = 0;

	if (placing->is_blocking &&
	    fcntl(placing->sock, F_SETFL, flags & ~O_NONBLOCK) < 0)
		result = -errno;
	if (result == 0)
		result = notice_replace(listener, placing->id, placing->fd,
					placing->sock, placing->cloexec);
	cleanup_close(&placing->sock);
	placing->sock = -1;
	notice_answer(listener, placing->id, result < 0 ? result : error);
}
