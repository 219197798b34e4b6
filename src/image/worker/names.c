// SPDX-License-Identifier: Apache-2.0
/* json-c has a hash table of texts. */
#include "image/worker/names.h"

#include <json-c/json.h>

static void put(struct names *names, const char *name,
		struct json_object *value)
{
	if (!names->table)
		names->table = json_object_new_object();
	json_object_object_add(names->table, name, value);
}

void names_add(struct names *names, const char *name)
{
	put(names, name, NULL);
}

void names_put(struct names *names, const char *name, const char *value)
{
	put(names, name, json_object_new_string(value));
}

const char *names_get(const struct names *names, const char *name)
{
	struct json_object *value = NULL;

	if (names->table)
		(void)json_object_object_get_ex(names->table, name, &value);
	return value ? json_object_get_string(value) : NULL;
}

bool names_have(const struct names *names, const char *name)
{
	return names->table &&
	       json_object_object_get_ex(names->table, name, NULL);
}

void names_clear(struct names *names)
{
	(void)json_object_put(names->table);
	names->table = NULL;
}
