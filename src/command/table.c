// SPDX-License-Identifier: Apache-2.0
#include "command/table.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"

enum {
	COLUMNS_MAX = 64,
	WIDTH_MIN = 12, /* of a column that another follows */
	BETWEEN = 2,
	CUT_MIN = 8, /* no column is cut below that */
};

/* Widths of columns in characters, what is between them not counted. */
struct widths {
	size_t of[COLUMNS_MAX];
	size_t count;
};

void table_add(struct table *table, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		strv_add(&table->lines, xstrndup(text, length));
		text += length + (text[length] == '\n');
	}
}

static size_t count_characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

static void measure_line(const char *line, struct widths *widths)
{
	for (size_t column = 0; column < COLUMNS_MAX; column++) {
		size_t length = strcspn(line, "\t");
		size_t width = count_characters(line, length);

		if (widths->count <= column)
			widths->count = column + 1;
		if (widths->of[column] < width)
			widths->of[column] = width;
		if (!line[length])
			return;
		line += length + 1;
	}
}

static size_t full_width(const struct widths *widths)
{
	size_t sum = 0;

	for (size_t i = 0; i < widths->count; i++) {
		size_t width = widths->of[i] + BETWEEN;

		if (i + 1 == widths->count)
			width = widths->of[i];
		else if (width < WIDTH_MIN)
			width = WIDTH_MIN;
		sum += width;
	}
	return sum;
}

/* One character off the widest column, until all fit or none is wide. */
static void fit(struct widths *widths, size_t width)
{
	while (full_width(widths) > width) {
		size_t widest = 0;

		for (size_t i = 1; i < widths->count; i++)
			if (widths->of[i] >= widths->of[widest])
				widest = i;
		if (widths->of[widest] <= CUT_MIN)
			return;
		widths->of[widest]--;
	}
}

/* At most @width characters of a cell; what is cut ends with "…". Return: how
 * many were printed
 */
static size_t print_cell(FILE *out, const char *cell, size_t length,
			 size_t width, bool terminal)
{
	size_t all = count_characters(cell, length), seen = 0;

	for (size_t i = 0; i < length; i++) {
		bool begins = (cell[i] & 0xc0) != 0x80;
		unsigned char byte = (unsigned char)cell[i];

		if (begins && all > width && seen + 1 == width) {
			(void)fputs("…", out);
			return width;
		}
		seen += begins;
		(void)fputc(terminal && (byte < ' ' || byte == 0x7f) ? '?'
								     : byte,
			    out);
	}
	return seen;
}

static void print_line(const char *line, FILE *out, const struct widths *widths,
		       bool terminal)
{
	for (size_t column = 0;; column++) {
		size_t length = strcspn(line, "\t");
		size_t width =
			column < widths->count ? widths->of[column] : SIZE_MAX;
		size_t printed = print_cell(out, line, length, width, terminal);

		if (!line[length])
			break;
		if (column < widths->count)
			for (width = width + BETWEEN < WIDTH_MIN
					     ? WIDTH_MIN
					     : width + BETWEEN;
			     printed < width; printed++)
				(void)fputc(' ', out);
		line += length + 1;
	}
	(void)fputc('\n', out);
}

void table_print(const struct table *table, FILE *out, size_t width)
{
	struct widths widths = { 0 };

	for (size_t i = 0; i < table->lines.count; i++)
		measure_line(table->lines.items[i], &widths);
	if (width)
		fit(&widths, width);
	for (size_t i = 0; i < table->lines.count; i++)
		print_line(table->lines.items[i], out, &widths, width > 0);
}

size_t table_terminal_width(FILE *out)
{
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col ? size.ws_col : 80;
}

void table_clear(struct table *table)
{
	strv_clear(&table->lines);
}
