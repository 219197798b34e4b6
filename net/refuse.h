// SPDX-License-Identifier: Apache-2.0
/* The answer to a frame that can't go where it should: programs fail at once
 * instead of waiting.
 */
#ifndef NET_REFUSE_H
#define NET_REFUSE_H

#include "net/frame.h"

#define REFUSE_SIZE_MAX 128

enum refuse_reason {
	REFUSE_PORT,       /* nobody listens there: a reset, or ICMP's word */
	REFUSE_PROHIBITED, /* it may not pass; as above for TCP and UDP */
	REFUSE_HOST,       /* there is no way to the host */
	REFUSE_NET,        /* nor to its network */
	REFUSE_COUNT
};

/**
 * refuse_make() - Build the answer
 * @frame:	TCP, UDP or an echo request, from frame_parse()
 * @out:	Room for REFUSE_SIZE_MAX bytes
 *
 * Return: size of the answer; 0: such a frame is never answered
 */
size_t refuse_make(const struct frame *frame, enum refuse_reason reason,
		   uint8_t *out);

/* An ICMP error, of the frame's family. */
struct refuse_error {
	const uint8_t *from; /* address of who says so */
	uint8_t type;
	uint8_t code;
	uint32_t info; /* the MTU that would do, where that is the error */
};

/**
 * refuse_pass() - Build an error that somebody else has sent
 * @frame:	As for refuse_make()
 * @out:	Room for REFUSE_SIZE_MAX bytes
 *
 * Return: its size
 */
size_t refuse_pass(const struct frame *frame, const struct refuse_error *error,
		   uint8_t *out);

#endif
