// SPDX-License-Identifier: Apache-2.0
/* Putting the fragments of a datagram together again (RFC 791, RFC 8200 4.5).
 *
 * Done before anything else looks at a frame, and strictly, for here is where
 * such stacks broke: what overlaps, doesn't fit or isn't UDP or ICMP is dropped
 * with all that belongs to it (RFC 5722). There is room for a few datagrams, of
 * which the oldest makes place.
 */
#ifndef NET_REASSEMBLY_H
#define NET_REASSEMBLY_H

#include "net/address.h"
#include "net/frame.h"

#define REASSEMBLY_SLOTS      8
#define REASSEMBLY_TIMEOUT_MS 5000

enum { REASSEMBLY_BLOCKS = 65536 / 8 };

struct reassembly_slot {
	int64_t begun_ms; /* 0: free */
	int family;
	uint32_t id;
	uint8_t protocol;
	uint8_t ends[2 * ADDRESS_SIZE]; /* source and destination */
	size_t head;  /* bytes before the payload; 0: to come */
	size_t total; /* of the payload; 0: to come */
	size_t received;
	uint64_t blocks[REASSEMBLY_BLOCKS / 64]; /* those that are there */
	uint8_t frame[FRAME_SIZE_MAX + 8];
};

/* Zero is empty. */
struct reassembly {
	struct reassembly_slot slots[REASSEMBLY_SLOTS];
};

/** reassembly_wants() - Is this frame a fragment? */
bool reassembly_wants(const uint8_t *frame, size_t size);

/**
 * reassembly_input() - Take a fragment
 * @now_ms:	Monotonic time
 * @out:	Room for FRAME_SIZE_MAX bytes
 *
 * Return: size of the frame in @out that is whole now; 0: there is none
 */
size_t reassembly_input(struct reassembly *reassembly, const uint8_t *frame,
			size_t size, int64_t now_ms, uint8_t *out);

#endif
