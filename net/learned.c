// SPDX-License-Identifier: Apache-2.0
#include "net/learned.h"

#include <string.h>

static size_t chain_of(const struct address *address)
{
	uint64_t hash = (uint64_t)address->family;

	for (size_t i = 0; i < ADDRESS_SIZE; i += 8) {
		uint64_t word;

		memcpy(&word, address->bytes + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return hash % LEARNED_MAX;
}

static void take_out(struct learned *learned, uint16_t number)
{
	const struct learned_entry *entry = &learned->entries[number];
	uint16_t *link = &learned->chains[chain_of(&entry->address)];

	while (*link != number)
		link = &learned->entries[*link].next;
	*link = entry->next;
}

/* Return: number of an entry that is in no chain; 0: there is none */
static uint16_t make_room(struct learned *learned)
{
	uint16_t first = 1;

	if (learned->used < LEARNED_MAX)
		return ++learned->used;
	for (uint16_t i = 2; i <= LEARNED_MAX; i++)
		if (learned->entries[i].until_ms <
		    learned->entries[first].until_ms)
			first = i;
	if (learned->entries[first].until_ms == LEARNED_FOREVER)
		return 0;
	take_out(learned, first);
	return first;
}

bool learned_add(struct learned *learned, const struct address *address,
		 uint16_t rule, const char *name, int64_t until_ms)
{
	uint16_t *chain = &learned->chains[chain_of(address)];
	struct learned_entry *entry = NULL;
	uint16_t number = *chain;

	while (number &&
	       (learned->entries[number].rule != rule ||
		!address_equal(&learned->entries[number].address, address)))
		number = learned->entries[number].next;
	if (!number) {
		number = make_room(learned);
		if (!number)
			return false;
		entry = &learned->entries[number];
		*entry = (struct learned_entry){
			.address = *address,
			.rule = rule,
			.next = *chain,
		};
		*chain = number;
	}
	entry = &learned->entries[number];
	if (entry->until_ms < until_ms)
		entry->until_ms = until_ms;
	(void)strncpy(entry->name, name, sizeof(entry->name) - 1);
	return true;
}

uint16_t learned_find(const struct learned *learned,
		      const struct address *address, uint16_t after,
		      int64_t now_ms)
{
	uint16_t number = after ? learned->entries[after].next
				: learned->chains[chain_of(address)];

	while (number &&
	       (learned->entries[number].until_ms <= now_ms ||
		!address_equal(&learned->entries[number].address, address)))
		number = learned->entries[number].next;
	return number;
}

void learned_copy(struct learned *to, const struct learned *from)
{
	memcpy(to->entries, from->entries,
	       (from->used + 1U) * sizeof(from->entries[0]));
	memcpy(to->chains, from->chains, sizeof(to->chains));
	to->used = from->used;
}

void learned_take_over(struct learned *learned, const struct learned *from,
		       uint16_t rules)
{
	for (size_t i = 1; i <= LEARNED_MAX; i++) {
		struct learned_entry entry = from->entries[i];

		if ((entry.address.family != AF_INET &&
		     entry.address.family != AF_INET6) ||
		    entry.rule >= rules ||
		    !memchr(entry.name, '\0', sizeof(entry.name)))
			continue;
		(void)learned_add(learned, &entry.address, entry.rule,
				  entry.name, entry.until_ms);
	}
}
