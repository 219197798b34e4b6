// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/cleanup.h"
#include "net/servers.h"

struct servers_case {
	char text[160];
	char found[96]; /* addresses, a blank after each */
};

ParameterizedTestParameters(servers, texts)
{
	static struct servers_case cases[] = {
		{ "", "" },
		{ "nameserver 192.0.2.1\n", "192.0.2.1 " },
		{ "nameserver 192.0.2.1", "192.0.2.1 " },
		{ "nameserver\t192.0.2.1 \r\n", "192.0.2.1 " },
		{ "nameserver 127.0.0.53\noptions edns0\nsearch lan\n",
		  "127.0.0.53 " },
		{ "# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n", "" },
		{ "nameserver 192.0.2.1#53\n", "192.0.2.1 " },
		{ " nameserver 192.0.2.1\n", "" },
		{ "nameservers 192.0.2.1\n", "" },
		{ "nameserver192.0.2.1\n", "" },
		{ "nameserver\n192.0.2.1\n", "" },
		{ "nameserver \nnameserver ::1\n", "::1 " },
		{ "nameserver 192.0.2\nnameserver 2001:db8::53\n",
		  "2001:db8::53 " },
		{ "nameserver fe80::1%lo\n", "fe80::1 " },
		{ "nameserver fe80::1%no-such-if\n", "" },
		{ "nameserver 192.0.2.1%lo\n", "" },
		{ "nameserver 1.1.1.1\nnameserver 2.2.2.2\n"
		  "nameserver 3.3.3.3\nnameserver 4.4.4.4\n",
		  "1.1.1.1 2.2.2.2 3.3.3.3 " },
		{ "nameserver 1111111111111111111111111111111111111111111111"
		  "1111111111111111111111111111\n",
		  "" },
	};

	return cr_make_param_array(struct servers_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct servers_case *c, servers, texts)
{
	struct servers servers = servers_parse(c->text);
	char found[256] = "";

	for (size_t i = 0; i < servers.count; i++) {
		char text[INET6_ADDRSTRLEN];

		cr_assert_not_null(inet_ntop(servers.list[i].family,
					     servers.list[i].bytes, text,
					     sizeof(text)));
		strcat(found, text);
		strcat(found, " ");
	}
	cr_assert_str_eq(found, c->found);
}

Test(servers, equal_means_the_same_ones_in_the_same_order)
{
	struct servers a = servers_parse("nameserver 1.1.1.1\nnameserver ::1");
	struct servers b = servers_parse("nameserver ::1\nnameserver 1.1.1.1");

	cr_assert(servers_equal(&a, &a));
	cr_assert_not(servers_equal(&a, &b));
	b.count = 1;
	cr_assert_not(servers_equal(&a, &b));
}
