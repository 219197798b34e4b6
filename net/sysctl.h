// SPDX-License-Identifier: Apache-2.0
/* Kernel parameters of the container's network namespace. */
#ifndef NET_SYSCTL_H
#define NET_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * sysctl_apply() - Set them for the namespace we are in
 * @ipv6:	Will the container have IPv6?
 *
 * To be called in the container's user and network namespace, after its tap is
 * made and before that is up. Where /proc/sys can't be written (nested in
 * another container) or a parameter doesn't exist, things stay as they are:
 * each only makes something nicer.
 */
void sysctl_apply(bool ipv6);

/**
 * sysctl_ping_range() - Which group ids may ping, as text for the kernel
 * @gid_map:	Content of /proc/self/gid_map
 * @text:	Gets "FIRST LAST"
 * @size:	Room in @text
 *
 * The widest range from the first mapped id on that the kernel accepts: both
 * ends must be mapped, and in order outside too.
 *
 * Return: is there one?
 */
bool sysctl_ping_range(const char *gid_map, char *text, size_t size);

#endif
