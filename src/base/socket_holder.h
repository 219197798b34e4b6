// SPDX-License-Identifier: Apache-2.0
/* Who has a port of this machine: for messages. */
#ifndef BASE_SOCKET_HOLDER_H
#define BASE_SOCKET_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

#define SOCKET_HOLDER_TEXT_MAX 64

/**
 * socket_holder_find() - Say who has a port in this network namespace
 * @protocol:	IPPROTO_TCP: who listens there; IPPROTO_UDP: who is bound to it
 * @port:	Host order
 * @text:	Gets "nginx (process 1234)"; of processes that aren't ours to
 *look into only "a process of user 0". Room for SOCKET_HOLDER_TEXT_MAX
 *
 * Looks through /proc, which takes a while. Return: was somebody found?
 */
bool socket_holder_find(uint8_t protocol, uint16_t port, char *text);

#endif
