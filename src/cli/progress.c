// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

enum {
	DRAW_EVERY = 100, /* milliseconds */
	LINE_EVERY = 10 * 1000,
	BAR_MAX = 40, /* columns */
	TEXT_ROOM = 200,
	WIDTH_MIN = 20,
	WIDTH = 80,
	HEIGHT = 24,
};

struct item {
	char *name, *what;
	uint64_t at, size;
	uint64_t first_at, first_time; /* for the rate */
	bool done;
};

struct progress {
	bool quiet, terminal;
	struct item *items;
	size_t count, drawn; /* lines that are on the terminal */
	uint64_t last;       /* milliseconds, of the last output */
};

static uint64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

struct progress *progress_new(bool quiet)
{
	struct progress *progress = xcalloc(1, sizeof(*progress));
	const char *term = getenv("TERM");

	progress->quiet = quiet;
	progress->terminal =
		isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	progress->last = now();
	return progress;
}

static struct item *find(struct progress *progress, const char *name)
{
	struct item *item;

	for (size_t i = 0; i < progress->count; i++)
		if (strcmp(progress->items[i].name, name) == 0)
			return &progress->items[i];
	progress->items = xrealloc_array(progress->items, progress->count + 1,
					 sizeof(*progress->items));
	item = &progress->items[progress->count++];
	*item = (struct item){ .name = xstrdup(name), .first_time = now() };
	return item;
}

/* The terminal may have another size each time. */
static void find_size(size_t *ret_width, size_t *ret_height)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t said;

	*ret_width = WIDTH;
	*ret_height = HEIGHT;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col) {
		*ret_width = size.ws_col;
		*ret_height = size.ws_row ? size.ws_row : HEIGHT;
	} else if (columns && parse_number(columns, 10000, &said) == 0 &&
		   said) {
		*ret_width = said;
	}
	if (*ret_width < WIDTH_MIN)
		*ret_width = WIDTH_MIN;
}

static void format_size(uint64_t bytes, char *out, size_t room)
{
	static const char units[] = "kMGTP";
	double number = (double)bytes / 1000;
	size_t unit = 0;

	for (; number >= 999.95 && unit + 1 < strlen(units); unit++)
		number /= 1000;
	(void)snprintf(out, room, "%.1f %cB", number, units[unit]);
}

/* "12.0 MB/s 3s" */
static void format_rate(const struct item *item, char *out, size_t room)
{
	uint64_t spent = now() - item->first_time;
	uint64_t came = item->at - item->first_at;
	uint64_t rate = spent > 500 ? came * 1000 / spent : 0;
	char size[32];

	*out = '\0';
	if (!rate)
		return;
	format_size(rate, size, sizeof(size));
	if (item->size > item->at)
		(void)snprintf(out, room, " %s/s %jus", size,
			       (uintmax_t)((item->size - item->at) / rate + 1));
	else
		(void)snprintf(out, room, " %s/s", size);
}

static void draw_bar(const struct item *item, size_t width, FILE *out)
{
	size_t full = item->size && item->at <= item->size
			      ? (size_t)((double)item->at / (double)item->size *
					 (double)width)
			      : 0;

	(void)fputs(" [", out);
	for (size_t i = 0; i < width; i++)
		(void)fputc(i < full ? '=' : i == full ? '>' : ' ', out);
	(void)fputc(']', out);
}

static void draw_item(const struct item *item, size_t width, FILE *out)
{
	char at[32], size[32], rate[64], text[TEXT_ROOM];
	size_t used;

	format_size(item->at, at, sizeof(at));
	format_size(item->size, size, sizeof(size));
	format_rate(item, rate, sizeof(rate));
	if (item->done)
		(void)snprintf(text, sizeof(text), "%s", item->what);
	else
		(void)snprintf(text, sizeof(text), "%s %s/%s%s", item->what, at,
			       size, rate);
	used = strlen(item->name) + 1 + strlen(text) + 4;
	if (used >= width) {
		(void)fprintf(out, "%.*s\033[K\n", (int)width - 1, item->name);
		return;
	}
	(void)fprintf(out, "%s", item->name);
	if (!item->done && width - used >= 10)
		draw_bar(item, width - used < BAR_MAX ? width - used : BAR_MAX,
			 out);
	(void)fprintf(out, " %s\033[K\n", text);
}

