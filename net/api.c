// SPDX-License-Identifier: Apache-2.0
#include "net/api.h"

#include <arpa/inet.h>
#include <json-c/json.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "net/lanes.h"
#include "net/ports.h"

/* The address that stands for all of both families; slirp4netns has no word for
 * that.
 */
#define ANY_ADDRESS "*"

struct arguments {
	char *proto;
	char *host_addr;
	char *guest_addr;
	unsigned short host_port;
	unsigned short guest_port;
	unsigned int id;
};

struct request {
	char *execute;
	struct arguments arguments;
};

static const struct json_row argument_rows[] = {
	{ "proto", JSON_MEMBER(struct arguments, proto) },
	{ "host_addr", JSON_MEMBER(struct arguments, host_addr) },
	{ "guest_addr", JSON_MEMBER(struct arguments, guest_addr) },
	{ "host_port", JSON_MEMBER(struct arguments, host_port) },
	{ "guest_port", JSON_MEMBER(struct arguments, guest_port) },
	{ "id", JSON_MEMBER(struct arguments, id) },
	{ 0 },
};

static const struct json_row request_rows[] = {
	{ "execute", JSON_MEMBER(struct request, execute), .required = true },
	{ "arguments", JSON_OBJECT, .rows = argument_rows,
	  .offset = offsetof(struct request, arguments) },
	{ 0 },
};

static void request_clear(struct request *request)
{
	free(request->execute);
	free(request->arguments.proto);
	free(request->arguments.host_addr);
	free(request->arguments.guest_addr);
}

/* Does something, and says in @ret what came of it. */
typedef int execute_fn(struct network *network,
		       const struct arguments *arguments,
		       struct json_object *ret, struct error *err);

static void put_number(struct json_object *object, const char *key,
		       uint64_t value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_int64((int64_t)value));
}

static void put_text(struct json_object *object, const char *key,
		     const char *text)
{
	(void)json_object_object_add(object, key, json_object_new_string(text));
}

must_check static int read_protocol(const struct arguments *arguments,
				    struct publish_port *ret, struct error *err)
{
	static const struct {
		const char *name;
		uint8_t protocol;
		int family; /* AF_UNSPEC: the address's */
	} rows[] = {
		{ "tcp", IPPROTO_TCP, AF_UNSPEC },
		{ "udp", IPPROTO_UDP, AF_UNSPEC },
		{ "tcp4", IPPROTO_TCP, AF_INET },
		{ "udp4", IPPROTO_UDP, AF_INET },
		{ "tcp6", IPPROTO_TCP, AF_INET6 },
		{ "udp6", IPPROTO_UDP, AF_INET6 },
	};
	const char *proto = arguments->proto ? arguments->proto : "";

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (strcmp(rows[i].name, proto) == 0) {
			ret->protocol = rows[i].protocol;
			ret->address.family = rows[i].family;
			return 0;
		}
	return error_say(err, EINVAL,
			 "bad request: add_hostfwd: bad arguments.proto");
}

/* But for fe80::1%eth0: the numbers of interfaces are out of reach here. */
static bool read_address(const char *text, struct address *ret)
{
	return !strchr(text, '%') && address_parse(text, ret) == 0;
}

must_check static int read_port(const struct arguments *arguments,
				struct publish_port *ret, struct error *err)
{
	const char *address = arguments->host_addr;
	int family;

	if (read_protocol(arguments, ret, err) < 0)
		return -err->code;
	family = ret->address.family;
	if (!address || !*address ||
	    (!family && strcmp(address, ANY_ADDRESS) == 0))
		address = family == AF_INET6 ? "::" : "0.0.0.0";
	if (!read_address(address, &ret->address) ||
	    (family && family != ret->address.family))
		return error_say(
			err, EINVAL,
			"bad request: add_hostfwd: bad arguments.host_addr");
	if (!arguments->guest_port)
		return error_say(
			err, EINVAL,
			"bad request: add_hostfwd: bad arguments.guest_port");
	ret->host_port = arguments->host_port;
	ret->guest_port = arguments->guest_port;
	return 0;
}

/* There is but one address inside. */
must_check static int check_guest(const struct arguments *arguments, int family,
				  struct error *err)
{
	const char *text = arguments->guest_addr;
	struct address guest;

	if (!text || !*text)
		return 0;
	if (read_address(text, &guest) && guest.family == family &&
	    address_is(guest.bytes, family, LINK_GUEST))
		return 0;
	return error_say(err, EINVAL,
			 "bad request: add_hostfwd: bad arguments.guest_addr");
}

/* The same for IPv6, where the host has that.
 * @ret: number, -1: it has not
 */
must_check static int add_twin(struct network *network,
			       const struct publish_port *first, int *ret,
			       struct error *err)
{
	struct publish_port port = *first;
	int number;

	port.address = (struct address){ .family = AF_INET6 };
	number = ports_add(network, &port, err);
	*ret = number;
	if (number == -EAFNOSUPPORT || number == -EADDRNOTAVAIL)
		*ret = -1;
	else if (number < 0)
		return number;
	return 0;
}

