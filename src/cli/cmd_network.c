// SPDX-License-Identifier: Apache-2.0
/* holt network: networks that containers share. */
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/parse.h"
#include "cli/commands.h"
#include "cli/network_parts.h"
#include "container/lanes.h"
#include "container/name.h"
#include "container/name_socket.h"
#include "network/holder.h"

enum { MTU_MIN = 68, MTU_MIN_V6 = 1280, MTU_MAX = 65535 };
enum { ID_LENGTH = 12 };

struct create_settings {
	bool internal, ipv6, ignore;
	const char *driver;
	struct list subnets, options, labels;
};

static void create_settings_clear(struct create_settings *settings)
{
	list_clear(&settings->subnets);
	list_clear(&settings->options);
	list_clear(&settings->labels);
}

static const struct option_row create_options[] = {
	{
		.name = "driver",
		.letter = 'd',
		.value = "DRIVER",
		.values = OPTION_VALUES("bridge"),
		.strict = true,
		.help = "bridge is all there is",
		OPTION_FIELD(struct create_settings, driver),
	},
	{
		.name = "subnet",
		.value = "RANGE",
		.help = "addresses of containers, such as 10.1.2.0/24; also of IPv6",
		OPTION_FIELD(struct create_settings, subnets),
	},
	{
		.name = "ipv6",
		.help = "have IPv6 too",
		OPTION_FIELD(struct create_settings, ipv6),
	},
	{
		.name = "internal",
		.help = "no way out: its containers reach each other alone",
		OPTION_FIELD(struct create_settings, internal),
	},
	{
		.name = "ignore",
		.help = "don't fail if there is one of that name",
		OPTION_FIELD(struct create_settings, ignore),
	},
	{
		.name = "label",
		.value = "KEY=VALUE",
		.help = "remember this with it",
		OPTION_FIELD(struct create_settings, labels),
	},
	{
		.name = "opt",
		.letter = 'o',
		.value = "mtu=BYTES",
		.help = "size of packets",
		OPTION_FIELD(struct create_settings, options),
	},
	{ 0 },
};

static int add_subnet(struct definition *definition, const char *word,
		      struct error *err)
{
	struct subnet subnet, *place;

	if (subnet_parse(word, &subnet) < 0 || !subnet_last(&subnet))
		return error_say(
			err, EINVAL,
			"--subnet: '%s' is not ADDRESS/BITS with room for containers",
			word);
	place = subnet.prefix > 32 || strchr(word, ':') ? &definition->subnet6
							: &definition->subnet;
	if (place->family && place->prefix)
		return error_say(err, EINVAL,
				 "--subnet: give one range of a family");
	*place = subnet;
	return 0;
}

static int set_option(struct definition *definition, const char *word,
		      struct error *err)
{
	uint64_t mtu;

	if (strncmp(word, "mtu=", 4) != 0)
		return error_say(err, EINVAL,
				 "--opt: '%s' is not mtu=BYTES, all there is",
				 word);
	if (parse_number(word + 4, MTU_MAX, &mtu) < 0 ||
	    mtu < (definition->subnet6.family ? MTU_MIN_V6 : MTU_MIN))
		return error_say(err, EINVAL,
				 "--opt: '%s': give a number up to %d", word,
				 MTU_MAX);
	definition->mtu = (unsigned int)mtu;
	return 0;
}

static int define(const struct create_settings *settings,
		  struct definition *definition, struct error *err)
{
	definition->internal = settings->internal;
	for (size_t i = 0; i < settings->subnets.count; i++)
		if (add_subnet(definition, settings->subnets.items[i], err) < 0)
			return -err->code;
	/* The range is chosen later. */
	if (settings->ipv6 && !definition->subnet6.family)
		definition->subnet6.family = AF_INET6;
	for (size_t i = 0; i < settings->options.count; i++)
		if (set_option(definition, settings->options.items[i], err) < 0)
			return -err->code;
	for (size_t i = 0; i < settings->labels.count; i++)
		strv_add(&definition->labels,
			 xstrdup(settings->labels.items[i]));
	return definition_make(definition, err);
}

static bool is_there(const char *name)
{
	auto_with(definition_clear) struct definition definition = { 0 };
	struct error ignored;

	return definition_read(name, &definition, &ignored) == 0 &&
	       !strcmp(definition.name, name);
}

static int create(int argc, char **argv, struct error *err)
{
	auto_with(
		create_settings_clear) struct create_settings settings = { 0 };
	auto_with(definition_clear) struct definition definition = { 0 };
	int first = options_parse(&network_create, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first + 1 != argc)
		return error_say(err, EINVAL, "network create: give one name");
	definition.name = xstrdup(argv[first]);
	if (settings.ignore && is_there(argv[first])) {
		(void)puts(argv[first]);
		return 0;
	}
	if (define(&settings, &definition, err) < 0)
		return error_wrap(err, "network create");
	(void)puts(argv[first]);
	return 0;
}

const struct command network_create = {
	.name = "create",
	.program = "holt network",
	.synopsis = "[OPTION]... NAME",
	.summary = "Make a network that containers can share",
	.options = create_options,
	.options_anywhere = true,
	.run = create,
};

struct ls_settings {
	bool quiet, no_heading;
	const char *format;
};

