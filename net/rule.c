// SPDX-License-Identifier: Apache-2.0
#include "net/rule.h"

#include <ctype.h>
#include <netinet/in.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

enum { LABEL_MAX = 63 };

/* Return: bits of the prefix; -1: they are none */
static int read_prefix(const char *text, int family)
{
	uint64_t max = (uint64_t)address_bytes(family) * 8, prefix = max;

	if (text && parse_number(text, max, &prefix) < 0)
		return -1;
	return (int)prefix;
}

/* Whatever a prefix leaves open is zero. */
static void clear_rest(struct address *address, unsigned int prefix)
{
	for (unsigned int bit = prefix; bit < ADDRESS_SIZE * 8; bit++)
		address->bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
}

/* ADDRESS[/PREFIX], which is changed. Return: is it that? */
static bool read_network(char *text, struct rule *ret)
{
	const char *address = strsep(&text, "/");
	int prefix;

	if (address_parse(address, &ret->network) < 0 || ret->network.scope)
		return false;
	prefix = read_prefix(text, ret->network.family);
	if (prefix < 0)
		return false;
	ret->kind = RULE_NETWORK;
	ret->prefix = (uint8_t)prefix;
	clear_rest(&ret->network, ret->prefix);
	return true;
}

/* Return: bytes of the label at @text; 0: it is none */
static size_t read_label(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '-' ||
	       text[length] == '_')
		length++;
	return length <= LABEL_MAX ? length : 0;
}

/* Return: is it a name? Not if it ends like an address. */
static bool is_name(const char *text)
{
	size_t length;

	for (;; text += length + 1) {
		length = read_label(text);
		if (length == 0)
			return false;
		if (!text[length])
			return strspn(text, "0123456789") < length;
		if (text[length] != '.')
			return false;
	}
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 'a' - 'A');
	return c;
}

/* NAME or *.NAME, which is changed. */
static bool read_name(char *text, struct rule *ret)
{
	size_t length = strlen(text);

	ret->kind = RULE_NAME;
	if (strncmp(text, "*.", 2) == 0) {
		ret->kind = RULE_BELOW;
		text += 2;
		length -= 2;
	}
	if (length > 1 && text[length - 1] == '.')
		text[--length] = '\0';
	/* In a message there is a length before it, and the root behind it. */
	if (length > DNS_NAME_MAX - 2 || !is_name(text))
		return false;
	for (size_t i = 0; i <= length; i++)
		ret->name[i] = lower(text[i]);
	return true;
}

/* PORT[-PORT][/PROTOCOL], which is changed; NULL: nothing was said */
static bool read_ports(char *text, struct rule *ret)
{
	const char *ports = strsep(&text, "/"), *first;
	uint64_t from, to;

	if (!ports)
		return true;
	if (text && strcmp(text, "tcp") == 0)
		ret->protocol = IPPROTO_TCP;
	else if (text && strcmp(text, "udp") == 0)
		ret->protocol = IPPROTO_UDP;
	else if (text)
		return false;

	auto_free char *copy = xstrdup(ports);
	char *rest = copy;

	first = strsep(&rest, "-");
	if (parse_number(first, UINT16_MAX, &from) < 0 || !from)
		return false;
	to = from;
	if (rest && (parse_number(rest, UINT16_MAX, &to) < 0 || to < from))
		return false;
	ret->first_port = (uint16_t)from;
	ret->last_port = (uint16_t)to;
	return true;
}

/* Cut @text in two. Return: what is behind the host; NULL: nothing */
static char *cut_ports(char *text, char **ret_host)
{
	char *end = strchr(text, ']'), *colon = strchr(text, ':');

	*ret_host = text;
	if (*text == '[' && end && strchr(text, ':') < end) {
		*ret_host = text + 1;
		*end = '\0';
		/* Anything but a colon there is no port. */
		return end[1] == ':' ? end + 2 : end[1] ? end : NULL;
	}
	/* More than one: an IPv6 address by itself. */
	if (!colon || strchr(colon + 1, ':'))
		return NULL;
	*colon = '\0';
	return colon + 1;
}

int rule_parse(const char *text, bool is_deny, struct rule *ret,
	       struct error *err)
{
	struct rule rule = { .is_deny = is_deny, .text = text };
	auto_free char *copy = xstrdup(text);
	auto_free char *again = NULL;
	char *host, *ports = cut_ports(copy, &host);

	again = xstrdup(host);
	if (!read_ports(ports, &rule) ||
	    (!read_network(host, &rule) && !read_name(again, &rule)))
		return error_say(
			err, EINVAL,
			"'%s' is not NAME, *.NAME, ADDRESS or NETWORK/PREFIX, with or without :PORT[-PORT][/tcp|/udp] behind it (and an IPv6 address in brackets then)",
			text);
	*ret = rule;
	return 0;
}

bool rule_has_name(const struct rule *rule, const char *name)
{
	size_t length = strlen(name), own = strlen(rule->name);

	if (rule->kind == RULE_NAME)
		return strcmp(rule->name, name) == 0;
	return rule->kind == RULE_BELOW && length > own + 1 &&
	       name[length - own - 1] == '.' &&
	       strcmp(name + length - own, rule->name) == 0;
}

bool rule_has_address(const struct rule *rule, const struct address *address)
{
	const uint8_t *network = rule->network.bytes, *bytes = address->bytes;
	size_t whole = rule->prefix / 8U;
	unsigned int rest = rule->prefix % 8U;

	return rule->kind == RULE_NETWORK &&
	       rule->network.family == address->family &&
	       memcmp(network, bytes, whole) == 0 &&
	       (rest == 0 ||
		(network[whole] ^ bytes[whole]) >> (8 - rest) == 0);
}

bool rule_has_port(const struct rule *rule, uint8_t protocol, uint16_t port)
{
	if (rule_has_all_ports(rule))
		return true;
	return (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) &&
	       (!rule->protocol || rule->protocol == protocol) &&
	       port >= rule->first_port && port <= rule->last_port;
}
