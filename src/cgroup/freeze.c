// SPDX-License-Identifier: Apache-2.0
/* Stopping everything in a cgroup, letting it go on, ending it. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/cgroup.h"
#include "cgroup/tree.h"

/* What the kernel may take for it; processes in uninterruptible waits take
 * longest.
 */
enum { FREEZE_TIMEOUT_MS = 10000, RETRY_MS = 1, RETRIES = 10000 };

static const char *freezer_of(const struct cgroup *cgroup)
{
	for (size_t i = 0; i < cgroup->v1.count; i++) {
		const char *item = cgroup->v1.items[i];
		const char *found = strstr(item, "freezer");

		if (found && found < strchr(item, '='))
			return strchr(item, '=') + 1;
	}
	return NULL;
}

static bool has_line(const char *text, const char *line)
{
	const char *found = strstr(text, line);

	return found && (found == text || found[-1] == '\n');
}

static int not_there(bool on, struct error *err)
{
	return error_say(
		err, EOPNOTSUPP,
		"the container has no cgroup that could be frozen: its processes can't be %s",
		on ? "paused" : "resumed");
}

/* cgroup.events is read anew each time the kernel says it has changed. */
static int wait_for_event(int dir, const char *line, struct error *err)
{
	auto_close int fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	struct pollfd waiting = { fd, POLLPRI, 0 };
	char text[512];

	if (fd < 0)
		return error_set(err, errno, "open cgroup.events");
	for (;;) {
		ssize_t size = pread(fd, text, sizeof(text) - 1, 0);

		if (size < 0)
			return error_set(err, errno, "read cgroup.events");
		text[size] = '\0';
		if (has_line(text, line))
			return 0;

		int result = poll(&waiting, 1, FREEZE_TIMEOUT_MS);

		if (result < 0 && errno != EINTR)
			return error_set(err, errno, "wait for the cgroup");
		if (result == 0)
			return error_say(err, ETIMEDOUT, "no '%s' within %d s",
					 line, FREEZE_TIMEOUT_MS / 1000);
	}
}

static int freeze_v2(const char *path, bool on, struct error *err)
{
	auto_close int dir = cgroup_tree_open(path, err);

	if (dir < 0)
		return dir;
	if (cgroup_tree_write(dir, "cgroup.freeze", on ? "1" : "0", err) < 0 ||
	    wait_for_event(dir, on ? "frozen 1" : "frozen 0", err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}

/* v1 tells nobody when it is done, and may lose a process that was being
 * started: it has to be asked again.
 */
static int freeze_v1(const char *path, bool on, struct error *err)
{
	const char *wanted = on ? "FROZEN" : "THAWED";
	auto_close int dir = cgroup_tree_open(path, err);

	if (dir < 0)
		return dir;
	for (int i = 0; i < RETRIES; i++) {
		auto_free char *text = NULL;

		if (cgroup_tree_write(dir, "freezer.state", wanted, err) < 0 ||
		    cgroup_tree_read(dir, "freezer.state", &text, err) < 0)
			return error_wrap(err, "%s", path);
		if (has_line(text, wanted))
			return 0;
		(void)poll(NULL, 0, RETRY_MS);
	}
	return error_say(err, ETIMEDOUT, "%s doesn't become %s", path, wanted);
}

int cgroup_freeze(const struct cgroup *cgroup, bool on, struct error *err)
{
	const char *freezer = freezer_of(cgroup);

	if (freezer)
		return freeze_v1(freezer, on, err);
	return cgroup->v2 ? freeze_v2(cgroup->v2, on, err) : not_there(on, err);
}

int cgroup_is_frozen(const struct cgroup *cgroup)
{
	const char *freezer = freezer_of(cgroup);
	const char *path = freezer ? freezer : cgroup->v2;
	auto_free char *text = NULL;
	struct error err;

	if (!path)
		return 0;

	auto_close int dir = cgroup_tree_open(path, &err);

	if (dir < 0 ||
	    cgroup_tree_read(dir, freezer ? "freezer.state" : "cgroup.freeze",
			     &text, &err) < 0)
		return -err.code;
	return freezer ? !has_line(text, "THAWED") : *text == '1';
}

static int signal_pid(pid_t pid, int signal)
{
	auto_close int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0)
		return errno == ESRCH ? 0 : -errno;
	if (syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 &&
	    errno != ESRCH)
		return -errno;
	return 0;
}

static int signal_all(const struct cgroup *cgroup, int signal,
		      size_t *ret_count, struct error *err)
{
	auto_free pid_t *pids = NULL;

	if (cgroup_pids(cgroup, &pids, ret_count, err) < 0)
		return -err->code;
	for (size_t i = 0; i < *ret_count; i++) {
		int result = signal_pid(pids[i], signal);

		if (result < 0)
			return error_set(err, -result, "signal process %d",
					 pids[i]);
	}
	return 0;
}

/* At one stroke, where the kernel can (Linux 5.14). */
static bool kill_at_once(const struct cgroup *cgroup)
{
	struct error ignored;

	if (!cgroup->v2)
		return false;

	auto_close int dir = cgroup_tree_open(cgroup->v2, &ignored);

	return dir >= 0 &&
	       cgroup_tree_write(dir, "cgroup.kill", "1", &ignored) == 0;
}

/* One by one. Some may be born while we look: again, until none is. A frozen
 * one can't even die.
 */
static int kill_by_and_by(const struct cgroup *cgroup, struct error *err)
{
	size_t count = 0;

	for (int i = 0; i < RETRIES; i++) {
		if (signal_all(cgroup, SIGKILL, &count, err) < 0)
			return -err->code;
		if (count == 0)
			return 0;
		if (cgroup_is_frozen(cgroup) > 0 &&
		    cgroup_freeze(cgroup, false, err) < 0)
			return -err->code;
		(void)poll(NULL, 0, RETRY_MS);
	}
	return error_say(err, ETIMEDOUT, "%zu processes don't end", count);
}

int cgroup_kill(const struct cgroup *cgroup, int signal, struct error *err)
{
	size_t count;

	if (!cgroup_is_there(cgroup))
		return 0;
	if (signal != SIGKILL)
		return signal_all(cgroup, signal, &count, err);
	if (!kill_at_once(cgroup))
		return kill_by_and_by(cgroup, err);
	if (freezer_of(cgroup) && cgroup_is_frozen(cgroup) > 0)
		return cgroup_freeze(cgroup, false, err);
	return 0;
}
