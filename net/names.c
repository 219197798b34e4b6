// SPDX-License-Identifier: Apache-2.0
#include "net/names.h"

#include <string.h>

static void remove_file(struct names *names, uint8_t file)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++)
		if (names->entries[i].file != file)
			names->entries[kept++] = names->entries[i];
	names->count = kept;
}

/* Return: 0, -EINVAL */
static int read_address(const char *text, size_t size, struct address *ret)
{
	char copy[64];

	if (size >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, size);
	copy[size] = '\0';
	return address_parse(copy, ret);
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Nobody can ask for a name that no message has room for.
 * Return: 0, -EINVAL
 */
static int read_name(const char *text, size_t size, char *ret)
{
	size_t label = 0;

	if (size == 0 || size > DNS_NAME_MAX - 2 || text[size - 1] == '.')
		return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		bool ends = text[i] == '.';

		if (ends ? label == 0 : label == DNS_LABEL_MAX)
			return -EINVAL;
		ret[i] = lower(text[i]);
		label = ends ? 0 : label + 1;
	}
	ret[size] = '\0';
	return 0;
}

static void add(struct names *names, uint8_t file, const char *line,
		size_t length)
{
	const char *space = memchr(line, ' ', length);
	struct names_entry *entry = &names->entries[names->count];
	size_t size;

	if (!space || names->count == NAMES_MAX)
		return;
	size = (size_t)(space - line);
	if (read_address(line, size, &entry->address) < 0 ||
	    read_name(space + 1, length - size - 1, entry->name) < 0)
		return;
	entry->file = file;
	names->count++;
}

void names_replace(struct names *names, uint8_t file, const char *text)
{
	remove_file(names, file);
	while (*text) {
		size_t length = strcspn(text, "\n");

		add(names, file, text, length);
		text += length;
		text += *text == '\n';
	}
}

bool names_find(const struct names *names, const char *name, int family,
		const struct address **ret, size_t *ret_count)
{
	bool found = false;

	*ret_count = 0;
	for (size_t i = 0; i < names->count; i++) {
		const struct names_entry *entry = &names->entries[i];

		if (strcmp(entry->name, name) != 0)
			continue;
		found = true;
		if (entry->address.family == family &&
		    *ret_count < NAMES_OF_ONE_MAX)
			ret[(*ret_count)++] = &entry->address;
	}
	return found;
}

const char *names_find_address(const struct names *names,
			       const struct address *address)
{
	for (size_t i = 0; i < names->count; i++)
		if (address_equal(&names->entries[i].address, address))
			return names->entries[i].name;
	return NULL;
}
