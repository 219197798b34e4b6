// SPDX-License-Identifier: Apache-2.0
/* The table of the TCP connections that the lane (lane.h) carries.
 *
 * Of fixed size, and zero is the empty table: what was never used takes no
 * memory. A flow that ended stays in its place until flows_sweep(), so that
 * events that were taken together with the last one can't hit another.
 */
#ifndef NET_FLOWS_H
#define NET_FLOWS_H

#include "net/address.h"
#include "net/pump.h"

#define FLOWS_MAX 16384

enum side { SIDE_GUEST, SIDE_HOST, SIDE_COUNT };

enum flow_state {
	FLOW_NONE,
	FLOW_HOST_CONNECTS, /* the guest waits for an answer to its SYN */
	FLOW_GUEST_CONNECTS,
	FLOW_OPEN,
	FLOW_ENDED,
};

/* Who is connected, as the container sees it. Zero where nothing is. */
struct flow_key {
	struct address guest;
	struct address peer;
	uint16_t guest_port; /* host order */
	uint16_t peer_port;
};

struct flow {
	enum flow_state state;
	bool is_due;     /* in the list of those with work to do */
	uint8_t waiting; /* ways, by bit of the side data comes from */
	uint8_t told;    /* of the end: ways */
	uint32_t isn;    /* number of the guest's SYN; host order */
	int fds[SIDE_COUNT];
	struct pump_way ways[SIDE_COUNT]; /* by the side data comes from */
	struct flow_key key;
	uint32_t next; /* in its chain, or among the free or ended */
	uint32_t next_due;
};

/* Flows are named by numbers from 1 on; 0 is none. */
struct flows {
	uint64_t seed;
	uint32_t used; /* the highest number there ever was */
	uint32_t free;
	uint32_t ended;
	uint32_t count;
	uint32_t chains[FLOWS_MAX];
	struct flow flows[FLOWS_MAX + 1];
};

/** flows_get() - The flow @number */
static inline struct flow *flows_get(struct flows *flows, uint32_t number)
{
	return &flows->flows[number];
}

/** flows_find() - Return: number of the flow with @key; 0: there is none */
uint32_t flows_find(struct flows *flows, const struct flow_key *key);

/**
 * flows_add() - Make room for a flow that isn't there yet
 *
 * Without descriptors (-1). Return: its number; 0: the table is full
 */
uint32_t flows_add(struct flows *flows, const struct flow_key *key);

/** flows_end() - It can't be found any more; its key may come again */
void flows_end(struct flows *flows, uint32_t number);

/** flows_sweep() - Numbers of ended flows may be used again */
void flows_sweep(struct flows *flows);

#endif
