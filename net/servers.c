// SPDX-License-Identifier: Apache-2.0
#include "net/servers.h"

#include <string.h>

#define BLANK " \t\r"

int servers_add(struct servers *servers, const struct address *address)
{
	if (servers->count == SERVERS_MAX)
		return -ENOSPC;
	servers->list[servers->count++] = *address;
	return 0;
}

bool servers_equal(const struct servers *a, const struct servers *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!address_equal(&a->list[i], &b->list[i]))
			return false;
	return true;
}

static void parse_line(const char *line, size_t length, struct servers *into)
{
	static const char keyword[] = "nameserver";
	const size_t keyword_length = sizeof(keyword) - 1;
	char word[64];
	struct address address;

	if (length <= keyword_length ||
	    memcmp(line, keyword, keyword_length) != 0)
		return;

	const char *at = line + keyword_length;
	size_t blanks = strspn(at, BLANK);

	if (blanks == 0)
		return;
	at += blanks;

	size_t size = strcspn(at, BLANK "\n#;");

	if (size == 0 || size >= sizeof(word))
		return;
	memcpy(word, at, size);
	word[size] = '\0';
	if (address_parse(word, &address) == 0)
		(void)!servers_add(into, &address); /* a fourth: not used */
}

struct servers servers_parse(const char *text)
{
	struct servers servers = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n");

		parse_line(text, length, &servers);
		text += length + (text[length] == '\n');
	}
	return servers;
}
