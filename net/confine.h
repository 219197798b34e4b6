// SPDX-License-Identifier: Apache-2.0
/* Giving up what a process of this program won't need again: descriptors,
 * limits, capabilities, the file system (Landlock), system calls (seccomp).
 *
 * The syscall filters are allow-lists, compiled when holt is built (see
 * filter_gen.c): compiling them here would take longer than all the rest. In a
 * build with AddressSanitizer, which needs many more calls, they are left out.
 */
#ifndef NET_CONFINE_H
#define NET_CONFINE_H

#include <stdbool.h>

#include "base/error.h"

/** confine_keep_only() - Close every descriptor above 2 but @fd */
void confine_keep_only(int fd);

/**
 * confine_network() - For the process that handles the container's frames
 * @fds_max:	Limit of open descriptors
 * @writes_file:	It has a file open that may grow
 *
 * In an empty root already, see isolate.h. Return: 0, negative errno
 */
must_check int confine_network(unsigned int fds_max, bool writes_file,
			       struct error *err);

/** confine_router() - For the process that makes transparent sockets */
must_check int confine_router(struct error *err);

/**
 * confine_supervisor() - For the process that answers the container's calls
 *
 * In the container's user namespace and with /proc as its root already: it may
 * read that, and look into the container's processes. Without Landlock, under
 * which nobody may look into who isn't under it too.
 */
must_check int confine_supervisor(struct error *err);

/** confine_watcher() - For the process that reads resolv.conf: may read files
 */
must_check int confine_watcher(struct error *err);

#endif
