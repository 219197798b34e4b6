// SPDX-License-Identifier: Apache-2.0
#include "container/inside.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "idmap/apply.h"
#include "init/birth.h"

/* Ask for the namespace of a process that waits for nothing but its end. */
must_check static int open_userns(pid_t pid, struct error *err)
{
	auto_free char *path = xasprintf("/proc/%d/ns/user", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

/* Be there until somebody else has the namespace open, or would have. */
static _Noreturn void wait_for_end(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (;;)
		(void)pause();
}

int inside_make(const struct ids *ids, struct error *err)
{
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };
	auto_with(process_clear) struct process child = { 0, -1 };
	pid_t self = getpid();

	child.pid = birth_clone(CLONE_NEWUSER, -1, &child.pidfd);
	if (child.pid < 0) {
		int code = -child.pid;

		child.pid = 0;
		return error_set(err, code, "make a user namespace");
	}
	if (child.pid == 0)
		wait_for_end(self);
	if (idmap_apply_begin(child.pid, &ids->uids, &ids->gids, &ids->helpers,
			      &apply, err) < 0 ||
	    idmap_apply_finish(&apply, err) < 0)
		return -err->code;
	return open_userns(child.pid, err);
}
