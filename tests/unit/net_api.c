// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "net/api.h"

/* With a lane, so that libslirp isn't asked. */
static struct network *begin(void)
{
	struct network *network = xcalloc(1, sizeof(*network));

	network->epoll = epoll_create1(EPOLL_CLOEXEC);
	network->publish.epoll = network->epoll;
	network->lane.is_on = true;
	return network;
}

static void expect(struct network *network, const char *request,
		   const char *wanted)
{
	auto_free char *answer = api_execute(network, request, strlen(request));

	cr_expect_str_eq(answer, wanted, "%s: %s", request, answer);
}

/* A port that was free just now. */
static uint16_t free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);
	auto_close int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(sock, (const struct sockaddr *)&at, size), 0);
	cr_assert_eq(getsockname(sock, (struct sockaddr *)&at, &size), 0);
	return ntohs(at.sin_port);
}

Test(api, a_port_is_added_listed_and_removed)
{
	struct network *network = begin();
	uint16_t port = free_port();
	auto_free char *add = xasprintf(
		"{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"127.0.0.1\",\"host_port\":%u,\"guest_addr\":\"10.0.2.100\",\"guest_port\":80}}",
		port);
	auto_free char *list = xasprintf(
		"{\"return\":{\"entries\":[{\"id\":1,\"proto\":\"tcp\",\"host_addr\":\"127.0.0.1\",\"host_port\":%u,\"guest_addr\":\"10.0.2.100\",\"guest_port\":80}]}}",
		port);
	auto_free char *taken = xasprintf(
		"{\"error\":{\"desc\":\"publish 127.0.0.1:%u/tcp: it is in use by ",
		port);

	expect(network, add, "{\"return\":{\"id\":1}}");
	expect(network, "{\"execute\":\"list_hostfwd\"}", list);

	auto_free char *answer = api_execute(network, add, strlen(add));

	cr_expect_eq(strncmp(answer, taken, strlen(taken)), 0, "%s", answer);
	expect(network, "{\"execute\":\"list_hostfwd\"}", list);
	expect(network,
	       "{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":1}}",
	       "{\"return\":{}}");
	expect(network, "{\"execute\":\"list_hostfwd\"}",
	       "{\"return\":{\"entries\":[]}}");
	expect(network, add, "{\"return\":{\"id\":1}}");
}

Test(api, protocols_and_addresses_of_both_families)
{
	struct network *network = begin();

	expect(network,
	       "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"udp4\",\"host_port\":45353,\"guest_port\":53}}",
	       "{\"return\":{\"id\":1}}");
	expect(network,
	       "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp6\",\"host_port\":45353,\"guest_addr\":\"fd00::100\",\"guest_port\":53}}",
	       "{\"return\":{\"id\":2}}");
	cr_expect_eq(network->publish.ports[1].address.family, AF_INET6);
}

Test(api, a_port_that_was_chosen_is_told)
{
	static const char request[] =
		"{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"udp\",\"guest_port\":53}}";
	struct network *network = begin();
	auto_free char *answer =
		api_execute(network, request, sizeof(request) - 1);
	auto_free char *wanted =
		xasprintf("{\"return\":{\"id\":1,\"host_port\":%u}}",
			  network->publish.ports[0].host_port);

	cr_expect_neq(network->publish.ports[0].host_port, 0);
	cr_expect_str_eq(answer, wanted);
}

Test(api, all_addresses_are_those_of_both_families)
{
	static const char request[] =
		"{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"*\",\"guest_port\":53}}";
	struct network *network = begin();
	const struct publish_port *ports = network->publish.ports;
	auto_free char *answer =
		api_execute(network, request, sizeof(request) - 1);
	auto_free char *wanted =
		xasprintf("{\"return\":{\"id\":1,\"id6\":2,\"host_port\":%u}}",
			  ports[0].host_port);

	cr_expect_str_eq(answer, wanted);
	cr_expect_eq(ports[0].address.family, AF_INET);
	cr_expect_eq(ports[1].address.family, AF_INET6);
	cr_expect_eq(ports[1].host_port, ports[0].host_port);
	expect(network,
	       "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp4\",\"host_addr\":\"*\",\"guest_port\":53}}",
	       "{\"error\":{\"desc\":\"bad request: add_hostfwd: bad arguments.host_addr\",\"errno\":22}}");
}

struct bad_case {
	char request[120];
	char desc[100]; /* after "bad request: " */
};

