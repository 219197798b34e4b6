// SPDX-License-Identifier: Apache-2.0
/* "Did you mean ...?": the nearest of some words to one that was mistyped. */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

#include <stddef.h>

/**
 * edit_distance() - How many slips of the finger lie between two words
 *
 * Counts letters that are missing, surplus, wrong, or swapped with their
 * neighbour (optimal string alignment).
 *
 * Return: the number, or SIZE_MAX when a word is too long to be a slip
 */
size_t edit_distance(const char *a, const char *b);

struct suggestion {
	const char *word; /* as it was typed; borrowed */
	const char *best; /* borrowed from the caller; NULL: none is near */
	size_t distance;  /* of .best */
};

/** suggestion_for() - Start looking for a word that is near @word. */
struct suggestion suggestion_for(const char *word);

/**
 * suggestion_consider() - Keep @candidate if it is nearer than what we have
 * @candidate:	Outlives @suggestion; NULL is passed over
 *
 * Near means: one slip for each three letters typed, or @candidate begins with
 * the word (of three letters or more).
 */
void suggestion_consider(struct suggestion *suggestion, const char *candidate);

#endif
