// SPDX-License-Identifier: Apache-2.0
#include "image/worker/http_headers.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

void headers_add(struct strv *headers, const char *line, size_t size)
{
	const char *colon = size ? memchr(line, ':', size) : NULL;
	const char *value, *end = line + size;
	char *text;
	size_t name;

	if (!colon || colon == line || memchr(line, '\0', size))
		return;
	value = colon + 1;
	while (value < end && is_blank(*value))
		value++;
	while (end > value && is_blank(end[-1]))
		end--;
	name = (size_t)(colon - line);
	text = xasprintf("%.*s: %.*s", (int)name, line, (int)(end - value),
			 value);
	for (size_t i = 0; i < name; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
	strv_add(headers, text);
}

const char *headers_find(const struct strv *headers, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < headers->count; i++)
		if (strncmp(headers->items[i], name, length) == 0 &&
		    headers->items[i][length] == ':')
			return headers->items[i] + length + 2;
	return NULL;
}
