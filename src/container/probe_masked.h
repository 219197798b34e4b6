// SPDX-License-Identifier: Apache-2.0
/* What an outer container has mounted over parts of /proc or /sys. */
#ifndef CONTAINER_PROBE_MASKED_H
#define CONTAINER_PROBE_MASKED_H

#include "base/error.h"

/**
 * probe_masked() - Mounts below a directory
 * @prefix:	"/proc/", "/sys/"
 *
 * Return: the first few, ", " between them, owned; NULL: none
 */
char *probe_masked(const char *prefix);

/** probe_enter() - Make a detached tree the root, as a container's init does. */
must_check int probe_enter(int tree, struct error *err);

#endif
