// SPDX-License-Identifier: Apache-2.0
#include "net/child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/confine.h"

int child_start(void (*run)(int sock, const void *data), const void *data,
		int *ret_sock, struct error *err)
{
	int pair[2];
	pid_t self = getpid();

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket pair");

	auto_close int ours = pair[0], theirs = pair[1];
	pid_t pid = fork();

	if (pid < 0)
		return error_set(err, errno, "fork");
	if (pid == 0) {
		confine_keep_only(theirs);
		/* The parent may have died before the request took effect. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != self)
			_exit(1);
		run(theirs, data);
		_exit(0);
	}
	*ret_sock = steal_fd(&ours);
	return 0;
}
