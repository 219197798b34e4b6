// SPDX-License-Identifier: Apache-2.0
#include "net/options.h"

#include <netinet/in.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

enum { GIVEN_FD_MIN = 3, GIVEN_FD_MAX = 65535 };

static int parse_fd(const struct option_row *row, const char *value,
		    void *field, struct error *err)
{
	uint64_t fd;

	(void)row;
	if (parse_number(value, GIVEN_FD_MAX, &fd) < 0 || fd < GIVEN_FD_MIN)
		return error_say(err, EINVAL,
				 "'%s' is no descriptor from %d on", value,
				 GIVEN_FD_MIN);
	*(int *)field = (int)fd;
	return 0;
}

int options_parse_mtu(const struct option_row *row, const char *value,
		      void *field, struct error *err)
{
	uint64_t mtu;

	(void)row;
	if (parse_number(value, MTU_MAX, &mtu) < 0 || mtu < MTU_MIN)
		return error_say(err, EINVAL,
				 "'%s' is not a number from %d to %d", value,
				 MTU_MIN, MTU_MAX);
	*(uint32_t *)field = (uint32_t)mtu;
	return 0;
}

static int add_dns(const struct option_row *row, const char *value, void *field,
		   struct error *err)
{
	struct address address;

	(void)row;
	if (address_parse(value, &address) < 0)
		return error_say(err, EINVAL, "'%s' is no IP address", value);
	if (servers_add(field, &address) < 0)
		return error_say(err, EINVAL, "at most %d can be given",
				 SERVERS_MAX);
	return 0;
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

static int add_publish(const struct option_row *row, const char *value,
		       void *field, struct error *err)
{
	struct options *options =
		(struct options *)((char *)field -
				   offsetof(struct options, ports));
	struct publish_port port = { 0 };
	auto_free char *copy = xstrdup(value);

	(void)row;
	if (parse_port(copy, &port) < 0)
		return error_say(
			err, EINVAL,
			"'%s' is not PROTOCOL/ADDRESS/PORT/PORT, such as tcp/127.0.0.1/8080/80",
			value);
	add_port(options, &port);
	if (!strstr(value, "/*/"))
		return 0;
	port.address = (struct address){ .family = AF_INET6 };
	port.is_pair = true;
	add_port(options, &port);
	return 0;
}

static int add_address(const struct option_row *row, const char *value,
		       void *field, struct error *err)
{
	struct wire_settings *wire = field;
	const char *slash = strchr(value, '/');
	auto_free char *text =
		xstrndup(value, slash ? (size_t)(slash - value) : 0);
	struct wire_address *ret = &wire->addresses[wire->address_count];
	uint64_t prefix;

	(void)row;
	if (wire->address_count == WIRE_ADDRESSES_MAX)
		return error_say(err, EINVAL, "at most %d can be given",
				 WIRE_ADDRESSES_MAX);
	if (address_parse(text, &ret->address) < 0 ||
	    parse_number(slash + 1,
			 UINT64_C(8) * address_bytes(ret->address.family),
			 &prefix) < 0)
		return error_say(err, EINVAL, "'%s' is not ADDRESS/BITS",
				 value);
	ret->prefix = (uint8_t)prefix;
	wire->address_count++;
	return 0;
}

/* Locally administered, and made of the address that is the network's alone. */
static void set_ether(struct wire_settings *wire)
{
	static const uint8_t ours[] = { 0x52, 0x55 };
	const struct address *address = &wire->addresses[0].address;

	memcpy(wire->ether, ours, sizeof(ours));
	memcpy(wire->ether + sizeof(ours),
	       address->bytes + address_bytes(address->family) - 4, 4);
}

static const struct option_row rows[] = {
	{
		.name = "control-fd",
		.value = "N",
		.help = "socket to the one who started it",
		OPTION_PARSED(struct options, control_fd, parse_fd),
	},
	{
		.name = "keep-fd",
		.value = "N",
		.help = "memory for who is started in its place when it has died",
		OPTION_PARSED(struct options, keep_fd, parse_fd),
	},
	{
		.name = "again",
		.help = "it is started in the place of one that has died",
		OPTION_FIELD(struct options, is_again),
	},
	{
		.name = "allow-host-loopback",
		.help = "10.0.2.2 and fd00::2 are the host's loopback",
		OPTION_FIELD(struct options, host_loopback),
	},
	{
		.name = "no-ipv6",
		.help = "IPv4 only",
		OPTION_FIELD(struct options, no_ipv6),
	},
	{
		.name = "bypass",
		.help = "connections out are made by sockets of the host",
		OPTION_FIELD(struct options, bypass),
	},
	{
		.name = "mtu",
		.value = "BYTES",
		.help = "size of packets",
		OPTION_PARSED(struct options, mtu, options_parse_mtu),
	},
	{
		.name = "dns",
		.value = "ADDRESS",
		.help = "ask this nameserver instead of the host's",
		OPTION_PARSED(struct options, dns, add_dns),
	},
	{
		.name = "net-allow",
		.value = "DESTINATION",
		.help = "let only this and others so given be reached",
		OPTION_FIELD(struct options, allow),
	},
	{
		.name = "net-deny",
		.value = "DESTINATION",
		.help = "let this not be reached",
		OPTION_FIELD(struct options, deny),
	},
	{
		.name = "net-log",
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "append what is denied to FILE, as JSON",
		OPTION_FIELD(struct options, log),
	},
	{
		.name = "publish",
		.value = "PROTOCOL/ADDRESS/PORT/PORT",
		.help = "a port of the host's leads to one inside",
		OPTION_PARSED(struct options, ports, add_publish),
	},
	{
		.name = "api-socket",
		.value = "PATH",
		.offer = OFFER_FILE,
		.help = "take requests there, see holt-net(1)",
		OPTION_FIELD(struct options, api_socket),
	},
	{
		.name = "names",
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "answer these names, as they are written there",
		OPTION_FIELD(struct options, names),
	},
	{
		.name = "internal",
		.help = "nothing goes out, only names are answered",
		OPTION_FIELD(struct options, internal),
	},
	{
		.name = "wire",
		.value = "INTERFACE",
		.help = "make the container's interface to a shared network, and end",
		OPTION_FIELD(struct options, wire.interface),
	},
	{
		.name = "unwire",
		.help = "take that interface away",
		OPTION_FIELD(struct options, wire.is_removal),
	},
	{
		.name = "address",
		.value = "ADDRESS/BITS",
		.help = "of that interface",
		OPTION_PARSED(struct options, wire, add_address),
	},
	{ 0 },
};

const struct command options_command = {
	.program = "holt-net",
	.synopsis = "--control-fd=N [OPTION]...",
	.summary = "The user-mode network of one container; started by holt",
	.options = rows,
};

void options_finish(struct options *options)
{
	options->wire.mtu = options->mtu;
	set_ether(&options->wire);
}

struct options options_none(void)
{
	return (struct options){
		.control_fd = -1,
		.keep_fd = -1,
		.mtu = MTU_DEFAULT,
	};
}
