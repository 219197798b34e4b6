// SPDX-License-Identifier: Apache-2.0
/* linux.netDevices: interfaces of the host's that move into the container. */
#ifndef CONTAINER_NET_DEVICES_H
#define CONTAINER_NET_DEVICES_H

#include "plan/plan.h"

/**
 * net_devices_move() - Move every interface of plan->net_devices
 * @sock:	Routing netlink socket in the container's network namespace
 * @err:	Names the interface
 *
 * Each keeps its addresses of global scope that don't expire, gets its new name
 * and is brought up (config-linux.md, "Network Devices"). When the container
 * ends the kernel gives hardware back, and removes what is virtual.
 *
 * Return: 0, negative errno
 */
must_check int net_devices_move(const struct plan *plan, int sock,
				struct error *err);

#endif
