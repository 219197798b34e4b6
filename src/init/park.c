// SPDX-License-Identifier: Apache-2.0
/* Between `create` and `start`: everything is made, only the command is left.
 * Whoever starts the container connects to a socket in its state directory;
 * that connection is then what the parent's socket was, so that errors of the
 * last steps reach who asked for them, and its end says that the command runs.
 */
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "init/step.h"
#include "init/sync.h"

static void sort(int *fds, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && fds[k - 1] > fds[k]; k--) {
			int fd = fds[k];

			fds[k] = fds[k - 1];
			fds[k - 1] = fd;
		}
}

/* Only what is still needed stays open: this process may wait for days, and
 * directories of the host are no company for it. Who reads what `create` says
 * up to its end isn't kept waiting, if the command is to write to a terminal.
 */
static int close_surplus(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	bool has_hooks = plan->start_hooks.count;
	int fds[] = {
		init->sync,
		plan->start_socket,
		plan->created_lock,
		init->console,
		init->proc,
		has_hooks ? plan->start_hooks.stdout_fd : -1,
		has_hooks ? plan->start_hooks.stderr_fd : -1,
	};
	unsigned int next = 3 + plan->preserve_fds;

	sort(fds, ARRAY_COUNT(fds));
	for (size_t i = 0; i < ARRAY_COUNT(fds); i++) {
		unsigned int fd = (unsigned int)fds[i];

		if (fds[i] < 0 || fd < next)
			continue;
		if (fd > next && syscall(SYS_close_range, next, fd - 1, 0) < 0)
			return error_set(err, errno, "close descriptors");
		next = fd + 1;
	}
	if (syscall(SYS_close_range, next, ~0U, 0) < 0)
		return error_set(err, errno, "close descriptors");
	init->root = init->scratch = init->devpts = init->null = -1;
	return 0;
}

int step_park(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	int result, starter;

	if (!plan->park)
		return 0;
	if (terminal_take_stdio(init, err) < 0 || close_surplus(init, err) < 0)
		return -err->code;
	result = sync_send(init->sync, STAGE_PARKED, -1);
	if (result < 0)
		return error_set(err, -result, "tell the parent");
	do {
		starter = accept4(plan->start_socket, NULL, NULL, SOCK_CLOEXEC);
	} while (starter < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (starter < 0)
		return error_set(err, errno, "wait to be started");
	close(init->sync);
	close(plan->start_socket);
	init->sync = starter;
	return 0;
}
