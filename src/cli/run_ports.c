// SPDX-License-Identifier: Apache-2.0
/* -p and -P: which ports of the host lead to which inside. */
#include <arpa/inet.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/parse.h"
#include "cli/run_settings.h"

enum { PORTS_MAX = 4096 };

struct port_range {
	uint16_t first;
	uint16_t last;
};

/* What a word says; the texts are parts of it. */
struct port_mapping {
	const char *address;    /* "*": any */
	const char *protocol;   /* "tcp", "udp" */
	struct port_range host; /* zero: whichever is free */
	struct port_range guest;
};

static uint32_t range_size(const struct port_range *range)
{
	return (uint32_t)range->last - range->first + 1;
}

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

	ret->address = "*";
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
		ret->address = "*";
		return true;
	}
	return is_address(ret->address);
}

/* [[ADDRESS:][HOST]:]CONTAINER[/PROTOCOL] */
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
	if (guest && *text && read_range(text, &ret->host) < 0)
		return -EINVAL;
	return read_range(guest ? guest : text, &ret->guest);
}

static void add_ports(const struct port_mapping *mapping,
		      struct network_settings *network)
{
	for (uint32_t i = 0; i < range_size(&mapping->guest); i++)
		strv_addf(&network->publish, "%s/%s/%u/%u", mapping->protocol,
			  mapping->address,
			  mapping->host.first ? mapping->host.first + i : 0,
			  mapping->guest.first + i);
}

static int add_word(const char *word, struct network_settings *network,
		    struct error *err)
{
	auto_free char *copy = xstrdup(word);
	struct port_mapping mapping = { 0 };

	if (read_mapping(copy, &mapping) < 0)
		return error_say(
			err, EINVAL,
			"--publish: '%s' is not [[ADDRESS:][PORT]:]PORT[/tcp|/udp], where each PORT can be FIRST-LAST",
			word);
	if (mapping.host.first &&
	    range_size(&mapping.host) != range_size(&mapping.guest))
		return error_say(err, EINVAL,
				 "--publish: '%s': %u ports can't lead to %u",
				 word, range_size(&mapping.host),
				 range_size(&mapping.guest));
	if (network->publish.count + range_size(&mapping.guest) > PORTS_MAX)
		return error_say(err, EINVAL,
				 "--publish: at most %d ports can be published",
				 PORTS_MAX);
	add_ports(&mapping, network);
	return 0;
}

/* PORT[-PORT][/PROTOCOL]; with -P each gets a port of the host's. */
static int add_exposed(const char *word, bool is_published,
		       struct network_settings *network, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	struct port_mapping mapping = { 0 };

	if (strchr(word, ':') || read_mapping(copy, &mapping) < 0)
		return error_say(err, EINVAL,
				 "--expose: '%s' is not PORT[-PORT][/tcp|/udp]",
				 word);
	if (is_published)
		add_ports(&mapping, network);
	return 0;
}

int run_set_ports(const struct run_settings *settings,
		  struct run_request *request, struct error *err)
{
	struct network_settings *network = &request->network;

	for (size_t i = 0; i < settings->publish.count; i++)
		if (add_word(settings->publish.items[i], network, err) < 0)
			return -err->code;
	for (size_t i = 0; i < settings->expose.count; i++)
		if (add_exposed(settings->expose.items[i],
				settings->publish_all, network, err) < 0)
			return -err->code;
	if (network->publish.count && !request->has_network)
		log_warning(
			"no port is published: that goes with a network of holt's own (--network slirp)");
	return 0;
}
