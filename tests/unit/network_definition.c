// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "network/definition.h"
#include "scratch.h"

static struct error err;

static void setup(void)
{
	(void)scratch_open();
	cr_assert_eq(setenv("XDG_DATA_HOME", scratch_path(), 1), 0);
}

TestSuite(definition, .init = setup, .fini = scratch_remove);

static int make(const char *name, const char *subnet)
{
	auto_with(definition_clear) struct definition one = {
		.name = xstrdup(name),
	};

	if (subnet)
		cr_assert_eq(subnet_parse(subnet, &one.subnet), 0);
	strv_add(&one.labels, xstrdup("key=value=more"));
	return definition_make(&one, &err);
}

Test(definition, comes_back_as_it_was_made)
{
	auto_with(definition_clear) struct definition one = { 0 };
	auto_with(definition_clear) struct definition by_id = { 0 };
	auto_free char *start = NULL;

	cr_assert_eq(make("web", "10.7.0.0/16"), 0, "%s", err.text);
	cr_assert_eq(definition_read("web", &one, &err), 0, "%s", err.text);
	cr_assert_str_eq(one.name, "web");
	cr_assert_eq(strlen(one.id), 64);
	cr_assert_eq(one.subnet.prefix, 16);
	cr_assert_eq(one.mtu, 1500);
	cr_assert_str_eq(one.labels.items[0], "key=value=more");
	start = xstrndup(one.id, 9);
	cr_assert_eq(definition_read(start, &by_id, &err), 0);
	cr_assert_str_eq(by_id.name, "web");
}

Test(definition, is_unique_by_name_and_range)
{
	cr_assert_eq(make("web", "10.7.0.0/16"), 0);
	cr_assert_eq(make("web", "10.8.0.0/16"), -EEXIST);
	cr_assert_eq(make("other", "10.7.9.0/24"), -EEXIST);
	cr_assert_not_null(strstr(err.text, "'web'"));
}

Test(definition, gets_a_range_that_nobody_has)
{
	auto_with(definition_clear) struct definition a = { 0 };
	auto_with(definition_clear) struct definition b = { 0 };

	cr_assert_eq(make("a", NULL), 0);
	cr_assert_eq(make("b", NULL), 0);
	cr_assert_eq(definition_read("a", &a, &err), 0);
	cr_assert_eq(definition_read("b", &b, &err), 0);
	cr_assert_not(subnet_overlaps(&a.subnet, &b.subnet));
}

Test(definition, is_gone_when_removed)
{
	auto_with(definition_clear) struct definition one = { 0 };
	auto_with(definition_clear) struct definition again = { 0 };
	auto_with(strv_clear) struct strv names = { 0 };

	cr_assert_eq(make("web", NULL), 0);
	cr_assert_eq(definition_read("web", &one, &err), 0);
	cr_assert_eq(definition_remove(&one, &err), 0);
	cr_assert_eq(definition_read("web", &again, &err), -ENOENT);
	cr_assert_eq(definition_list(&names, &err), 0);
	cr_assert_eq(names.count, 0);
}

Test(definition, has_no_name_that_means_something_else)
{
	static const char *const words[] = { "",     "-a",    "a/b", "host",
					     "none", "slirp", "..",  "a b" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		cr_assert_lt(definition_check_name(words[i], &err), 0, "%s",
			     words[i]);
	cr_assert_eq(definition_check_name("a.b-c_1", &err), 0);
}
