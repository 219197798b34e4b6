// SPDX-License-Identifier: Apache-2.0
/* A set of names, some of them with values. */
#ifndef IMAGE_WORKER_NAMES_H
#define IMAGE_WORKER_NAMES_H

#include <stdbool.h>

struct json_object; /* of json-c */

/* For names_clear(). Zero: none. */
struct names {
	struct json_object *table;
};

/** names_add() - Copies @name. */
void names_add(struct names *names, const char *name);

bool names_have(const struct names *names, const char *name);

/** names_put() - With a value; both are copied. */
void names_put(struct names *names, const char *name, const char *value);

/** names_get() - The value, borrowed; NULL: there is none. */
const char *names_get(const struct names *names, const char *name);

void names_clear(struct names *names);

#endif
