// SPDX-License-Identifier: Apache-2.0
/* holt network: what changes networks in use. */
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cli/network_parts.h"
#include "container/name.h"
#include "container/network.h"
#include "network/holder.h"

enum { INTERFACES_MAX = 64 };

struct rm_settings {
	bool force;
};

static const struct option_row rm_options[] = {
	{
		.name = "force",
		.letter = 'f',
		.help = "also if containers are on it, which lose it then",
		OPTION_FIELD(struct rm_settings, force),
	},
	{ 0 },
};

must_check static int expel(const struct definition *definition, const char *id,
			    struct error *err);

must_check static int expel_all(const struct definition *definition,
				struct error *err)
{
	auto_json struct json_object *members = holder_members(definition);

	for (size_t i = 0; i < json_object_array_length(members); i++) {
		struct json_object *one = json_object_array_get_idx(members, i);
		const char *id = json_object_get_string(
			json_object_object_get(one, "id"));

		if (expel(definition, id, err) < 0 && err->code != ENOENT)
			return -err->code;
	}
	return 0;
}

must_check static int remove_one(const char *name, bool force,
				 struct error *err)
{
	auto_with(definition_clear) struct definition definition = { 0 };
	auto_json struct json_object *members = NULL;

	if (definition_read(name, &definition, err) < 0)
		return -err->code;
	members = holder_members(&definition);
	if (json_object_array_length(members) > 0 && !force)
		return error_say(
			err, EBUSY,
			"\"%s\" has containers on it: stop them, or use -f",
			definition.name);
	if (expel_all(&definition, err) < 0)
		return -err->code;
	return definition_remove(&definition, err);
}

static int rm(int argc, char **argv, struct error *err)
{
	struct rm_settings settings = { 0 };
	int first = options_parse(&network_rm, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first == argc)
		return error_say(err, EINVAL,
				 "network rm: give a network's name");
	for (int i = first; i < argc; i++) {
		if (remove_one(argv[i], settings.force, err) < 0)
			return error_wrap(err, "network rm");
		(void)puts(argv[i]);
	}
	return 0;
}

const struct command network_rm = {
	.name = "rm",
	.program = "holt network",
	.synopsis = "[OPTION]... NETWORK...",
	.summary = "Remove networks",
	.options = rm_options,
	.operands = { OFFER_NETWORK, OFFER_NETWORK, OFFER_NETWORK },
	.run = rm,
};

static bool confirm(void)
{
	int answer;

	if (!isatty(STDIN_FILENO))
		return true;
	(void)fputs("Remove all networks that no container is on? [y/N] ",
		    stderr);
	answer = getchar();
	return answer == 'y' || answer == 'Y';
}

static const struct option_row prune_options[] = {
	{
		.name = "force",
		.letter = 'f',
		.help = "don't ask",
		OPTION_FIELD(struct rm_settings, force),
	},
	{ 0 },
};

static int prune(int argc, char **argv, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };
	struct rm_settings settings = { 0 };
	int first = options_parse(&network_prune, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first < argc)
		return error_say(err, EINVAL,
				 "network prune: unexpected word '%s'",
				 argv[first]);
	if (!settings.force && !confirm())
		return 0;
	if (definition_list(&names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++) {
		if (remove_one(names.items[i], false, err) == 0)
			(void)puts(names.items[i]);
		else if (err->code != EBUSY && err->code != ENOENT)
			return error_wrap(err, "network prune");
	}
	return 0;
}

const struct command network_prune = {
	.name = "prune",
	.program = "holt network",
	.synopsis = "[OPTION]...",
	.summary = "Remove the networks that no container is on",
	.options = prune_options,
	.run = prune,
};

struct connect_settings {
	struct list aliases;
	const char *address, *address6;
};

static const struct option_row connect_options[] = {
	{
		.name = "alias",
		.value = "NAME",
		.help = "a name more that the others find it by",
		OPTION_FIELD(struct connect_settings, aliases),
	},
	{
		.name = "ip",
		.value = "ADDRESS",
		.help = "its IPv4 address there",
		OPTION_FIELD(struct connect_settings, address),
	},
	{
		.name = "ip6",
		.value = "ADDRESS",
		.help = "its IPv6 address there",
		OPTION_FIELD(struct connect_settings, address6),
	},
	{ 0 },
};

/* Network and container that the two words name. */
must_check static int find_both(const struct command *cmd, int argc,
				char *const *words, struct definition *network,
				struct name_owner *container, struct error *err)
{
	if (argc != 2)
		return error_say(err, EINVAL,
				 "network %s: give a network and a container",
				 cmd->name);
	if (definition_read(words[0], network, err) < 0 ||
	    name_find(words[1], container, err) < 0)
		return error_wrap(err, "network %s", cmd->name);
	if (container->netns < 0)
		return error_say(
			err, EINVAL,
			"network %s: the container %s has no network of its own",
			cmd->name, words[1]);
	return 0;
}

