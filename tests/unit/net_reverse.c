// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/names.h"
#include "net/reverse.h"

#define V6_DIGITS \
	"2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.f.e.0.0.0.0.0.0.b.a.0.0.0.0.d.f."

static void expect(const char *name, const char *wanted)
{
	struct address address = { 0 };
	char text[INET6_ADDRSTRLEN] = "";

	cr_assert_eq(reverse_parse(name, &address), 0, "%s", name);
	(void)inet_ntop(address.family, address.bytes, text, sizeof(text));
	cr_expect_str_eq(text, wanted);
}

Test(reverse, names_of_addresses_are_read)
{
	expect("2.0.89.10.in-addr.arpa", "10.89.0.2");
	expect("255.100.10.0.in-addr.arpa", "0.10.100.255");
	expect(V6_DIGITS "ip6.arpa", "fd00:ab:0:ef::2");
}

Test(reverse, other_names_are_none)
{
	static const char *const others[] = {
		"",
		".",
		"one",
		"in-addr.arpa",
		"ip6.arpa",
		"0.89.10.in-addr.arpa",
		"1.2.0.89.10.in-addr.arpa",
		"256.0.89.10.in-addr.arpa",
		"1000.0.89.10.in-addr.arpa",
		"02.0.89.10.in-addr.arpa",
		"00.0.89.10.in-addr.arpa",
		"012.0.89.10.in-addr.arpa",
		"a.0.89.10.in-addr.arpa",
		".0.89.10.in-addr.arpa",
		"2.0.89.10.in-addr.arpa.example",
		"2.0.89.10.ip6.arpa",
		V6_DIGITS,
		V6_DIGITS "in-addr.arpa",
		V6_DIGITS "0.ip6.arpa",
		"g" V6_DIGITS "ip6.arpa",
		"0" V6_DIGITS "ip6.arpa",
	};
	struct address address;

	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		cr_expect_eq(reverse_parse(others[i], &address), -EINVAL, "%s",
			     others[i]);
}

/* A name that is cut anywhere is not read beyond its end. */
Test(reverse, a_cut_name_is_none)
{
	static const char whole[] = V6_DIGITS "ip6.arpa";
	struct address address;

	for (size_t size = 0; size < sizeof(whole) - 1; size++) {
		auto_free char *copy = strndup(whole, size);

		cr_expect_eq(reverse_parse(copy, &address), -EINVAL);
	}
}

Test(names, the_first_of_an_address_is_its_own)
{
	auto_free struct names *names = calloc(1, sizeof(*names));
	struct address address;

	names_replace(
		names, 0,
		"10.89.0.2 One\n10.89.0.2 one.web\nfd00:ab:0:ef::2 one\n");
	names_replace(names, 1, "10.89.0.2 other\n10.90.0.2 two\n");
	cr_assert_eq(address_parse("10.89.0.2", &address), 0);
	cr_expect_str_eq(names_find_address(names, &address), "one");
	cr_assert_eq(address_parse("fd00:ab:0:ef::2", &address), 0);
	cr_expect_str_eq(names_find_address(names, &address), "one");
	cr_assert_eq(address_parse("10.90.0.2", &address), 0);
	cr_expect_str_eq(names_find_address(names, &address), "two");
	cr_assert_eq(address_parse("10.90.0.3", &address), 0);
	cr_expect_null(names_find_address(names, &address));
}

#define LABEL_64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Test(names, those_that_no_message_has_room_for_are_passed_over)
{
	auto_free struct names *names = calloc(1, sizeof(*names));

	names_replace(names, 0,
		      "10.89.0.2 " LABEL_64 "\n10.89.0.2 a." LABEL_64
		      ".b\n10.89.0.2 .a\n10.89.0.2 a..b\n10.89.0.2 a.\n"
		      "10.89.0.2 \n10.89.0.2 ok\n");
	cr_assert_eq(names->count, 1);
	cr_expect_str_eq(names->entries[0].name, "ok");
}
