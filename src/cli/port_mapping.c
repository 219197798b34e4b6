// SPDX-License-Identifier: Apache-2.0
#include "cli/port_mapping.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "base/parse.h"

must_check static int read_range(char *text, struct port_range *ret)
{
	const char *first = strsep(&text, "-");
	uint64_t from, to;

	if (parse_number(first, UINT16_MAX, &from) < 0 || !from)
		return -EINVAL;
	to = from;
	if (text && (parse_number(text, UINT16_MAX, &to) < 0 || to < from))
		return -EINVAL;
	*ret = (struct port_range){ (uint16_t)from, (uint16_t)to };
	return 0;
}

static bool is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text,
			 &address) == 1;
}

/* Take the address off the front of @text. Return: is what's there one? */
static bool read_address(char **text, struct port_mapping *ret)
{
	char *end;

	ret->address = PORT_MAPPING_ANY;
	if (**text == '[') {
		end = strchr(*text, ']');
		if (!end || end[1] != ':')
			return false;
		*end = '\0';
		ret->address = *text + 1;
		*text = end + 2;
		return is_address(ret->address);
	}
	end = strrchr(*text, ':');
	if (!end || memchr(*text, ':', (size_t)(end - *text)) == NULL)
		return true;
	ret->address = strsep(text, ":");
	/* As "::80" may be written for ":80". */
	if (!*ret->address) {
		ret->address = PORT_MAPPING_ANY;
		return true;
	}
	return is_address(ret->address);
}

must_check static int read_mapping(char *text, struct port_mapping *ret)
{
	char *protocol = strchr(text, '/'), *guest;

	ret->protocol = "tcp";
	if (protocol) {
		*protocol = '\0';
		ret->protocol = protocol + 1;
	}
	if (strcmp(ret->protocol, "tcp") != 0 &&
	    strcmp(ret->protocol, "udp") != 0)
		return -EINVAL;
	if (!read_address(&text, ret))
		return -EINVAL;
	guest = strchr(text, ':');
	if (guest)
		*guest++ = '\0';
	if (guest && *text && strcmp(text, "0") != 0 &&
	    read_range(text, &ret->host) < 0)
		return -EINVAL;
	return read_range(guest ? guest : text, &ret->guest);
}

int port_mapping_read(const char *word, char *text, struct port_mapping *ret,
		      struct error *err)
{
	*ret = (struct port_mapping){ 0 };
	if (read_mapping(text, ret) < 0)
		return error_say(
			err, EINVAL,
			"'%s' is not [[ADDRESS:][PORT]:]PORT[/tcp|/udp], where each PORT can be FIRST-LAST",
			word);
	if (ret->host.first &&
	    port_range_size(&ret->host) != port_range_size(&ret->guest))
		return error_say(err, EINVAL, "'%s': %u ports can't lead to %u",
				 word, port_range_size(&ret->host),
				 port_range_size(&ret->guest));
	return 0;
}