#define ADD(arguments) \
	"{\"execute\":\"add_hostfwd\",\"arguments\":{" arguments "}}"
#define REMOVE(arguments) \
	"{\"execute\":\"remove_hostfwd\",\"arguments\":{" arguments "}}"

ParameterizedTestParameters(api, bad_requests)
{
	static struct bad_case cases[] = {
		{ "{\"execute\":\"x\"}", "unknown arguments.execute: x" },
		{ "{}", "/execute: missing" },
		{ "{\"execute\":5}", "/execute: expected string, got number" },
		{ ADD(""), "add_hostfwd: bad arguments.proto" },
		{ ADD("\"proto\":\"sctp\""),
		  "add_hostfwd: bad arguments.proto" },
		{ ADD("\"proto\":\"tcp\""),
		  "add_hostfwd: bad arguments.guest_port" },
		{ ADD("\"proto\":\"tcp\",\"host_addr\":\"x\""),
		  "add_hostfwd: bad arguments.host_addr" },
		{ ADD("\"proto\":\"tcp4\",\"host_addr\":\"::1\""),
		  "add_hostfwd: bad arguments.host_addr" },
		{ ADD("\"proto\":\"tcp\",\"guest_port\":80,\"guest_addr\":\"10.0.2.5\""),
		  "add_hostfwd: bad arguments.guest_addr" },
		{ REMOVE(""), "remove_hostfwd: bad arguments.id" },
		{ REMOVE("\"id\":0"), "remove_hostfwd: bad arguments.id" },
		{ REMOVE("\"id\":1"), "remove_hostfwd: bad arguments.id" },
		{ REMOVE("\"id\":4294967295"),
		  "remove_hostfwd: bad arguments.id" },
	};

	return cr_make_param_array(struct bad_case, cases,
				   sizeof(cases) / sizeof(*cases));
}

ParameterizedTest(struct bad_case *c, api, bad_requests)
{
	struct network *network = begin();
	auto_free char *wanted = xasprintf(
		"{\"error\":{\"desc\":\"bad request: %s\",\"errno\":%d}}",
		c->desc, strncmp(c->desc, "remove", 6) ? EINVAL : ENOENT);

	expect(network, c->request, wanted);
}

Test(api, what_is_no_json_is_answered_too)
{
	struct network *network = begin();
	static const char *const junk[] = { "", "junk", "{", "[]", "{\"a\":}" };

	for (size_t i = 0; i < ARRAY_COUNT(junk); i++) {
		auto_free char *answer =
			api_execute(network, junk[i], strlen(junk[i]));

		cr_expect_eq(
			strncmp(answer,
				"{\"error\":{\"desc\":\"bad request: ", 31),
			0, "%s: %s", junk[i], answer);
	}
}

struct whole_case {
	char text[60];
	bool is_whole;
};

ParameterizedTestParameters(clients, whole)
{
	static struct whole_case cases[] = {
		{ "", false },
		{ " \n", false },
		{ "{", false },
		{ "{}", true },
		{ " {} ", true },
		{ "{\"a\":{}", false },
		{ "{\"a\":{}}", true },
		{ "{\"a\":\"}", false },
		{ "{\"a\":\"}\"", false },
		{ "{\"a\":\"}\"}", true },
		{ "{\"a\":\"\\\"}", false },
		{ "{\"a\":\"\\\"}\"}", true },
		{ "{\"a\\", false },
		{ "junk", true },
		{ "}", true },
	};

	return cr_make_param_array(struct whole_case, cases,
				   sizeof(cases) / sizeof(*cases));
}

ParameterizedTest(struct whole_case *c, clients, whole)
{
	cr_expect_eq(clients_is_whole(c->text, strlen(c->text)), c->is_whole,
		     "%s", c->text);
}

Test(api, how_connections_go_is_told_with_the_reason)
{
	struct network *network = begin();

	network->bypass = -1;
	expect(network, "{\"execute\":\"show_lanes\"}",
	       "{\"return\":{\"tcp\":\"kernel\",\"bypass\":false}}");
	network->bypass = 3;
	network->lane.is_on = false;
	(void)error_set(&network->slow, EROFS, "open \"x\"");
	expect(network, "{\"execute\":\"show_lanes\"}",
	       "{\"return\":{\"tcp\":\"libslirp\",\"bypass\":true,\"reason\":\"open \\\"x\\\": Read-only file system\",\"errno\":30}}");
}
