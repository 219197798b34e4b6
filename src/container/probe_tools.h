// SPDX-License-Identifier: Apache-2.0
/* What several rungs need. */
#ifndef CONTAINER_PROBE_TOOLS_H
#define CONTAINER_PROBE_TOOLS_H

#include "base/error.h"

/**
 * probe_masked() - What an outer container has mounted over a part of a tree
 * @prefix:	"/proc/", "/sys/"
 *
 * Return: the first few, ", " between them, owned; NULL: none
 */
char *probe_masked(const char *prefix);

/** probe_enter() - Make a detached tree the root, as a container's init does.
 */
must_check int probe_enter(int tree, struct error *err);

/**
 * probe_output() - Run a program for its first line
 * @text:	Gets what it says on stdout and stderr
 *
 * Return: exit status, negative errno
 */
must_check int probe_output(const char *path, char *const *argv, char *text,
			    size_t size, struct error *err);

#endif
