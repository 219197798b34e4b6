// SPDX-License-Identifier: Apache-2.0
#include "command/suggest.h"

#include <stdint.h>
#include <string.h>

/* Longer than any option or command. */
#define WORD_MAX 40

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t edit_distance(const char *a, const char *b)
{
	/* Rows of the usual table: this one and the two above it. */
	size_t rows[3][WORD_MAX + 1];
	size_t *above2 = rows[0], *above = rows[1], *row = rows[2];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > WORD_MAX || b_length > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *unused = above2;

		above2 = above;
		above = row;
		row = unused;
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = min(above[j], row[j - 1]) + 1;
			row[j] = min(row[j],
				     above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min(row[j], above2[j - 2] + 1);
		}
	}
	return row[b_length];
}

struct suggestion suggestion_for(const char *word)
{
	return (struct suggestion){ .word = word, .distance = SIZE_MAX };
}

void suggestion_consider(struct suggestion *suggestion, const char *candidate)
{
	const char *word = suggestion->word;
	size_t length = strlen(word), distance;

	if (!candidate || !length)
		return;
	distance = edit_distance(word, candidate);
	if (length >= 3 && !strncmp(candidate, word, length))
		distance = 1;
	if (distance > (length + 2) / 3 || distance >= strlen(candidate) ||
	    distance >= suggestion->distance)
		return;
	suggestion->best = candidate;
	suggestion->distance = distance;
}
