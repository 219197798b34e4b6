// SPDX-License-Identifier: Apache-2.0
#include "net/confine.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/landlock.h"
#include "base/sandbox.h"
#include "net/filter_table.h"

/* The supervisor's are so many because it has to give a descriptor the number
 * that it has in the container.
 */
enum { SUPERVISOR_FDS_MAX = 65536 };

/* The kernel holds against this what any process of the same user has on its
 * way through sockets: as much as there may be.
 */
enum { SENDER_FDS_MAX = INT_MAX };

/* Address space: each TCP connection takes two buffers of 128 KiB. */
#define ADDRESS_SPACE_MAX (UINT64_C(4) << 30)

void confine_keep_only(int fd)
{
	if (fd > 3)
		(void)syscall(SYS_close_range, 3, (unsigned int)fd - 1, 0);
	(void)syscall(SYS_close_range, (unsigned int)fd + 1, ~0U, 0);
}

must_check static int set_limits(unsigned int fds_max, bool writes_file,
				 struct error *err)
{
	const struct sandbox_limit limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_FSIZE, writes_file ? RLIM_INFINITY : 0 },
		{ RLIMIT_NPROC, 0 },
		{ RLIMIT_NOFILE, fds_max },
#ifndef __SANITIZE_ADDRESS__
		{ RLIMIT_AS, ADDRESS_SPACE_MAX },
#endif
	};

	return sandbox_limit(limits, ARRAY_COUNT(limits), err);
}

/* Leave no file but, if @readable, those to be read. Kernels without Landlock
 * (or with it switched off) are passed over: the empty root and the syscall
 * filter forbid the same.
 */
must_check static int restrict_files(bool readable, struct error *err)
{
	auto_close int root = readable ? open("/", O_PATH | O_CLOEXEC) : -1;
	const struct landlock_place place = { root, LANDLOCK_READ_FILES };

	if (readable && root < 0)
		return error_set(err, errno, "open /");
	/* TCP to the host is what it is for. */
	return landlock_restrict(&place, 1, true, err) < 0 ? -err->code : 0;
}

int confine_network(unsigned int fds_max, bool writes_file, struct error *err)
{
	if (set_limits(fds_max, writes_file, err) < 0 ||
	    sandbox_keep(0, err) < 0 || restrict_files(false, err) < 0)
		return -err->code;
	return sandbox_filter(filter_network, ARRAY_COUNT(filter_network), err);
}

int confine_router(struct error *err)
{
	if (set_limits(SENDER_FDS_MAX, false, err) < 0 ||
	    sandbox_keep(1U << CAP_NET_RAW, err) < 0 ||
	    restrict_files(false, err) < 0)
		return -err->code;
	return sandbox_filter(filter_router, ARRAY_COUNT(filter_router), err);
}

int confine_supervisor(struct error *err)
{
	if (set_limits(SUPERVISOR_FDS_MAX, false, err) < 0 ||
	    sandbox_keep(1U << CAP_SYS_PTRACE, err) < 0)
		return -err->code;
	return sandbox_filter(filter_supervisor, ARRAY_COUNT(filter_supervisor),
			      err);
}

int confine_watcher(struct error *err)
{
	if (set_limits(SENDER_FDS_MAX, false, err) < 0 ||
	    sandbox_keep(0, err) < 0 || restrict_files(true, err) < 0)
		return -err->code;
	return sandbox_filter(filter_watcher, ARRAY_COUNT(filter_watcher), err);
}
