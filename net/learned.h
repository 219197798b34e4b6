// SPDX-License-Identifier: Apache-2.0
/* Which addresses the names have that rules are about: learned from answers of
 * nameservers. Pure.
 *
 * Of fixed size, and zero is the empty table. Where there is no room the entry
 * that would end first makes some: the worst that the container can do by
 * asking for many names is to shut out itself. What a rule that denies has
 * learned is kept for ever and never makes room.
 */
#ifndef NET_LEARNED_H
#define NET_LEARNED_H

#include "net/address.h"
#include "net/dnsmsg.h"

#define LEARNED_MAX     2048
#define LEARNED_FOREVER INT64_MAX

struct learned_entry {
	struct address address; /* of no family: free */
	uint16_t rule;
	uint16_t next; /* in its chain; 0: the last */
	int64_t until_ms;
	char name[DNS_NAME_MAX + 1]; /* that was asked for */
};

/* Entries are named by numbers from 1 on; 0 is none. */
struct learned {
	uint16_t used; /* the highest number there is */
	uint16_t chains[LEARNED_MAX];
	struct learned_entry entries[LEARNED_MAX + 1];
};

/**
 * learned_add() - A name that a rule is about has an address
 * @rule:	Number of the rule
 * @until_ms:	When to forget it, or later if that is known already;
 *		LEARNED_FOREVER: never
 *
 * Return: is it known now? Not if there is no room that can be made.
 */
bool learned_add(struct learned *learned, const struct address *address,
		 uint16_t rule, const char *name, int64_t until_ms);

/**
 * learned_find() - What is known of an address
 * @after:	Number of the entry before; 0: begin
 *
 * Return: number of an entry that isn't over; 0: there is none more
 */
uint16_t learned_find(const struct learned *learned,
		      const struct address *address, uint16_t after,
		      int64_t now_ms);

/** learned_copy() - Make @to the same as @from */
void learned_copy(struct learned *to, const struct learned *from);

/**
 * learned_take_over() - Add what another table has
 * @from:	Need not be sound: what makes no sense is passed over
 * @rules:	How many rules there are
 */
void learned_take_over(struct learned *learned, const struct learned *from,
		       uint16_t rules);

#endif
