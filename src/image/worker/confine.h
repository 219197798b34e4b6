// SPDX-License-Identifier: Apache-2.0
/* Giving up what a job doesn't need, before it reads a byte from elsewhere:
 * files but those below a few directories, programs, processes, capabilities,
 * system calls, and for most jobs the network.
 */
#ifndef IMAGE_WORKER_CONFINE_H
#define IMAGE_WORKER_CONFINE_H

#include "base/alloc.h"

/**
 * confine_to_trees() - For jobs that work on trees, and on what they have open
 * @writable:	Directory below which everything may be done but executing; -1
 * @readable:	Directory below which files may be read; -1: none
 *
 * By Landlock where the kernel has it; each newer kind of it forbids more.
 * Where it is missing a report says so. Return: 0, negative errno
 */
must_check int confine_to_trees(int writable, int readable, struct error *err);

/**
 * confine_to_store() - For jobs between the store and an archive
 * @store:	Directory below which everything may be done but executing
 * @other:	What is no directory doesn't count: it is open
 * @other_writable: Or only read
 */
must_check int confine_to_store(int store, int other, bool other_writable,
				struct error *err);

/**
 * confine_to_network() - For jobs that talk to registries
 * @store:	-1: none
 * @files:	That may be read, or directories of such, beside what says how
 *names of hosts are looked up and whose certificates count
 *
 * No sockets of AF_UNIX: what looks up names by asking a service is passed
 * over, and the servers of resolv.conf(5) are asked.
 */
must_check int confine_to_network(int store, const struct strv *files,
				  struct error *err);

#endif
