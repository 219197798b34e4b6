// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "cli/run_settings.h"

/* Addresses of the network that holt-net makes (holt-net(1)). */
#define GATEWAY "10.0.2.2"
#define ADDRESS "10.0.2.100"

enum network_mode {
	NETWORK_AS_IS,
	NETWORK_NONE,
	NETWORK_HOST,
	NETWORK_SLIRP,
	NETWORK_PASTA,  /* the same, by another's options */
	NETWORK_JOINED, /* another container's */
};

/* What --network can be beside names of networks. */
static const struct {
	const char *word;
	enum network_mode mode;
	/* What comes behind a colon; NULL: nothing can */
	int (*read)(const char *options, struct network_settings *ret,
		    struct error *err);
} modes[] = {
	{ "none", NETWORK_NONE, NULL },
	{ "host", NETWORK_HOST, NULL },
	{ "slirp", NETWORK_SLIRP, run_read_slirp },
	{ "slirp4netns", NETWORK_SLIRP, run_read_slirp },
	{ "private", NETWORK_SLIRP, run_read_slirp },
	{ "pasta", NETWORK_SLIRP, run_read_pasta },
};

/* What others have: "container:web", "ns:/proc/1/ns/net". */
static const char *const prefixes[] = { "container:", "ns:/" };

static bool is_name(const char *word)
{
	size_t length = strcspn(word, ":");

	for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (!strncmp(word, prefixes[i], strlen(prefixes[i])))
			return false;
	for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
		if (!strncmp(word, modes[i].word, length) &&
		    !modes[i].word[length])
			return false;
	return true;
}

const char *run_joined_container(const struct run_settings *settings)
{
	const struct list *words = &settings->networks;
	const char *word = words->count ? words->items[words->count - 1] : "";

	return !strncmp(word, "container:", 10) ? word + 10 : NULL;
}

static int read_mode(const char *word, struct run_request *request,
		     enum network_mode *ret, struct error *err)
{
	struct spec_namespace *ns = &request->spec.namespaces[NS_NETWORK];
	size_t length = word ? strcspn(word, ":") : 0;

	*ret = request->is_bundle ? NETWORK_AS_IS : NETWORK_SLIRP;
	if (!word)
		return 0;
	if (!strncmp(word, "container:", 10)) {
		*ret = NETWORK_JOINED;
		return 0;
	}
	if (!strncmp(word, "ns:/", 4)) {
		ns->wanted = true;
		ns->path = xstrdup(word + 3);
		*ret = NETWORK_AS_IS;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		if (strncmp(word, modes[i].word, length) != 0 ||
		    modes[i].word[length])
			continue;
		*ret = modes[i].mode;
		if (!word[length])
			return 0;
		if (modes[i].read)
			return modes[i].read(word + length + 1,
					     &request->network, err);
		return error_say(err, EINVAL,
				 "--network: '%s': %s has no options", word,
				 modes[i].word);
	}
	return error_say(err, EINVAL, "--network: '%s' can't be", word);
}

/* Names of networks may be several; else, as with any option, the last counts.
 */
static int read_modes(const struct run_settings *settings,
		      struct run_request *request, enum network_mode *ret,
		      struct error *err)
{
	const struct list *words = &settings->networks;
	size_t names = 0;

	for (size_t i = 0; i < words->count; i++)
		names += is_name(words->items[i]);
	if (names > 0 && names < words->count)
		return error_say(
			err, EINVAL,
			"--network: names of networks and other words don't go together");
	if (!names && (settings->network_aliases.count || settings->address ||
		       settings->address6))
		return error_say(
			err, EINVAL,
			"--network-alias, --ip and --ip6 go with a network that was made with 'holt network create'");
	if (!names)
		return read_mode(words->count ? words->items[words->count - 1]
					      : NULL,
				 request, ret, err);
	*ret = NETWORK_SLIRP;
	return run_set_shared(settings, request, err);
}

static bool is_hostname(const char *name)
{
	size_t length = strlen(name);

	if (!length || length > HOST_NAME_MAX || !isalnum(name[0]))
		return false;
	for (const char *c = name; *c; c++)
		if (!isalnum(*c) && *c != '-' && *c != '.' && *c != '_')
			return false;
	return true;
}

bool run_is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 ||
	       inet_pton(AF_INET6, text, &address) == 1;
}

static int set_hostname(const struct run_settings *settings,
			struct run_request *request, enum network_mode mode,
			struct error *err)
{
	struct spec *spec = &request->spec;
	char own[HOST_NAME_MAX + 1] = "";

