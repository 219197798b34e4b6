// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/options.h"
#include "net/sysctl.h"

struct options_case {
	char argument[40];
	char text[80]; /* of the error; empty: accepted */
};

ParameterizedTestParameters(options, arguments)
{
	static struct options_case cases[] = {
		{ "--mtu=1280", "" },
		{ "--mtu=65520", "" },
		{ "--dns=192.0.2.1", "" },
		{ "--dns=::1", "" },
		{ "--allow-host-loopback", "" },
		{ "--no-ipv6", "" },
		{ "--control-fd=17", "" },
		{ "--mtu=1279",
		  "--mtu: '1279' is not a number from 1280 to 65520" },
		{ "--mtu=65521",
		  "--mtu: '65521' is not a number from 1280 to 65520" },
		{ "--mtu=", "--mtu: '' is not a number from 1280 to 65520" },
		{ "--mtu", "--mtu needs a value" },
		{ "--no-ipv6=perhaps",
		  "--no-ipv6: 'perhaps' is neither true nor false" },
		{ "--dns=localhost", "--dns: 'localhost' is no IP address" },
		{ "--control-fd=2",
		  "--control-fd: '2' is no descriptor from 3 on" },
		{ "--control-fd=-1",
		  "--control-fd: '-1' is no descriptor from 3 on" },
		{ "--mt=1500", "unknown option --mt (did you mean --mtu?)" },
	};

	return cr_make_param_array(struct options_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct options_case *c, options, arguments)
{
	char name[] = "holt-net";
	char *argv[] = { name, c->argument, NULL };
	struct options options = options_none();
	struct error err = { 0 };
	int result = options_parse(&options_command, 2, argv, &options, &err);

	if (*c->text) {
		cr_assert_eq(result, -EINVAL);
		cr_assert_eq(strncmp(err.text, c->text, strlen(c->text)), 0,
			     "%s", err.text);
	} else {
		cr_assert_eq(result, 2, "%s", err.text);
	}
}

Test(options, a_fourth_nameserver_is_refused)
{
	char word[] = "--dns=192.0.2.1";
	char *argv[] = { word, word, word, word, word, NULL };
	struct options options = options_none();
	struct error err = { 0 };

	cr_assert_eq(options_parse(&options_command, 5, argv, &options, &err),
		     -EINVAL);
	options = options_none();
	cr_assert_eq(options_parse(&options_command, 4, argv, &options, &err),
		     4);
	cr_assert_eq(options.dns.count, 3);
	cr_assert_eq(options.mtu, MTU_DEFAULT);
}

Test(options, any_address_is_of_both_families)
{
	char name[] = "holt-net", word[] = "--publish=udp/*/0/53";
	char *argv[] = { name, word, NULL };
	struct options options = options_none();
	struct error err = { 0 };

	cr_assert_eq(options_parse(&options_command, 2, argv, &options, &err),
		     2);
	cr_assert_eq(options.port_count, 2);
	cr_assert_eq(options.ports[0].address.family, AF_INET);
	cr_assert_eq(options.ports[1].address.family, AF_INET6);
	cr_assert(options.ports[1].is_pair);
	cr_assert_eq(options.ports[1].guest_port, 53);
}

struct range_case {
	char map[100];
	char range[40]; /* empty: none */
};

ParameterizedTestParameters(sysctl, ranges)
{
	static struct range_case cases[] = {
		{ "         0       1000          1\n", "0 0" },
		{ "0 1000 1\n1 100000 65536\n", "0 65536" },
		{ "0 0 4294967295\n", "0 2147483647" },
		{ "0 1000 1\n1 100000 10\n11 200000 5\n", "0 15" },
		/* a hole inside */
		{ "0 1000 1\n5 100000 10\n", "0 0" },
		/* the kernel would find the range upside down */
		{ "0 500000 1\n1 100000 10\n", "0 0" },
		{ "1000 1000 1\n", "1000 1000" },
		{ "", "" },
		{ "junk", "" },
	};

	return cr_make_param_array(struct range_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct range_case *c, sysctl, ranges)
{
	char range[64] = "";

	cr_assert_eq(sysctl_ping_range(c->map, range, sizeof(range)),
		     c->range[0] != '\0');
	cr_assert_str_eq(range, c->range);
}
