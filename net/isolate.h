// SPDX-License-Identifier: Apache-2.0
/* Away from the host: an empty, read-only root in namespaces of our own.
 *
 * Only the network namespace stays the host's. No pid namespace: it would cost
 * one more process, and the syscall filter leaves no call that takes a pid.
 */
#ifndef NET_ISOLATE_H
#define NET_ISOLATE_H

#include "base/error.h"

/**
 * isolate_from_host() - Enter new namespaces and an empty root
 *
 * Leaves the process with the capabilities of its new user namespace, to be
 * dropped by confine_network(). Return: 0, negative errno; then the process
 * must not go on.
 */
must_check int isolate_from_host(struct error *err);

#endif