/* Has the container, on any network, an interface of that name? */
static bool has_interface(const struct strv *networks, const char *id,
			  const char *interface)
{
	bool found = false;

	for (size_t i = 0; i < networks->count; i++) {
		auto_with(definition_clear) struct definition one = { 0 };
		auto_json struct json_object *members = NULL;
		struct error ignored;

		if (definition_read(networks->items[i], &one, &ignored) < 0)
			continue;
		members = holder_members(&one);
		for (size_t j = 0; j < json_object_array_length(members); j++) {
			struct json_object *member =
				json_object_array_get_idx(members, j);
			struct json_object *name =
				json_object_object_get(member, "interface");

			found |= name &&
				 !strcmp(json_object_get_string(name),
					 interface) &&
				 !strcmp(json_object_get_string(
						 json_object_object_get(member,
									"id")),
					 id);
		}
	}
	return found;
}

/* @ret: owned by the caller */
must_check static int choose_interface(const char *id, char **ret,
				       struct error *err)
{
	auto_with(strv_clear) struct strv networks = { 0 };

	if (definition_list(&networks, err) < 0)
		return -err->code;
	for (unsigned int i = 0; i < INTERFACES_MAX; i++) {
		auto_free char *name = xasprintf("eth%u", i);

		if (has_interface(&networks, id, name))
			continue;
		*ret = steal_ptr(&name);
		return 0;
	}
	return error_say(err, ENOSPC,
			 "a container can be on at most %d networks",
			 INTERFACES_MAX);
}

static bool is_id(const struct name_owner *container, const char *word)
{
	return container->id && !strncmp(container->id, word, strlen(word));
}

must_check static int join(const struct definition *network,
			   const struct name_owner *container, const char *name,
			   const struct connect_settings *settings,
			   struct error *err)
{
	auto_with(membership_clear) struct membership membership =
		MEMBERSHIP_NONE;
	auto_with(membership_clear) struct membership again = MEMBERSHIP_NONE;
	auto_with(strv_clear) struct strv aliases = { 0 };
	auto_free char *interface = NULL;
	struct joiner joiner = {
		.id = container->id,
		.name = is_id(container, name) ? NULL : name,
		.aliases = &aliases,
		.address = settings->address,
		.address6 = settings->address6,
		.alive = container->init.pidfd,
	};
	struct network_wire wire = { .mtu = network->mtu };
	struct error ignored;

	/* As for holt run: the bridge is the kernel's. */
	if (container->has_rules)
		return error_say(
			err, EINVAL,
			"the container %s has rules about where it may send (--net-allow, --net-deny): no rule holds between containers that share a network",
			name);
	for (size_t i = 0; i < settings->aliases.count; i++)
		strv_add(&aliases, xstrdup(settings->aliases.items[i]));
	if (choose_interface(container->id, &interface, err) < 0)
		return -err->code;
	joiner.interface = wire.interface = interface;
	if (holder_join(network, &joiner, &membership, err) < 0)
		return -err->code;
	wire.netns = membership.netns;
	wire.address = membership.address;
	wire.address6 = membership.address6;
	if (network_wire(&wire, container->netns, err) == 0)
		return 0;
	(void)!holder_leave(network, container->id, &again, &ignored);
	if (err->code == EPERM)
		return error_say(
			err, EPERM,
			"network %s: the container %s began in a user namespace that networks have no rights over: start it with --network=%s, or on any other network",
			network->name, name, network->name);
	return error_wrap(err, "network %s", network->name);
}

static int connect_container(int argc, char **argv, struct error *err)
{
	auto_with(definition_clear) struct definition network = { 0 };
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	struct connect_settings settings = { 0 };
	int first = options_parse(&network_connect, argc, argv, &settings, err);
	int result = first;

	if (first >= 0)
		result = find_both(&network_connect, argc - first, argv + first,
				   &network, &container, err);
	if (result == 0 &&
	    join(&network, &container, argv[first + 1], &settings, err) < 0)
		result = error_wrap(err, "network connect");
	list_clear(&settings.aliases);
	return result;
}

const struct command network_connect = {
	.name = "connect",
	.program = "holt network",
	.synopsis = "[OPTION]... NETWORK CONTAINER",
	.summary = "Put a running container on a network",
	.options = connect_options,
	.options_anywhere = true,
	.operands = { OFFER_NETWORK, OFFER_CONTAINER },
	.run = connect_container,
};

must_check static int expel(const struct definition *definition, const char *id,
			    struct error *err)
{
	auto_with(membership_clear) struct membership membership =
		MEMBERSHIP_NONE;
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	struct network_wire wire = { 0 };

	if (name_find(id, &container, err) < 0 ||
	    holder_leave(definition, id, &membership, err) < 0)
		return -err->code;
	wire.netns = membership.netns;
	wire.interface = membership.interface;
	return network_wire(&wire, container.netns, err);
}

static int disconnect(int argc, char **argv, struct error *err)
{
	auto_with(definition_clear) struct definition network = { 0 };
	auto_with(name_owner_clear) struct name_owner container =
		NAME_OWNER_NONE;
	int first = options_parse(&network_disconnect, argc, argv, NULL, err);

	if (first < 0)
		return first;
	if (find_both(&network_disconnect, argc - first, argv + first, &network,
		      &container, err) < 0)
		return -err->code;
	return expel(&network, container.id, err) < 0
		       ? error_wrap(err, "network disconnect")
		       : 0;
}

const struct command network_disconnect = {
	.name = "disconnect",
	.program = "holt network",
	.synopsis = "NETWORK CONTAINER",
	.summary = "Take a running container off a network",
	.operands = { OFFER_NETWORK, OFFER_CONTAINER },
	.run = disconnect,
};
