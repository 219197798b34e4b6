// SPDX-License-Identifier: Apache-2.0
/* holt port: the published ports of a running container, shown and changed. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "cli/commands.h"
#include "cli/port_mapping.h"
#include "cli/port_requests.h"

/* "127.0.0.1:8080", "[::1]:8080" */
static void print_host(const struct port_entry *entry)
{
	bool is_v6 = strchr(entry->address, ':');

	(void)printf("%s%s%s:%u\n", is_v6 ? "[" : "", entry->address,
		     is_v6 ? "]" : "", entry->host_port);
}

static void print_entry(const struct port_entry *entry)
{
	(void)printf("%u/%s -> ", entry->guest_port, entry->protocol);
	print_host(entry);
}

must_check static int find(const char *word, struct name_owner *ret,
			   struct port_list *list, struct error *err)
{
	if (name_find(word, ret, err) < 0)
		return -err->code;
	return port_requests_list(ret, list, err) < 0
		       ? error_wrap(err, "container %s", word)
		       : 0;
}

/* @word: PORT[/PROTOCOL] */
must_check static int print_one(const struct port_list *list, const char *word,
				struct error *err)
{
	auto_free char *text = xstrdup(word);
	char *rest = text;
	const char *number = strsep(&rest, "/");
	const char *protocol = rest ? rest : "tcp";
	uint64_t port;
	size_t found = 0;

	if (parse_number(number, UINT16_MAX, &port) < 0 ||
	    (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0))
		return error_say(err, EINVAL, "'%s' is not PORT[/tcp|/udp]",
				 word);
	for (size_t i = 0; i < list->count; i++) {
		const struct port_entry *entry = &list->entries[i];

		if (entry->guest_port != port ||
		    strcmp(entry->protocol, protocol) != 0)
			continue;
		print_host(entry);
		found++;
	}
	return found ? 0
		     : error_say(err, ENOENT, "no port of the host leads to %s",
				 word);
}

static int show(int argc, char **argv, struct error *err)
{
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	auto_with(port_list_clear) struct port_list list = { 0 };
	int first = options_parse(&cmd_port, argc, argv, NULL, err);

	if (first < 0)
		return first;
	if (argc - first != 1 && argc - first != 2)
		return error_say(err, EINVAL,
				 "port: give a container, and perhaps a port");
	if (find(argv[first], &container, &list, err) < 0)
		return error_wrap(err, "port");
	if (argc - first == 2)
		return print_one(&list, argv[first + 1], err) < 0
			       ? error_wrap(err, "port: container %s",
					    argv[first])
			       : 0;
	for (size_t i = 0; i < list.count; i++)
		print_entry(&list.entries[i]);
	return 0;
}

/* What has been added, to be shown or taken back. Zero is nothing. */
struct additions {
	struct added {
		struct port_added port;
		uint16_t guest_port;
		bool is_chosen;
	} * list; /* owned */
	size_t count;
};

static void additions_clear(struct additions *additions)
{
	free(additions->list);
}

static void take_back(const struct name_owner *container,
		      const struct additions *additions)
{
	struct error ignored;

	for (size_t i = 0; i < additions->count; i++) {
		const struct port_added *port = &additions->list[i].port;

		(void)!port_requests_remove(container, port->id, &ignored);
		if (port->id6)
			(void)!port_requests_remove(container, port->id6,
						    &ignored);
	}
}

must_check static int add_word(const struct name_owner *container,
			       const char *word, struct additions *additions,
			       struct error *err)
{
	auto_free char *text = xstrdup(word);
	struct port_mapping mapping;

	if (port_mapping_read(word, text, &mapping, err) < 0)
		return -err->code;
	for (uint32_t i = 0; i < port_range_size(&mapping.guest); i++) {
		const struct port_wish wish = {
			.protocol = mapping.protocol,
			.address = mapping.address,
			.host_port = (uint16_t)(mapping.host.first
							? mapping.host.first + i
							: 0),
			.guest_port = (uint16_t)(mapping.guest.first + i),
		};
		struct added *added;

		additions->list =
			xrealloc_array(additions->list, additions->count + 1,
				       sizeof(*additions->list));
		added = &additions->list[additions->count];
		*added = (struct added){ .guest_port = wish.guest_port,
					 .is_chosen = !wish.host_port };
		if (port_requests_add(container, &wish, &added->port, err) < 0)
			return -err->code;
		additions->count++;
	}
	return 0;
}

static bool is_chosen(const struct additions *additions, unsigned int id)
{
	for (size_t i = 0; i < additions->count; i++) {
		const struct added *added = &additions->list[i];

		if (added->is_chosen &&
		    (added->port.id == id || added->port.id6 == id))
			return true;
	}
	return false;
}

/* The numbers that nobody knows yet. */
must_check static int print_chosen(const struct name_owner *container,
				   const struct additions *additions,
				   struct error *err)
{
	auto_with(port_list_clear) struct port_list list = { 0 };