	if (settings->hostname && !is_hostname(settings->hostname))
		return error_say(err, EINVAL,
				 "--hostname: '%s' is not a host name",
				 settings->hostname);
	if (!spec->namespaces[NS_UTS].wanted || spec->namespaces[NS_UTS].path ||
	    (request->is_bundle && !settings->hostname))
		return 0;
	free(spec->hostname);
	if (settings->hostname)
		spec->hostname = xstrdup(settings->hostname);
	else if (mode == NETWORK_HOST && gethostname(own, sizeof(own)) == 0)
		spec->hostname = xstrdup(own);
	else
		spec->hostname = xstrndup(request->id, 12);
	spec_set_env(spec, "HOSTNAME", spec->hostname);
	return 0;
}

/* --add-host NAME:ADDRESS, where host-gateway stands for the host. */
static int add_host(struct strv *lines, const char *word, const char *gateway,
		    struct error *err)
{
	const char *colon = strchr(word, ':');
	auto_free char *names =
		xstrndup(word, colon ? (size_t)(colon - word) : 0);
	const char *address = colon ? colon + 1 : "";
	char *rest = names, *name;

	if (!strcmp(address, "host-gateway"))
		address = gateway;
	if (!run_is_address(address))
		return error_say(err, EINVAL,
				 "--add-host: '%s' is not NAME:ADDRESS", word);
	while ((name = strsep(&rest, ";"))) {
		if (!is_hostname(name))
			return error_say(err, EINVAL,
					 "--add-host: '%s' is not a host name",
					 name);
		strv_addf(lines, "%s\t%s\n", address, name);
	}
	return 0;
}

static int set_hosts(const struct run_settings *settings,
		     struct run_request *request, enum network_mode mode,
		     struct error *err)
{
	struct spec *spec = &request->spec;
	auto_with(strv_clear) struct strv lines = { 0 };
	auto_free char *text = NULL;
	char *own = NULL;
	struct error ignored;
	const char *gateway = mode == NETWORK_SLIRP ? GATEWAY : "127.0.0.1";

	if (mode == NETWORK_HOST &&
	    file_read_text("/etc/hosts", 1U << 20, &own, NULL, &ignored) == 0)
		strv_add(&lines, own);
	else
		strv_add(
			&lines,
			xstrdup("127.0.0.1\tlocalhost\n"
				"::1\tlocalhost ip6-localhost ip6-loopback\n"));
	if (mode != NETWORK_NONE)
		strv_addf(&lines,
			  "%s\thost.containers.internal host.docker.internal\n",
			  gateway);
	/* On a shared network run_join() knows the address. */
	if (spec->hostname && mode != NETWORK_HOST && !request->shared_count)
		strv_addf(&lines, "%s\t%s\n",
			  mode == NETWORK_SLIRP ? ADDRESS : "127.0.0.1",
			  spec->hostname);
	for (size_t i = 0; i < settings->add_hosts.count; i++)
		if (add_host(&lines, settings->add_hosts.items[i], gateway,
			     err) < 0)
			return -err->code;
	text = strv_join(&lines, "");
	(void)spec_add_file(spec, SPEC_FILE_TEXT, "/etc/hosts", text, 0644);
	return 0;
}

static enum run_resolver resolver_of(enum network_mode mode)
{
	return mode == NETWORK_SLIRP  ? RUN_RESOLVER_OURS
	       : mode == NETWORK_HOST ? RUN_RESOLVER_HOSTS
				      : RUN_RESOLVER_NONE;
}

int run_set_network(const struct run_settings *settings,
		    struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	enum network_mode mode = NETWORK_AS_IS;

	if (read_modes(settings, request, &mode, err) < 0 ||
	    set_hostname(settings, request, mode, err) < 0)
		return -err->code;
	if (mode == NETWORK_AS_IS) {
		if (settings->dns.count || settings->dns_search.count ||
		    settings->dns_option.count || settings->add_hosts.count)
			return error_say(
				err, EINVAL,
				"--dns, --dns-search, --dns-option and --add-host go with --network none, host or slirp");
		return 0;
	}
	spec->namespaces[NS_NETWORK].wanted = mode != NETWORK_HOST;
	request->has_network = mode == NETWORK_SLIRP;
	/* It looks the same from there. */
	if (mode == NETWORK_JOINED)
		mode = NETWORK_SLIRP;
	if (set_hosts(settings, request, mode, err) < 0 ||
	    run_set_resolver(settings, request, resolver_of(mode), err) < 0)
		return -err->code;
	if (spec->hostname) {
		auto_free char *line = xasprintf("%s\n", spec->hostname);

		(void)spec_add_file(spec, SPEC_FILE_TEXT, "/etc/hostname", line,
				    0644);
	}
	return 0;
}
