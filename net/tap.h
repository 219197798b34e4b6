// SPDX-License-Identifier: Apache-2.0
/* The tap: the container's end of the wire is an interface in its network
 * namespace, ours is a descriptor.
 *
 * Making it takes what the rest of this program gives up: entering the
 * container's namespaces, and /dev/net/tun. So a helper process is forked
 * before that, waits for the namespaces, makes and configures the interface,
 * passes the descriptor back and is gone.
 */
#ifndef NET_TAP_H
#define NET_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct tap_settings {
	uint32_t mtu; /* bytes */
	bool ipv6;
};

/**
 * tap_start() - Fork the helper
 * @settings:	Copied
 * @ret_sock:	Our end of a socket to it, owned by the caller
 *
 * The helper ends when that socket is closed, or when we die.
 *
 * Return: 0, negative errno
 */
must_check int tap_start(const struct tap_settings *settings, int *ret_sock,
			 struct error *err);

/**
 * tap_request() - Have the interface made
 * @sock:	From tap_start(); good for one request
 * @userns:	User namespace of the container
 * @netns:	Its network namespace
 *
 * Return: descriptor of the tap, non-blocking; negative errno
 */
must_check int tap_request(int sock, int userns, int netns, struct error *err);

/**
 * tap_write() - A frame to the container
 *
 * One that the interface has no room for is lost, as on any wire.
 */
void tap_write(int tap, const uint8_t *frame, size_t size);

#endif
