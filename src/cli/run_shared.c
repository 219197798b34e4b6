// SPDX-License-Identifier: Apache-2.0
/* Networks that the container shares with others: what was typed, joining them,
 * and the interfaces.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/run_settings.h"

enum { SHARED_MAX = 32 };

/* "alias=web", "ip=10.89.0.7"; @word is taken apart. */
must_check static int set_option(struct run_shared *shared, char *word,
				 struct error *err)
{
	const char *name = strsep(&word, "=");

	if (word && !strcmp(name, "alias")) {
		strv_add(&shared->aliases, xstrdup(word));
		return 0;
	}
	if (word && (!strcmp(name, "ip") || !strcmp(name, "ip6"))) {
		char **place = name[2] ? &shared->address6 : &shared->address;

		free(*place);
		*place = xstrdup(word);
		return 0;
	}
	if (word && !strcmp(name, "interface_name")) {
		free(shared->interface);
		shared->interface = xstrdup(word);
		return 0;
	}
	return error_say(
		err, EINVAL,
		"a network has no option '%s'; it has alias, ip, ip6 and interface_name",
		name);
}

static struct run_shared *add(struct run_request *request)
{
	struct run_shared *shared;

	request->shared =
		xrealloc_array(request->shared, request->shared_count + 1,
			       sizeof(*request->shared));
	shared = &request->shared[request->shared_count];
	*shared = (struct run_shared){ .membership = MEMBERSHIP_NONE };
	shared->interface = xasprintf("eth%zu", request->shared_count++);
	return shared;
}

must_check static int add_one(struct run_request *request, const char *name,
			      char *options, struct error *err)
{
	struct run_shared *shared;
	char *word;

	for (size_t i = 0; i < request->shared_count; i++)
		if (!strcmp(request->shared[i].definition.name, name))
			return error_say(err, EINVAL, "'%s' is given twice",
					 name);
	if (request->shared_count == SHARED_MAX)
		return error_say(err, EINVAL, "at most %d networks",
				 SHARED_MAX);
	shared = add(request);
	if (definition_read(name, &shared->definition, err) < 0)
		return err->code == ENOENT
			       ? error_say(
					 err, ENOENT,
					 "there is no network '%s': give none, host, slirp[:OPTION,...], container:NAME, ns:PATH, or what 'holt network create' has made",
					 name)
			       : -err->code;
	while ((word = strsep(&options, ",")))
		if (set_option(shared, word, err) < 0)
			return -err->code;
	return 0;
}

/* NAME:OPTION,... or NAME,NAME */
must_check static int add_word(struct run_request *request, const char *word,
			       struct error *err)
{
	auto_free char *copy = xstrdup(word);
	char *rest = copy, *name;

	if (strchr(word, ':')) {
		name = strsep(&rest, ":");
		return add_one(request, name, rest, err);
	}
	while ((name = strsep(&rest, ",")))
		if (add_one(request, name, NULL, err) < 0)
			return -err->code;
	return 0;
}

/* --ip and --ip6 mean the one network there is. */
must_check static int set_addresses(const struct run_settings *settings,
				    struct run_request *request,
				    struct error *err)
{
	if (!settings->address && !settings->address6)
		return 0;
	if (request->shared_count != 1)
		return error_say(
			err, EINVAL,
			"--ip and --ip6 go with one network that was made with 'holt network create'; for several say --network NAME:ip=ADDRESS");
	if (settings->address && !request->shared->address)
		request->shared->address = xstrdup(settings->address);
	if (settings->address6 && !request->shared->address6)
		request->shared->address6 = xstrdup(settings->address6);
	return 0;
}

/* holt-net is there for the way out, and answers the names. */
must_check static int set_names(struct run_request *request, struct error *err)
{
	bool is_internal = request->shared_count > 0;

	for (size_t i = 0; i < request->shared_count; i++) {
		auto_free char *path = NULL;

		is_internal &= request->shared[i].definition.internal;
		if (holder_names_path(&request->shared[i].definition, &path,
				      err) < 0)
			return -err->code;
		strv_addf(&request->network.words, "--names=%s", path);
	}
	if (is_internal)
		strv_add(&request->network.words, xstrdup("--internal"));
	return 0;
}

int run_set_shared(const struct run_settings *settings,
		   struct run_request *request, struct error *err)
{
	const struct list *aliases = &settings->network_aliases;

	for (size_t i = 0; i < settings->networks.count; i++)
		if (add_word(request, settings->networks.items[i], err) < 0)
			return error_wrap(err, "--network");
	for (size_t i = 0; i < request->shared_count; i++)
		for (size_t j = 0; j < aliases->count; j++)
			strv_add(&request->shared[i].aliases,
				 xstrdup(aliases->items[j]));
	if (set_addresses(settings, request, err) < 0)
		return -err->code;
	return set_names(request, err);
}

/* The container's own name is its first address. */
static void set_hosts(struct run_request *request)
{
	struct spec *spec = &request->spec;
	const char *address = request->shared[0].membership.address;

	for (size_t i = 0; spec->hostname && i < spec->file_count; i++) {
		struct spec_file *file = &spec->files[i];
		char *text;

		if (strcmp(file->path, "/etc/hosts") != 0)
			continue;
		text = xasprintf("%s%.*s\t%s\n", file->content,
				 (int)strcspn(address, "/"), address,
				 spec->hostname);
		free(file->content);
		file->content = text;
	}
}

int run_join(struct run_request *request, const char *name, struct error *err)
{
	auto_close int self = -1;

	if (!request->shared_count)
		return 0;
	self = pidfd_open(getpid(), 0);
	if (self < 0)
		return error_set(err, errno, "open our own process");
	for (size_t i = 0; i < request->shared_count; i++) {
		struct run_shared *shared = &request->shared[i];
		const struct joiner joiner = {
			.id = request->id,
			.name = name,
			.interface = shared->interface,
			.aliases = &shared->aliases,
			.address = shared->address,
			.address6 = shared->address6,
			.alive = self,
		};

		if (holder_join(&shared->definition, &joiner,
				&shared->membership, err) < 0)
			return -err->code;
	}
	set_hosts(request);
	return 0;
}

int run_wire(const struct run_request *request, int netns, struct error *err)
{
	for (size_t i = 0; i < request->shared_count; i++) {
		const struct run_shared *shared = &request->shared[i];
		const struct network_wire wire = {
			.netns = shared->membership.netns,
			.interface = shared->interface,
			.address = shared->membership.address,
			.address6 = shared->membership.address6,
			.mtu = shared->definition.mtu,
		};

		if (network_wire(&wire, netns, err) < 0)
			return error_wrap(err, "network %s",
					  shared->definition.name);
	}
	return 0;
}

void run_leave(const struct run_request *request)
{
	for (size_t i = 0; i < request->shared_count; i++)
		holder_renew(&request->shared[i].definition);
}