/* Ids are from 1 on: zero is what isn't given. */
static int add_hostfwd(struct network *network,
		       const struct arguments *arguments,
		       struct json_object *ret, struct error *err)
{
	struct publish_port port = { 0 };
	const char *address = arguments->host_addr;
	bool is_any = address && strcmp(address, ANY_ADDRESS) == 0;
	int number, twin = -1;

	if (read_port(arguments, &port, err) < 0 ||
	    check_guest(arguments, port.address.family, err) < 0)
		return -err->code;
	number = ports_add(network, &port, err);
	if (number < 0)
		return number;
	port.host_port = network->publish.ports[number].host_port;
	if (is_any && add_twin(network, &port, &twin, err) < 0) {
		ports_remove(network, (size_t)number);
		return -err->code;
	}
	put_number(ret, "id", (uint64_t)number + 1);
	if (twin >= 0)
		put_number(ret, "id6", (uint64_t)twin + 1);
	if (!arguments->host_port)
		put_number(ret, "host_port", port.host_port);
	return 0;
}

static struct json_object *describe(const struct publish_port *port,
				    uint64_t id)
{
	struct json_object *entry = json_object_new_object();
	int family = port->address.family;
	char text[INET6_ADDRSTRLEN] = "";

	put_number(entry, "id", id);
	put_text(entry, "proto", port->protocol == IPPROTO_UDP ? "udp" : "tcp");
	(void)inet_ntop(family, port->address.bytes, text, sizeof(text));
	put_text(entry, "host_addr", text);
	put_number(entry, "host_port", port->host_port);
	(void)inet_ntop(family, address_of(LINK_GUEST, family)->bytes, text,
			sizeof(text));
	put_text(entry, "guest_addr", text);
	put_number(entry, "guest_port", port->guest_port);
	return entry;
}

static int list_hostfwd(struct network *network,
			const struct arguments *arguments,
			struct json_object *ret, struct error *err)
{
	struct json_object *entries = json_object_new_array();

	(void)arguments;
	(void)err;
	for (size_t i = 0; i < network->publish.count; i++)
		if (network->publish.ports[i].protocol)
			(void)json_object_array_add(
				entries,
				describe(&network->publish.ports[i], i + 1));
	(void)json_object_object_add(ret, "entries", entries);
	return 0;
}

static int remove_hostfwd(struct network *network,
			  const struct arguments *arguments,
			  struct json_object *ret, struct error *err)
{
	uint64_t number = (uint64_t)arguments->id - 1;

	(void)ret;
	if (!arguments->id || number >= network->publish.count ||
	    !network->publish.ports[number].protocol)
		return error_say(
			err, ENOENT,
			"bad request: remove_hostfwd: bad arguments.id");
	ports_remove(network, number);
	return 0;
}

static int show_lanes(struct network *network,
		      const struct arguments *arguments,
		      struct json_object *ret, struct error *err)
{
	(void)arguments;
	(void)err;
	lanes_describe(network, ret);
	return 0;
}

static const struct {
	const char *name;
	execute_fn *run;
} commands[] = {
	{ "add_hostfwd", add_hostfwd },
	{ "list_hostfwd", list_hostfwd },
	{ "remove_hostfwd", remove_hostfwd },
	{ "show_lanes", show_lanes },
};

must_check static int execute(struct network *network, const char *text,
			      size_t size, struct json_object *ret,
			      struct error *err)
{
	auto_json struct json_object *document = NULL;
	auto_with(request_clear) struct request request = { 0 };
	/* With a NUL behind it, where the reader stops. */
	auto_free char *copy = xcalloc(1, size + 1);
	struct json_node root = { 0 };

	memcpy(copy, text, size);
	if (json_parse(copy, size, &document, err) < 0)
		return error_wrap(err, "bad request");
	root.value = document;
	if (json_read_object(&root, request_rows, &request, err) < 0)
		return error_wrap(err, "bad request");
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
		if (strcmp(commands[i].name, request.execute) == 0)
			return commands[i].run(network, &request.arguments, ret,
					       err);
	return error_say(err, EINVAL,
			 "bad request: unknown arguments.execute: %s",
			 request.execute);
}

static char *describe_error(const struct error *err)
{
	return err->complete
		       ? xstrdup(err->text)
		       : xasprintf("%s: %s", err->text, strerror(err->code));
}

char *api_execute(struct network *network, const char *request, size_t size)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *result = json_object_new_object();
	struct error err = { 0 };
	char *text;

	if (execute(network, request, size, result, &err) < 0) {
		auto_free char *why = describe_error(&err);

		put_text(result, "desc", why);
		put_number(result, "errno", (uint64_t)err.code);
		(void)json_object_object_add(answer, "error", result);
	} else {
		(void)json_object_object_add(answer, "return", result);
	}
	text = xstrdup(json_object_to_json_string_ext(
		answer,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	(void)json_object_put(answer);
	return text;
}
