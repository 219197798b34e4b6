// SPDX-License-Identifier: Apache-2.0
/* Giving up what a job doesn't need, before it reads a byte from elsewhere:
 * files but those below a few directories, TCP, new privileges, being looked
 * into.
 */
#ifndef IMAGE_WORKER_CONFINE_H
#define IMAGE_WORKER_CONFINE_H

#include "base/error.h"

/**
 * confine_to_trees() - For jobs that work on trees, and on what they have open
 * @writable:	Directory below which everything may be done but executing; -1
 * @readable:	Directory below which files may be read; -1: none
 *
 * By Landlock where the kernel has it; each newer kind of it forbids more.
 * Where it is missing a report says so. Return: 0, negative errno
 */
must_check int confine_to_trees(int writable, int readable, struct error *err);

#endif
