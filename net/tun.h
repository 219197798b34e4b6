// SPDX-License-Identifier: Apache-2.0
/* Our end of the wire: packets of the container come out of a tun device, and
 * go in there. Where that device is, see router.h.
 *
 * libslirp, and so everything here, speaks of Ethernet frames: what is read
 * gets a header, whose addresses are always the same, and what is written loses
 * it. The kernel is told that it may hand over TCP segments larger than
 * packets, and with the checksum left to do (virtio_net.h): both save more than
 * they cost.
 */
#ifndef NET_TUN_H
#define NET_TUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/**
 * tun_make() - Make the device in this network namespace
 * @name:	Of the interface
 *
 * Return: descriptor, non-blocking; negative errno
 */
must_check int tun_make(const char *name, struct error *err);

/**
 * tun_read() - Take a packet as a frame
 * @frame:	Room for FRAME_SIZE_MAX bytes
 *
 * Return: its size; 0: it is nothing for us; -1 with errno
 */
ssize_t tun_read(int tun, uint8_t *frame);

/**
 * tun_write() - A frame to a container
 *
 * One that isn't IP has no addressee. One that the device has no room for is
 * lost, as on any wire.
 */
void tun_write(int tun, const uint8_t *frame, size_t size);

#endif
