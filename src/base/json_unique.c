// SPDX-License-Identifier: Apache-2.0
/* json_parse_unique(): see json.h. */
#include <json-c/json.h>

#include "base/json.h"

/* Properties as they were written: each has one colon outside of strings. */
static size_t count_written(const char *text, size_t size)
{
	bool in_string = false;
	size_t count = 0;

	for (size_t i = 0; i < size; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (text[i] == ':' && !in_string)
			count++;
	}
	return count;
}

/* Those that are left of them, as deep as json_parse() goes. */
static size_t count_kept(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, inner)
		{
			(void)key;
			count += 1 + count_kept(inner);
		}
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count +=
				count_kept(json_object_array_get_idx(value, i));
	}
	return count;
}

int json_parse_unique(const char *text, size_t size, struct json_object **ret,
		      struct error *err)
{
	auto_json struct json_object *document = NULL;

	if (json_parse(text, size, &document, err) < 0)
		return -err->code;
	if (count_written(text, size) != count_kept(document))
		return error_say(
			err, EINVAL,
			"a property is there twice: others may read it differently");
	*ret = steal_ptr(&document);
	return 0;
}
