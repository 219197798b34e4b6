// SPDX-License-Identifier: Apache-2.0
/* Packets to the container that are larger than its interface takes. IPv4's
 * are cut by the kernel that routes them; with IPv6 that is the sender's to do
 * (RFC 8200, 4.5), and the sender is us.
 */
#ifndef NET_FRAGMENT_H
#define NET_FRAGMENT_H

#include <stddef.h>
#include <stdint.h>

/**
 * fragment_next() - Make the next fragment of an IPv6 packet
 * @frame:	Whole frame with UDP or ICMPv6
 * @mtu:	Bytes that a packet may have, at least 1280
 * @done:	Bytes of the payload that came before
 * @out:	Room for a frame of that MTU
 * @ret_size:	Gets the size of the frame in @out
 *
 * Return: bytes of the payload in it; 0: there is none left
 */
size_t fragment_next(const uint8_t *frame, size_t size, size_t mtu, size_t done,
		     uint8_t *out, size_t *ret_size);

/** fragment_write() - A frame to the container, in fragments if need be */
void fragment_write(int tun, const uint8_t *frame, size_t size, size_t mtu);

#endif
