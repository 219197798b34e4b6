// SPDX-License-Identifier: Apache-2.0
/* Headers of an answer: "name: value", the names in lower case. */
#ifndef IMAGE_WORKER_HTTP_HEADERS_H
#define IMAGE_WORKER_HTTP_HEADERS_H

#include "base/alloc.h"

/** headers_add() - A line as it came; what isn't a header is passed over. */
void headers_add(struct strv *headers, const char *line, size_t size);

/** headers_find() - The value of the first of a name; NULL. Borrowed. */
const char *headers_find(const struct strv *headers, const char *name);

#endif
