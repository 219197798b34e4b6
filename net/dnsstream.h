// SPDX-License-Identifier: Apache-2.0
/* DNS messages over TCP: each with its length in two bytes before it. The
 * sockets are non-blocking, so a message may go in several steps.
 */
#ifndef NET_DNSSTREAM_H
#define NET_DNSSTREAM_H

#include <stddef.h>
#include <stdint.h>

#define DNSSTREAM_HEAD 2
#define DNSSTREAM_MAX  (DNSSTREAM_HEAD + 65535)

/**
 * dnsstream_put() - Make a message ready to be sent
 * @data:	Room for DNSSTREAM_HEAD bytes more than @size
 *
 * Return: bytes there are to send
 */
size_t dnsstream_put(uint8_t *data, const uint8_t *message, size_t size);

/**
 * dnsstream_send() - Send what can be sent now
 * @done:	Bytes sent so far, of @size
 *
 * Return: 1: all is sent; 0: not yet; -1: the connection is broken
 */
int dnsstream_send(int fd, const uint8_t *data, size_t size, size_t *done);

/**
 * dnsstream_receive() - Receive what there is of one message, no more
 * @data:	Gets the message, with its length before it
 * @room:	Bytes of @data
 * @done:	Bytes received so far
 *
 * Return: size of the message, which is whole now; 0: it isn't yet; -1: the
 * connection is at its end or broken, or the message doesn't fit or is empty
 */
int dnsstream_receive(int fd, uint8_t *data, size_t room, size_t *done);

#endif
