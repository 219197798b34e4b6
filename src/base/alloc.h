// SPDX-License-Identifier: Apache-2.0
/* Memory that is there or the program ends: a command line has no better
 * answer to an empty heap. Not for init/ (no heap) nor net/ (fixed tables).
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

#include "base/error.h"

/* All return owned memory and end the program with EXIT_HOLT when there is
 * none. xcalloc zeroes; xrealloc_array checks @count * @size for overflow.
 */
void *xcalloc(size_t count, size_t size);
void *xrealloc_array(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *fmt, ...) like_printf(1, 2);

/* Strings kept in order; `items` ends with NULL once there is one item.
 * Zero is the empty list.
 */
struct strv {
	char **items;
	size_t count;
};

/** strv_add() - Append @text; the list owns it from now on. */
void strv_add(struct strv *list, char *text);

/** strv_addf() - Append a formatted string. */
void strv_addf(struct strv *list, const char *fmt, ...) like_printf(2, 3);

/** strv_find_prefix() - First item that begins with @prefix, or NULL. */
char *strv_find_prefix(const struct strv *list, const char *prefix);

/** strv_sort() - By bytes. */
void strv_sort(struct strv *list);

/** strv_join() - All items in one text, with @between between them; owned. */
char *strv_join(const struct strv *list, const char *between);

/** strv_clear() - Free the items and leave an empty list. */
void strv_clear(struct strv *list);

#endif
