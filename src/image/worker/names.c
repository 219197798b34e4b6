// SPDX-License-Identifier: Apache-2.0
/* json-c has a hash table of texts. */
#include "image/worker/names.h"

#include <json-c/json.h>

void names_add(struct names *names, const char *name)
{
	if (!names->table)
		names->table = json_object_new_object();
	json_object_object_add(names->table, name, NULL);
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