static const struct option_row ls_options[] = {
	{
		.name = "format",
		.value = "FORMAT",
		.values = OPTION_VALUES("table", "json"),
		.strict = true,
		.help = "a table, or JSON",
		OPTION_FIELD(struct ls_settings, format),
	},
	{
		.name = "noheading",
		.letter = 'n',
		.help = "no line above the table",
		OPTION_FIELD(struct ls_settings, no_heading),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "names alone",
		OPTION_FIELD(struct ls_settings, quiet),
	},
	{ 0 },
};

static void print_row(const struct definition *definition,
		      const struct ls_settings *settings)
{
	if (settings->quiet)
		(void)puts(definition->name);
	else
		(void)printf("%.*s  %-16s  %s\n", ID_LENGTH, definition->id,
			     definition->name,
			     definition->internal ? "bridge, internal"
						  : "bridge");
}

static int ls(int argc, char **argv, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };
	auto_json struct json_object *all = json_object_new_array();
	struct ls_settings settings = { 0 };
	int first = options_parse(&network_ls, argc, argv, &settings, err);
	bool is_json = settings.format && !strcmp(settings.format, "json");

	if (first < 0)
		return first;
	if (first < argc)
		return error_say(err, EINVAL,
				 "network ls: unexpected word '%s'",
				 argv[first]);
	if (definition_list(&names, err) < 0)
		return error_wrap(err, "network ls");
	if (!is_json && !settings.quiet && !settings.no_heading)
		(void)printf("%-12s  %-16s  %s\n", "NETWORK ID", "NAME",
			     "DRIVER");
	for (size_t i = 0; i < names.count; i++) {
		auto_with(definition_clear) struct definition one = { 0 };

		if (definition_read(names.items[i], &one, err) < 0)
			return error_wrap(err, "network ls");
		if (is_json)
			(void)json_object_array_add(all, definition_json(&one));
		else
			print_row(&one, &settings);
	}
	if (is_json)
		(void)puts(json_object_to_json_string_ext(
			all, JSON_C_TO_STRING_PRETTY |
				     JSON_C_TO_STRING_NOSLASHESCAPE));
	return 0;
}

const struct command network_ls = {
	.name = "ls",
	.program = "holt network",
	.synopsis = "[OPTION]...",
	.summary = "List the networks",
	.options = ls_options,
	.run = ls,
};

/* Which ways the container's connections to outside go. Nothing is said where
 * it doesn't answer: it may be about to end.
 */
static void add_lanes(struct json_object *member)
{
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	auto_with(lanes_clear) struct lanes lanes = { 0 };
	struct json_object *object;
	struct error ignored;

	if (name_find(json_object_get_string(
			      json_object_object_get(member, "id")),
		      &container, &ignored) < 0)
		return;

	auto_close int sock =
		name_socket_connect(container.path, container.file);

	if (sock < 0 || lanes_ask(sock, &lanes, &ignored) < 0)
		return;
	object = json_object_new_object();
	(void)json_object_object_add(object, "tcp",
				     json_object_new_string(lanes.tcp));
	(void)json_object_object_add(object, "bypass",
				     json_object_new_boolean(lanes.bypass));
	if (lanes.reason)
		(void)json_object_object_add(
			object, "reason", json_object_new_string(lanes.reason));
	(void)json_object_object_add(member, "lanes", object);
}

/* As docker has it: by the containers' ids. */
static struct json_object *containers_json(const struct definition *definition)
{
	auto_json struct json_object *members = holder_members(definition);
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < json_object_array_length(members); i++) {
		struct json_object *one = json_object_array_get_idx(members, i);

		add_lanes(one);
		(void)json_object_object_add(
			object,
			json_object_get_string(
				json_object_object_get(one, "id")),
			json_object_get(one));
	}
	return object;
}

static int inspect(int argc, char **argv, struct error *err)
{
	auto_json struct json_object *all = json_object_new_array();
	int first = options_parse(&network_inspect, argc, argv, NULL, err);

	if (first < 0)
		return first;
	if (first == argc)
		return error_say(err, EINVAL,
				 "network inspect: give a network's name");
	for (int i = first; i < argc; i++) {
		auto_with(definition_clear) struct definition one = { 0 };
		struct json_object *object;

		if (definition_read(argv[i], &one, err) < 0)
			return error_wrap(err, "network inspect");
		object = definition_json(&one);
		(void)json_object_object_add(object, "containers",
					     containers_json(&one));
		(void)json_object_array_add(all, object);
	}
	(void)puts(json_object_to_json_string_ext(
		all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	return 0;
}

const struct command network_inspect = {
	.name = "inspect",
	.program = "holt network",
	.synopsis = "NETWORK...",
	.summary = "Show all about networks, and who is on them",
	.operands = { OFFER_NETWORK, OFFER_NETWORK, OFFER_NETWORK },
	.run = inspect,
};

static const struct command *const network_commands[] = {
	&network_create, &network_ls,      &network_inspect,    &network_rm,
	&network_prune,  &network_connect, &network_disconnect, NULL,
};

const struct command cmd_network = {
	.name = "network",
	.synopsis = "COMMAND [ARGUMENT]...",
	.summary = "Networks that several containers share",
	.commands = network_commands,
};