static void erase(struct progress *progress, FILE *out)
{
	if (progress->drawn)
		(void)fprintf(out, "\033[%zuF\033[J", progress->drawn);
	progress->drawn = 0;
}

static size_t count_going(const struct progress *progress)
{
	size_t count = 0;

	for (size_t i = 0; i < progress->count; i++)
		count += !progress->items[i].done;
	return count;
}

/* All of them if there is room, else those that go on. */
static void draw(struct progress *progress)
{
	size_t width, height, left;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool all;

	if (!out)
		return;
	find_size(&width, &height);
	left = height > 2 ? height - 1 : 1;
	all = progress->count <= left;
	erase(progress, out);
	for (size_t i = 0; i < progress->count && left; i++) {
		const struct item *item = &progress->items[i];

		if (!all && item->done && count_going(progress))
			continue;
		draw_item(item, width, out);
		progress->drawn++;
		left--;
	}
	(void)fclose(out);
	(void)fwrite(text, 1, size, stderr);
	(void)fflush(stderr);
	free(text);
	progress->last = now();
}

static void print_sum(struct progress *progress)
{
	uint64_t at = 0, all = 0;
	char here[32], size[32];

	for (size_t i = 0; i < progress->count; i++) {
		at += progress->items[i].at;
		all += progress->items[i].size;
	}
	format_size(at, here, sizeof(here));
	format_size(all, size, sizeof(size));
	(void)fprintf(stderr, "%s of %s, %zu of %zu done\n", here, size,
		      progress->count - count_going(progress), progress->count);
	progress->last = now();
}

static void refresh(struct progress *progress, bool at_once)
{
	uint64_t spent = now() - progress->last;

	if (progress->quiet)
		return;
	if (progress->terminal && (at_once || spent >= DRAW_EVERY))
		draw(progress);
	else if (!progress->terminal && spent >= LINE_EVERY)
		print_sum(progress);
}

static void set_what(struct item *item, const char *what)
{
	char *copy;

	if (item->what && strcmp(item->what, what) == 0)
		return;
	copy = xstrdup(what);
	free(item->what);
	item->what = copy;
	/* Another rate begins. */
	item->first_at = item->at;
	item->first_time = now();
}

void progress_set(struct progress *progress, const char *name, const char *what,
		  uint64_t at, uint64_t size)
{
	struct item *item = find(progress, name);
	bool is_new = !item->what;

	item->at = at;
	item->size = size;
	item->done = false;
	set_what(item, what);
	refresh(progress, is_new);
}

void progress_done(struct progress *progress, const char *name,
		   const char *what)
{
	struct item *item = find(progress, name);

	item->at = item->size;
	item->done = true;
	set_what(item, what);
	if (!progress->quiet && !progress->terminal)
		(void)fprintf(stderr, "%s: %s\n", name, what);
	refresh(progress, true);
}

void progress_say(struct progress *progress, const char *fmt, ...)
{
	va_list args;

	if (progress->quiet)
		return;
	erase(progress, stderr);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fputc('\n', stderr);
	if (progress->terminal)
		draw(progress);
}

void progress_clear(struct progress **where)
{
	struct progress *progress = steal_ptr(where);

	if (!progress)
		return;
	if (!progress->quiet && progress->terminal && progress->count)
		draw(progress);
	for (size_t i = 0; i < progress->count; i++) {
		free(progress->items[i].name);
		free(progress->items[i].what);
	}
	free(progress->items);
	free(progress);
}
