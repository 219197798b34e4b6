// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/exit.h"

Test(alloc, strv_keeps_order_and_ends_with_null)
{
	struct strv list = { 0 };

	strv_add(&list, xstrdup("one"));
	strv_addf(&list, "%s=%d", "two", 2);
	cr_assert_eq(list.count, 2);
	cr_assert_str_eq(list.items[0], "one");
	cr_assert_str_eq(list.items[1], "two=2");
	cr_assert_null(list.items[2]);
	strv_clear(&list);
	cr_assert_eq(list.count, 0);
	cr_assert_null(list.items);
}

Test(alloc, strv_clear_takes_the_empty_list)
{
	struct strv list = { 0 };

	strv_clear(&list);
	cr_assert_null(list.items);
}

Test(alloc, strv_join_puts_all_in_one_text)
{
	struct strv list = { 0 };
	char *text = strv_join(&list, ", ");

	cr_assert_str_eq(text, "");
	free(text);
	strv_add(&list, xstrdup("one"));
	strv_add(&list, xstrdup("two"));
	text = strv_join(&list, ", ");
	cr_assert_str_eq(text, "one, two");
	free(text);
	strv_clear(&list);
}

Test(alloc, strv_find_prefix_finds_the_first)
{
	struct strv list = { 0 };

	strv_add(&list, xstrdup("PATHS=x"));
	strv_add(&list, xstrdup("PATH=a"));
	strv_add(&list, xstrdup("PATH=b"));
	cr_assert_str_eq(strv_find_prefix(&list, "PATH="), "PATH=a");
	cr_assert_null(strv_find_prefix(&list, "HOME="));
	strv_clear(&list);
}

Test(alloc, calloc_zeroes_also_nothing_at_all)
{
	auto_free char *bytes = xcalloc(3, 2);
	auto_free char *none = xcalloc(0, 0);

	cr_assert_eq(memcmp(bytes, "\0\0\0\0\0", 6), 0);
	cr_assert_not_null(none);
}

Test(alloc, strndup_stops_at_the_length)
{
	auto_free char *text = xstrndup("abcdef", 3);

	cr_assert_str_eq(text, "abc");
}

Test(alloc, a_size_that_overflows_ends_the_program, .exit_code = EXIT_HOLT,
     .init = cr_redirect_stderr)
{
	free(xrealloc_array(NULL, SIZE_MAX / 2, 4));
	cr_assert_fail("an impossible size was given memory");
}
