// SPDX-License-Identifier: Apache-2.0
/* The answer to a frame that may not pass: a connection is reset, anything
 * else gets an ICMP error, so that programs fail at once instead of waiting.
 */
#ifndef NET_REFUSE_H
#define NET_REFUSE_H

#include "net/frame.h"

#define REFUSE_SIZE_MAX 128

/**
 * refuse_make() - Build the answer
 * @frame:	TCP, UDP or an echo request, from frame_parse()
 * @out:	Room for REFUSE_SIZE_MAX bytes
 *
 * Return: size of the answer; 0: such a frame is never answered
 */
size_t refuse_make(const struct frame *frame, uint8_t *out);

#endif
