// SPDX-License-Identifier: Apache-2.0
/* --network slirp:, slirp4netns: and pasta: with their options. There is one
 * user-mode network here, holt-net: what the words of others mean for it is in
 * the tables below, and what they can't mean is refused.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "cli/run_settings.h"

#define GATEWAY "10.0.2.2"

enum { MTU_MIN = 1280, MTU_MAX = 65520 };

/* Each returns 0, or -EINVAL for a value that can't be. */

static int set_loopback(const char *value, struct network_settings *ret)
{
	return parse_bool(value, &ret->allow_host_loopback);
}

static int set_ipv6(const char *value, struct network_settings *ret)
{
	bool wanted;
	int result = parse_bool(value, &wanted);

	if (result == 0)
		ret->no_ipv6 = !wanted;
	return result;
}

static int set_bypass(const char *value, struct network_settings *ret)
{
	return parse_bool(value, &ret->bypass);
}

static int set_mtu(const char *value, struct network_settings *ret)
{
	uint64_t mtu;

	if (parse_number(value, MTU_MAX, &mtu) < 0 || mtu < MTU_MIN)
		return -EINVAL;
	ret->mtu = (unsigned int)mtu;
	return 0;
}

static int check_cidr(const char *value, struct network_settings *ret)
{
	(void)ret;
	return strcmp(value, "10.0.2.0/24") ? -EINVAL : 0;
}

static int check_port_handler(const char *value, struct network_settings *ret)
{
	(void)ret;
	return strcmp(value, "rootlesskit") != 0 &&
			       strcmp(value, "slirp4netns") != 0
		       ? -EINVAL
		       : 0;
}

static int set_gateway_is_host(const char *value, struct network_settings *ret)
{
	(void)value;
	ret->allow_host_loopback = true;
	return 0;
}

static int set_gateway_is_nobody(const char *value,
				 struct network_settings *ret)
{
	(void)value;
	ret->allow_host_loopback = false;
	return 0;
}

static int set_host_at(const char *value, struct network_settings *ret)
{
	ret->allow_host_loopback = strcmp(value, GATEWAY) == 0;
	return !ret->allow_host_loopback && strcmp(value, "none") != 0 ? -EINVAL
								       : 0;
}

static int set_ipv4_only(const char *value, struct network_settings *ret)
{
	(void)value;
	ret->no_ipv6 = true;
	return 0;
}

static int check_none(const char *value, struct network_settings *ret)
{
	(void)ret;
	return strcmp(value, "none") ? -EINVAL : 0;
}

/* What holt-net does anyway, or never does. */
static int ignore(const char *value, struct network_settings *ret)
{
	(void)value;
	(void)ret;
	return 0;
}

struct word {
	const char *name;
	const char *values; /* that it can have; NULL: it has none */
	int (*set)(const char *value, struct network_settings *ret);
};

static const struct word slirp_words[] = {
	{ "allow_host_loopback", "true or false", set_loopback },
	{ "bypass", "true or false", set_bypass },
	{ "cidr", "10.0.2.0/24: there is no other", check_cidr },
	{ "enable_ipv6", "true or false", set_ipv6 },
	{ "mtu", "1280 to 65520", set_mtu },
	{ "port_handler", "rootlesskit or slirp4netns: both mean holt-net",
	  check_port_handler },
	{ 0 },
};

#define PORTS "none, and the ports to --publish"
#define OPEN  "none, and --map-gw to reach the host's loopback at 10.0.2.2"

static const struct word pasta_words[] = {
	{ "--config-net", NULL, ignore },
	{ "--ipv4-only", NULL, set_ipv4_only },
	{ "-4", NULL, set_ipv4_only },
	{ "--map-gw", NULL, set_gateway_is_host },
	{ "--map-host-loopback", "10.0.2.2 or none", set_host_at },
	{ "--mtu", "1280 to 65520", set_mtu },
	{ "-m", "1280 to 65520", set_mtu },
	{ "--no-dhcp", NULL, ignore },
	{ "--no-dhcp-dns", NULL, ignore },
	{ "--no-dhcp-search", NULL, ignore },
	{ "--no-dhcpv6", NULL, ignore },
	{ "--no-map-gw", NULL, set_gateway_is_nobody },
	{ "--no-ndp", NULL, ignore },
	{ "--no-ra", NULL, ignore },
	{ "--quiet", NULL, ignore },
	{ "-q", NULL, ignore },
	{ "--tcp-ns", OPEN, check_none },
	{ "-T", OPEN, check_none },
	{ "--tcp-ports", PORTS, check_none },
	{ "-t", PORTS, check_none },
	{ "--udp-ns", OPEN, check_none },
	{ "-U", OPEN, check_none },
	{ "--udp-ports", PORTS, check_none },
	{ "-u", PORTS, check_none },
	{ 0 },
};

static const struct word *find(const struct word *words, const char *name)
{
	for (; words->name; words++)
		if (strcmp(words->name, name) == 0)
			return words;
	return NULL;
}

/* @value: NULL: none was given */
static int apply(const struct word *word, const char *value,
		 struct network_settings *ret, struct error *err)
{
	if (!value)
		value = "";
	if (word->set(value, ret) < 0)
		return error_say(err, EINVAL,
				 "--network: '%s' of '%s': give %s", value,
				 word->name, word->values);
	return 0;
}

int run_read_slirp(const char *options, struct network_settings *ret,
		   struct error *err)
{
	auto_free char *copy = xstrdup(options);
	char *rest = copy, *value;

	while ((value = strsep(&rest, ","))) {
		const char *name = strsep(&value, "=");
		const struct word *word = find(slirp_words, name);

		if (!word)
			return error_say(
				err, EINVAL,
				"--network: slirp has no option '%s'; it has allow_host_loopback, bypass, cidr, enable_ipv6, mtu and port_handler",
				name);
		if (apply(word, value, ret, err) < 0)
			return -err->code;
	}
	return 0;
}

/* Its command line with commas for spaces: "--mtu,1500" as well as
 * "--mtu=1500".
 */
int run_read_pasta(const char *options, struct network_settings *ret,
		   struct error *err)
{
	auto_free char *copy = xstrdup(options);
	char *rest = copy, *value;

	while ((value = strsep(&rest, ","))) {
		const char *name = strsep(&value, "=");
		const struct word *word = find(pasta_words, name);

		if (!word)
			return error_say(
				err, EINVAL,
				"--network: pasta's option '%s' has no meaning for holt-net; see holt-run(1)",
				name);
		if (!word->values && value)
			return error_say(err, EINVAL,
					 "--network: '%s' has no value", name);
		if (word->values && !value)
			value = strsep(&rest, ",");
		if (apply(word, value, ret, err) < 0)
			return -err->code;
	}
	return 0;
}
