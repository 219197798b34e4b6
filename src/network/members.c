// SPDX-License-Identifier: Apache-2.0
#include "network/members.h"

#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"

/* The bridge's would be 1, as people expect. */
enum { NUMBER_FIRST = 2, ID_LENGTH = 12 };

struct request {
	char *id, *name, *interface, *address, *address6;
	struct strv aliases;
};

static void request_clear(struct request *request)
{
	free(request->id);
	free(request->name);
	free(request->interface);
	free(request->address);
	free(request->address6);
	strv_clear(&request->aliases);
}

static const struct json_row rows[] = {
	{ "id", JSON_MEMBER(struct request, id), .required = true },
	{ "name", JSON_MEMBER(struct request, name) },
	{ "interface", JSON_MEMBER(struct request, interface) },
	{ "aliases", JSON_MEMBER(struct request, aliases) },
	{ "address", JSON_MEMBER(struct request, address) },
	{ "address6", JSON_MEMBER(struct request, address6) },
	{ 0 },
};

struct member *members_find(struct members *members, const char *id)
{
	for (size_t i = 0; i < members->count; i++)
		if (!strcmp(members->list[i].id, id))
			return &members->list[i];
	return NULL;
}

static bool is_taken(const struct members *members, uint32_t number,
		     bool is_six)
{
	for (size_t i = 0; i < members->count; i++)
		if (number == (is_six ? members->list[i].number6
				      : members->list[i].number))
			return true;
	return false;
}

/* Return: number of an address, 0 with @err */
static uint32_t choose(const struct members *members,
		       const struct subnet *subnet, const char *wanted,
		       struct error *err)
{
	bool is_six = subnet->prefix > 32;
	uint32_t number = NUMBER_FIRST;
	char text[SUBNET_TEXT_MAX];

	if (wanted && *wanted) {
		number = subnet_number(subnet, wanted);
		subnet_format(subnet, text);
		if (!number)
			(void)error_say(err, EINVAL,
					"%s is no address of a container in %s",
					wanted, text);
		else if (is_taken(members, number, is_six))
			(void)error_say(err, EADDRINUSE,
					"%s is another container's", wanted);
		else
			return number;
		return 0;
	}
	while (is_taken(members, number, is_six))
		number++;
	if (number <= subnet_last(subnet))
		return number;
	(void)error_say(err, ENOSPC, "all addresses of the network are taken");
	return 0;
}

struct member *members_add(struct members *members,
			   const struct definition *definition,
			   const struct json_node *request, int alive,
			   struct error *err)
{
	auto_with(request_clear) struct request wanted = { 0 };
	struct member member = { .alive = alive };

	if (json_read_object(request, rows, &wanted, err) < 0)
		return NULL;
	if (members_find(members, wanted.id)) {
		(void)error_say(err, EEXIST, "the container is on it already");
		return NULL;
	}
	if (members->count == MEMBERS_MAX) {
		(void)error_say(err, ENOSPC,
				"at most %d containers can be on a network",
				MEMBERS_MAX);
		return NULL;
	}
	member.number =
		choose(members, &definition->subnet, wanted.address, err);
	if (!member.number)
		return NULL;
	if (definition->subnet6.family) {
		member.number6 = choose(members, &definition->subnet6,
					wanted.address6, err);
		if (!member.number6)
			return NULL;
	} else if (wanted.address6) {
		(void)error_say(err, EINVAL, "%s: the network has no IPv6",
				wanted.address6);
		return NULL;
	}
	member.id = steal_ptr(&wanted.id);
	member.name = steal_ptr(&wanted.name);
	member.interface = steal_ptr(&wanted.interface);
	member.aliases = wanted.aliases;
	wanted.aliases = (struct strv){ 0 };
	members->list[members->count] = member;
	return &members->list[members->count++];
}

void members_remove(struct members *members, struct member *member)
{
	free(member->id);
	free(member->name);
	free(member->interface);
	strv_clear(&member->aliases);
	close(member->alive);
	*member = members->list[--members->count];
}

static void put(struct json_object *object, const char *key, const char *value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_string(value));
}

struct json_object *member_json(const struct member *member,
				const struct definition *definition)
{
	struct json_object *object = json_object_new_object();
	struct json_object *aliases = json_object_new_array();
	char text[SUBNET_TEXT_MAX];

	for (size_t i = 0; i < member->aliases.count; i++)
		(void)json_object_array_add(
			aliases,
			json_object_new_string(member->aliases.items[i]));
	put(object, "id", member->id);
	if (member->name)
		put(object, "name", member->name);
	if (member->interface)
		put(object, "interface", member->interface);
	(void)json_object_object_add(object, "aliases", aliases);
	subnet_address(&definition->subnet, member->number, text);
	put(object, "address", text);
	if (member->number6) {
		subnet_address(&definition->subnet6, member->number6, text);
		put(object, "address6", text);
	}
	return object;
}

static void print_name(FILE *out, const char *address, const char *name,
		       const char *network)
{
	(void)fprintf(out, "%s %s\n%s %s.%s\n", address, name, address, name,
		      network);
}

static void print_member(FILE *out, const struct member *member,
			 const char *address, const char *network)
{
	auto_free char *id = xstrndup(member->id, ID_LENGTH);

	if (member->name)
		print_name(out, address, member->name, network);
	print_name(out, address, id, network);
	for (size_t i = 0; i < member->aliases.count; i++)
		print_name(out, address, member->aliases.items[i], network);
}

char *members_names(const struct members *members,
		    const struct definition *definition)
{
	char *text = NULL, address[SUBNET_TEXT_MAX];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return xstrdup("");
	for (size_t i = 0; i < members->count; i++) {
		const struct member *member = &members->list[i];

		subnet_address(&definition->subnet, member->number, address);
		print_member(out, member, address, definition->name);
		if (!member->number6)
			continue;
		subnet_address(&definition->subnet6, member->number6, address);
		print_member(out, member, address, definition->name);
	}
	return fclose(out) == 0 ? text : xstrdup("");
}
