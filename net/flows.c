// SPDX-License-Identifier: Apache-2.0
#include "net/flows.h"

#include <string.h>

/* Others choose addresses and ports: they shouldn't choose the chain too. */
static uint32_t chain_of(const struct flows *flows, const struct flow_key *key)
{
	static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	const uint8_t *parts[] = { key->guest.bytes, key->peer.bytes };
	uint64_t hash = flows->seed ^ ((uint64_t)key->guest_port << 16) ^
			key->peer_port;

	for (size_t i = 0; i < 2 * sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t word;

		memcpy(&word, parts[i / 2] + i % 2 * sizeof(word),
		       sizeof(word));
		hash = (hash ^ word) * odd;
		hash ^= hash >> 32;
	}
	return (uint32_t)(hash % FLOWS_MAX);
}

static bool is_same(const struct flow_key *a, const struct flow_key *b)
{
	return a->guest_port == b->guest_port && a->peer_port == b->peer_port &&
	       address_equal(&a->guest, &b->guest) &&
	       address_equal(&a->peer, &b->peer);
}

uint32_t flows_find(struct flows *flows, const struct flow_key *key)
{
	uint32_t number = flows->chains[chain_of(flows, key)];

	while (number && !is_same(&flows_get(flows, number)->key, key))
		number = flows_get(flows, number)->next;
	return number;
}

uint32_t flows_add(struct flows *flows, const struct flow_key *key)
{
	uint32_t *chain = &flows->chains[chain_of(flows, key)];
	uint32_t number = flows->free;
	struct flow *flow;

	if (number)
		flows->free = flows_get(flows, number)->next;
	else if (flows->used < FLOWS_MAX)
		number = ++flows->used;
	else
		return 0;
	flow = flows_get(flows, number);
	*flow = (struct flow){
		.fds = { -1, -1 },
		.key = *key,
		.next = *chain,
	};
	*chain = number;
	flows->count++;
	return number;
}

void flows_end(struct flows *flows, uint32_t number)
{
	struct flow *flow = flows_get(flows, number);
	uint32_t *at = &flows->chains[chain_of(flows, &flow->key)];

	while (*at != number)
		at = &flows_get(flows, *at)->next;
	*at = flow->next;
	flow->state = FLOW_ENDED;
	flow->next = flows->ended;
	flows->ended = number;
	flows->count--;
}

void flows_sweep(struct flows *flows)
{
	while (flows->ended) {
		struct flow *flow = flows_get(flows, flows->ended);
		uint32_t number = flows->ended;

		flows->ended = flow->next;
		flow->state = FLOW_NONE;
		flow->next = flows->free;
		flows->free = number;
	}
}
