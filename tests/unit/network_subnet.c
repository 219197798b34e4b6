// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <sys/socket.h>

#include "network/subnet.h"

static struct subnet parsed(const char *text)
{
	struct subnet subnet = { 0 };

	cr_assert_eq(subnet_parse(text, &subnet), 0, "%s", text);
	return subnet;
}

Test(subnet, comes_back_as_text_without_the_bits_behind_the_prefix)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "10.89.0.0/24", "10.89.0.0/24" },
		{ "10.89.0.77/24", "10.89.0.0/24" },
		{ "10.255.255.255/9", "10.128.0.0/9" },
		{ "fd12:3456::9/64", "fd12:3456::/64" },
	};
	char text[SUBNET_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct subnet subnet = parsed(cases[i].text);

		subnet_format(&subnet, text);
		cr_assert_str_eq(text, cases[i].wanted);
	}
}

Test(subnet, refuses_what_is_none)
{
	static const char *const words[] = {
		"",           "10.0.0.0",  "10.0.0.0/33", "10.0.0/24",
		"fd00::/129", "10.0.0.0/", "/24",         "10.0.0.0/-1"
	};
	struct subnet subnet;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		cr_assert_lt(subnet_parse(words[i], &subnet), 0, "%s",
			     words[i]);
}

Test(subnet, knows_what_overlaps)
{
	struct subnet wide = parsed("10.0.0.0/8");
	struct subnet narrow = parsed("10.89.3.0/24");
	struct subnet other = parsed("11.0.0.0/8");
	struct subnet none = { 0 };
	struct subnet six = parsed("fd00::/64");

	cr_assert(subnet_overlaps(&wide, &narrow));
	cr_assert(subnet_overlaps(&narrow, &wide));
	cr_assert_not(subnet_overlaps(&wide, &other));
	cr_assert_not(subnet_overlaps(&none, &none));
	cr_assert_not(subnet_overlaps(&wide, &six));
}

Test(subnet, numbers_are_addresses_and_back)
{
	struct subnet four = parsed("10.89.4.0/22");
	struct subnet six = parsed("fd12::/64");
	char text[SUBNET_TEXT_MAX];

	subnet_address(&four, 258, text);
	cr_assert_str_eq(text, "10.89.5.2");
	cr_assert_eq(subnet_number(&four, text), 258);
	subnet_address(&six, 2, text);
	cr_assert_str_eq(text, "fd12::2");
	cr_assert_eq(subnet_number(&six, text), 2);
	cr_assert_eq(subnet_last(&four), 1022);
}

Test(subnet, no_container_has_an_address_outside_or_for_all)
{
	struct subnet subnet = parsed("10.89.0.0/24");

	cr_assert_eq(subnet_number(&subnet, "10.89.0.0"), 0);
	cr_assert_eq(subnet_number(&subnet, "10.89.0.255"), 0);
	cr_assert_eq(subnet_number(&subnet, "10.89.1.7"), 0);
	cr_assert_eq(subnet_number(&subnet, "fd00::7"), 0);
	cr_assert_eq(subnet_number(&subnet, "word"), 0);
	cr_assert_eq(subnet_last(&(struct subnet){ .family = AF_INET,
						   .prefix = 31 }),
		     0);
}
