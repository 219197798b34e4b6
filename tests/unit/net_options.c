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
		{ "--mtu", "--mtu needs a value after '='" },
		{ "--no-ipv6=yes", "--no-ipv6 takes no value" },
		{ "--dns=localhost", "--dns: 'localhost' is no IP address" },
		{ "--control-fd=2",
		  "--control-fd: '2' is no descriptor from 3 on" },
		{ "--control-fd=-1",
		  "--control-fd: '-1' is no descriptor from 3 on" },
		{ "--mt=1500", "unknown argument '--mt=1500'" },
		{ "word", "unknown argument 'word'" },
	};

	return cr_make_param_array(struct options_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct options_case *c, options, arguments)
{
	char name[] = "holt-net", control[] = "--control-fd=3";
	char *argv[] = { name, control, c->argument, NULL };
	struct options options;
	struct error err = { 0 };

	cr_assert_eq(options_parse(argv, &options, &err), -err.code);
	cr_assert_str_eq(err.text, c->text);
}

Test(options, the_control_socket_is_required)
{
	char name[] = "holt-net", help[] = "--help";
	char *argv[] = { name, NULL, NULL };
	struct options options;
	struct error err = { 0 };

	cr_assert_eq(options_parse(argv, &options, &err), -EINVAL);
	argv[1] = help;
	cr_assert_eq(options_parse(argv, &options, &err), 0);
	cr_assert(options.help);
}

Test(options, a_fourth_nameserver_is_refused)
{
	char word[] = "--dns=192.0.2.1", control[] = "--control-fd=3";
	char *argv[] = { word, control, word, word, word, word, NULL };
	struct options options;
	struct error err = { 0 };

	cr_assert_eq(options_parse(argv, &options, &err), -EINVAL);
	argv[5] = NULL;
	cr_assert_eq(options_parse(argv, &options, &err), 0);
	cr_assert_eq(options.dns.count, 3);
	cr_assert_eq(options.mtu, MTU_DEFAULT);
}

Test(options, help_has_short_lines_and_every_option)
{
	static const char *const names[] = { "--control-fd", "--mtu", "--dns",
					     "--allow-host-loopback",
					     "--no-ipv6" };
	const char *at = options_help();

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		cr_assert_not_null(strstr(at, names[i]));
	for (; *at; at += strcspn(at, "\n") + 1)
		cr_assert_leq(strcspn(at, "\n"), 80);
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
