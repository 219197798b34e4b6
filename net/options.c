// SPDX-License-Identifier: Apache-2.0
#include "net/options.h"

#include <netinet/in.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

enum { CONTROL_FD_MIN = 3, CONTROL_FD_MAX = 65535 };

must_check static int set_control(const char *value, struct options *options,
				  struct error *err)
{
	uint64_t fd;

	if (parse_number(value, CONTROL_FD_MAX, &fd) < 0 || fd < CONTROL_FD_MIN)
		return error_say(
			err, EINVAL,
			"--control-fd: '%s' is no descriptor from %d on", value,
			CONTROL_FD_MIN);
	options->control_fd = (int)fd;
	return 0;
}

must_check static int set_mtu(const char *value, struct options *options,
			      struct error *err)
{
	uint64_t mtu;

	if (parse_number(value, MTU_MAX, &mtu) < 0 || mtu < MTU_MIN)
		return error_say(err, EINVAL,
				 "--mtu: '%s' is not a number from %d to %d",
				 value, MTU_MIN, MTU_MAX);
	options->mtu = (uint32_t)mtu;
	return 0;
}

must_check static int add_dns(const char *value, struct options *options,
			      struct error *err)
{
	struct address address;

	if (address_parse(value, &address) < 0)
		return error_say(err, EINVAL, "--dns: '%s' is no IP address",
				 value);
	if (servers_add(&options->dns, &address) < 0)
		return error_say(err, EINVAL, "--dns: at most %d can be given",
				 SERVERS_MAX);
	return 0;
}

must_check static int publish_error(const char *value, struct error *err)
{
	return error_say(
		err, EINVAL,
		"--publish: '%s' is not PROTOCOL/ADDRESS/PORT/PORT, such as tcp/127.0.0.1/8080/80",
		value);
}

/* The words are taken out of @text. */
must_check static int parse_port(char *text, struct publish_port *ret)
{
	const char *protocol = strsep(&text, "/");
	const char *address = strsep(&text, "/");
	const char *outside = strsep(&text, "/");
	uint64_t host_port, guest_port;

	/* Any address: of both families. */
	if (text && strcmp(address, "*") == 0)
		address = "0.0.0.0";
	if (!text || address_parse(address, &ret->address) < 0 ||
	    parse_number(outside, UINT16_MAX, &host_port) < 0 ||
	    parse_number(text, UINT16_MAX, &guest_port) < 0 || !guest_port)
		return -EINVAL;
	ret->protocol = strcmp(protocol, "udp") ? IPPROTO_TCP : IPPROTO_UDP;
	if (ret->protocol == IPPROTO_TCP && strcmp(protocol, "tcp") != 0)
		return -EINVAL;
	ret->host_port = (uint16_t)host_port;
	ret->guest_port = (uint16_t)guest_port;
	return 0;
}

static void add_port(struct options *options, const struct publish_port *port)
{
	options->ports = xrealloc_array(options->ports, options->port_count + 1,
					sizeof(*options->ports));
	options->ports[options->port_count++] = *port;
}

must_check static int add_publish(const char *value, struct options *options,
				  struct error *err)
{
	struct publish_port port = { 0 };
	auto_free char *copy = xstrdup(value);

	if (parse_port(copy, &port) < 0)
		return publish_error(value, err);
	add_port(options, &port);
	if (!strstr(value, "/*/"))
		return 0;
	port.address = (struct address){ .family = AF_INET6 };
	port.is_pair = true;
	add_port(options, &port);
	return 0;
}

must_check static int set_api_socket(const char *value, struct options *options,
				     struct error *err)
{
	(void)err;
	options->api_socket = value;
	return 0;
}

must_check static int
set_host_loopback(const char *value, struct options *options, struct error *err)
{
	(void)value;
	(void)err;
	options->host_loopback = true;
	return 0;
}

must_check static int set_no_ipv6(const char *value, struct options *options,
				  struct error *err)
{
	(void)value;
	(void)err;
	options->no_ipv6 = true;
	return 0;
}

must_check static int set_help(const char *value, struct options *options,
			       struct error *err)
{
	(void)value;
	(void)err;
	options->help = true;
	return 0;
}

static const struct {
	const char *name;
	bool has_value;
	int (*set)(const char *value, struct options *options,
		   struct error *err);
} rows[] = {
	{ "--control-fd", true, set_control },
	{ "--allow-host-loopback", false, set_host_loopback },
	{ "--no-ipv6", false, set_no_ipv6 },
	{ "--mtu", true, set_mtu },
	{ "--dns", true, add_dns },
	{ "--publish", true, add_publish },
	{ "--api-socket", true, set_api_socket },
	{ "--help", false, set_help },
};

must_check static int parse_one(const char *argument, struct options *options,
				struct error *err)
{
	const char *equals = strchr(argument, '=');
	size_t length = equals ? (size_t)(equals - argument) : strlen(argument);

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (strlen(rows[i].name) != length ||
		    memcmp(rows[i].name, argument, length) != 0)
			continue;
		if (rows[i].has_value != (equals != NULL))
			return error_say(err, EINVAL, "%s %s", rows[i].name,
					 equals ? "takes no value"
						: "needs a value after '='");
		return rows[i].set(equals ? equals + 1 : NULL, options, err) < 0
			       ? -err->code
			       : 0;
	}
	return error_say(err, EINVAL, "unknown argument '%s'", argument);
}

int options_parse(char *const *argv, struct options *ret, struct error *err)
{
	struct options options = { .control_fd = -1, .mtu = MTU_DEFAULT };

	for (size_t i = 1; argv[0] && argv[i]; i++)
		if (parse_one(argv[i], &options, err) < 0)
			return -err->code;
	if (options.control_fd < 0 && !options.help)
		return error_say(
			err, EINVAL,
			"--control-fd is missing; this program is started by holt");
	*ret = options;
	return 0;
}

const char *options_help(void)
{
	return "Usage: holt-net --control-fd=N [OPTION]...\n"
	       "The user-mode network of one container; started by holt.\n"
	       "\n"
	       "  --control-fd=N          socket to the one who started it\n"
	       "  --allow-host-loopback   10.0.2.2 and fd00::2 are the host's loopback\n"
	       "  --no-ipv6               IPv4 only\n"
	       "  --mtu=N                 size of packets in bytes\n"
	       "  --dns=ADDRESS           ask this nameserver instead of the host's\n"
	       "  --publish=PROTOCOL/ADDRESS/PORT/PORT\n"
	       "                          a port of the host's leads to one inside\n"
	       "  --api-socket=PATH       take requests there, see holt-net(1)\n"
	       "  --help                  print this\n";
}
