// SPDX-License-Identifier: Apache-2.0
/* Columns without borders, as podman prints them: at least twelve wide, two
 * blanks between. The last one is as long as it is.
 */
#ifndef COMMAND_TABLE_H
#define COMMAND_TABLE_H

#include <stdio.h>

#include "base/alloc.h"

/* Zero is the empty table. For table_clear(). */
struct table {
	struct strv lines; /* cells with tabs between */
};

/** table_add() - Append lines, with tabs between cells. */
void table_add(struct table *table, const char *text);

/**
 * table_print() - All of it, aligned
 * @width:	Of the terminal, in characters: the widest columns are cut to
 *		fit, and what would steer a terminal is replaced. 0: as it is
 */
void table_print(const struct table *table, FILE *out, size_t width);

/** table_terminal_width() - Of the terminal @out is; 0: it is none. */
size_t table_terminal_width(FILE *out);

void table_clear(struct table *table);

#endif