	if (port_requests_list(container, &list, err) < 0)
		return -err->code;
	for (size_t i = 0; i < list.count; i++)
		if (is_chosen(additions, list.entries[i].id))
			print_entry(&list.entries[i]);
	return 0;
}

/* All, or none. */
must_check static int add_words(const struct name_owner *container,
				char *const *words, struct error *err)
{
	auto_with(additions_clear) struct additions additions = { 0 };
	int result = 0;

	for (; result == 0 && *words; words++)
		result = add_word(container, *words, &additions, err);
	if (result < 0) {
		take_back(container, &additions);
		return result;
	}
	return print_chosen(container, &additions, err);
}

static const struct command port_add, port_remove;

/* Return: index of the first word, negative errno */
must_check static int parse(const struct command *cmd, int argc, char **argv,
			    struct error *err)
{
	int first = options_parse(cmd, argc, argv, NULL, err);

	if (first >= 0 && argc - first < 2)
		return error_say(err, EINVAL,
				 "port %s: give a container and ports",
				 cmd->name);
	return first;
}

static int add(int argc, char **argv, struct error *err)
{
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	int first = parse(&port_add, argc, argv, err);

	if (first < 0)
		return first;
	if (name_find(argv[first], &container, err) < 0)
		return error_wrap(err, "port add");
	return add_words(&container, argv + first + 1, err) < 0
		       ? error_wrap(err, "port add: container %s", argv[first])
		       : 0;
}

static bool is_same_address(const char *one, const char *other)
{
	int family = strchr(one, ':') ? AF_INET6 : AF_INET;
	struct in6_addr a = { 0 }, b = { 0 };

	return inet_pton(family, one, &a) == 1 &&
	       inet_pton(family, other, &b) == 1 &&
	       memcmp(&a, &b, sizeof(a)) == 0;
}

/* Is the entry what the mapping says for its port number @index? */
static bool is_meant(const struct port_entry *entry,
		     const struct port_mapping *mapping, uint32_t index)
{
	return strcmp(entry->protocol, mapping->protocol) == 0 &&
	       entry->guest_port == mapping->guest.first + index &&
	       (!mapping->host.first ||
		entry->host_port == mapping->host.first + index) &&
	       (!strcmp(mapping->address, PORT_MAPPING_ANY) ||
		is_same_address(entry->address, mapping->address));
}

/* Mark what a word means, by its place in the list. */
must_check static int mark(const struct port_list *list, const char *word,
			   bool *marks, struct error *err)
{
	auto_free char *text = xstrdup(word);
	struct port_mapping mapping;

	if (port_mapping_read(word, text, &mapping, err) < 0)
		return -err->code;
	for (uint32_t i = 0; i < port_range_size(&mapping.guest); i++) {
		size_t found = 0;

		for (size_t j = 0; j < list->count; j++) {
			if (!is_meant(&list->entries[j], &mapping, i))
				continue;
			marks[j] = true;
			found++;
		}
		if (!found)
			return error_say(
				err, ENOENT,
				"'%s': no such port of the host leads to %u/%s",
				word, mapping.guest.first + i,
				mapping.protocol);
	}
	return 0;
}

must_check static int remove_words(const struct name_owner *container,
				   const struct port_list *list,
				   char *const *words, struct error *err)
{
	auto_free bool *marks = xcalloc(list->count + 1, sizeof(*marks));

	for (; *words; words++)
		if (mark(list, *words, marks, err) < 0)
			return -err->code;
	for (size_t i = 0; i < list->count; i++)
		if (marks[i] &&
		    port_requests_remove(container, list->entries[i].id, err) <
			    0)
			return -err->code;
	return 0;
}

static int remove_ports(int argc, char **argv, struct error *err)
{
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	auto_with(port_list_clear) struct port_list list = { 0 };
	int first = parse(&port_remove, argc, argv, err);

	if (first < 0)
		return first;
	if (find(argv[first], &container, &list, err) < 0)
		return error_wrap(err, "port remove");
	return remove_words(&container, &list, argv + first + 1, err) < 0
		       ? error_wrap(err, "port remove: container %s",
				    argv[first])
		       : 0;
}

static const struct command port_add = {
	.name = "add",
	.program = "holt port",
	.synopsis = "CONTAINER [[ADDRESS:][PORT]:]PORT[/PROTOCOL]...",
	.summary = "Publish more ports of a running container",
	.operands = { OFFER_CONTAINER },
	.run = add,
};

static const struct command port_remove = {
	.name = "remove",
	.program = "holt port",
	.synopsis = "CONTAINER [[ADDRESS:][PORT]:]PORT[/PROTOCOL]...",
	.summary = "Close published ports of a running container",
	.operands = { OFFER_CONTAINER },
	.run = remove_ports,
};

static const struct command *const port_commands[] = {
	&port_add,
	&port_remove,
	NULL,
};

const struct command cmd_port = {
	.name = "port",
	.synopsis = "CONTAINER [PORT[/PROTOCOL]]",
	.summary =
		"Show the published ports of a running container, or change them",
	.operands = { OFFER_CONTAINER },
	.commands = port_commands,
	.run = show,
};
