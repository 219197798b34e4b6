// SPDX-License-Identifier: Apache-2.0
/* v2 counts, and wakes who polls the file with the counts. v1 writes to an
 * eventfd when memory runs short, and when the cgroup goes.
 */
#include "cgroup/oom.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"
#include "cgroup/tree.h"

#define CONTROL_V1 "memory.oom_control"
#define COUNTS_V2  "memory.events"

static int open_memory(const struct cgroup *cgroup, bool *ret_is_v1)
{
	const char *v1 = cgroup_v1_directory(cgroup, "memory");
	const char *path = v1 ? v1 : cgroup->v2;
	struct error ignored;

	*ret_is_v1 = v1;
	return path ? cgroup_tree_open(path, &ignored) : -1;
}

uint64_t cgroup_oom_kills(const struct cgroup *cgroup)
{
	bool is_v1;
	auto_close int dir = open_memory(cgroup, &is_v1);
	const struct stats_source source = { dir };
	auto_free char *text =
		stats_read(&source, is_v1 ? CONTROL_V1 : COUNTS_V2);

	return text ? stats_field(text, "oom_kill") : 0;
}

static int watch_v1(int dir)
{
	auto_close int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	auto_close int control = openat(dir, CONTROL_V1, O_RDONLY | O_CLOEXEC);
	char text[32];
	struct error ignored;

	if (event < 0 || control < 0)
		return -1;
	(void)snprintf(text, sizeof(text), "%d %d", event, control);
	if (cgroup_tree_write(dir, "cgroup.event_control", text, &ignored) < 0)
		return -1;
	return steal_fd(&event);
}

void cgroup_oom_watch(const struct cgroup *cgroup, struct cgroup_oom *ret)
{
	bool is_v1;
	auto_close int dir = open_memory(cgroup, &is_v1);

	*ret = (struct cgroup_oom){ .fd = -1, .cgroup = cgroup };
	if (dir < 0)
		return;
	ret->events = is_v1 ? POLLIN : POLLPRI;
	ret->fd = is_v1 ? watch_v1(dir)
			: openat(dir, COUNTS_V2, O_RDONLY | O_CLOEXEC);
	ret->seen = cgroup_oom_kills(cgroup);
}

bool cgroup_oom_happened(struct cgroup_oom *oom)
{
	uint64_t count = 0;
	bool is_v1 = oom->events == POLLIN;
	ssize_t size;
	char text[512];

	if (oom->fd < 0)
		return false;
	/* Reading ends what poll(2) waits for, with both. */
	size = is_v1 ? read(oom->fd, &count, sizeof(count))
		     : pread(oom->fd, text, sizeof(text), 0);
	if (is_v1) {
		bool other;
		auto_close int dir = open_memory(oom->cgroup, &other);

		return size == sizeof(count) && dir >= 0;
	}
	count = cgroup_oom_kills(oom->cgroup);
	if (count <= oom->seen)
		return false;
	oom->seen = count;
	return true;
}

void cgroup_oom_clear(struct cgroup_oom *oom)
{
	if (oom->fd >= 0)
		close(oom->fd);
	oom->fd = -1;
}
