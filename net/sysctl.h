// SPDX-License-Identifier: Apache-2.0
/* Kernel parameters of network namespaces: the container's, the router's, and
 * those that containers share.
 */
#ifndef NET_SYSCTL_H
#define NET_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/**
 * sysctl_of_guest() - Set them for the container's, which we are in
 * @interface:	Its name
 * @ipv6:	Will the container have IPv6?
 *
 * To be called in its user namespace too, after its interface is made and
 * before that is up. Where /proc/sys can't be written (nested in another
 * container) or a parameter doesn't exist, things stay as they are: each only
 * makes something nicer.
 */
void sysctl_of_guest(const char *interface, bool ipv6);

/**
 * sysctl_of_interface() - Of these, only what is about an interface
 *
 * May be called in a user namespace above the container's.
 */
void sysctl_of_interface(const char *interface, bool ipv6);

/**
 * sysctl_of_router() - Set them for the router's, which we are in
 * @ipv6:	Will it route IPv6?
 *
 * Before its interfaces are made. Return: 0, negative errno: it can't be a
 * router.
 */
must_check int sysctl_of_router(bool ipv6, struct error *err);

/** sysctl_of_bridge() - The same for a shared network's, of what can be set */
void sysctl_of_bridge(void);

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
