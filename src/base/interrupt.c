// SPDX-License-Identifier: Apache-2.0
#include "base/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"

int interrupt_open(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	sigset_t blocked, wanted;
	bool any = false;

	sigemptyset(&blocked);
	sigemptyset(&wanted);
	(void)sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (sigismember(&blocked, ends[i]) > 0) {
			sigaddset(&wanted, ends[i]);
			any = true;
		}
	return any ? signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK) : -1;
}

int interrupt_take(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
