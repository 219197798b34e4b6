// SPDX-License-Identifier: Apache-2.0
#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

static void *or_exit(void *p)
{
	if (p)
		return p;
	(void)fputs("holt: out of memory\n", stderr);
	exit(EXIT_HOLT);
}

void *xcalloc(size_t count, size_t size)
{
	return or_exit(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc_array(void *old, size_t count, size_t size)
{
	return or_exit(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *text)
{
	return or_exit(strdup(text));
}

char *xstrndup(const char *text, size_t length)
{
	return or_exit(strndup(text, length));
}

static char *format(const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	return or_exit(text);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = format(fmt, ap);

	va_end(ap);
	return text;
}

void strv_add(struct strv *list, char *text)
{
	list->items = xrealloc_array(list->items, list->count + 2,
				     sizeof(*list->items));
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void strv_addf(struct strv *list, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_add(list, format(fmt, ap));
	va_end(ap);
}

char *strv_find_prefix(const struct strv *list, const char *prefix)
{
	size_t length = strlen(prefix);

	for (size_t i = 0; i < list->count; i++)
		if (!strncmp(list->items[i], prefix, length))
			return list->items[i];
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

char *strv_join(const struct strv *list, const char *between)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < list->count; i++) {
		char *longer = xasprintf("%s%s%s", text, i ? between : "",
					 list->items[i]);

		free(text);
		text = longer;
	}
	return text;
}

void strv_clear(struct strv *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strv){ 0 };
}
