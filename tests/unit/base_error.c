// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

#include "base/error.h"
#include "base/exit.h"

Test(error, set_gives_back_the_negative_code)
{
	struct error err = { 0 };

	cr_assert_eq(error_set(&err, ENOENT, "open %s", "/x"), -ENOENT);
	cr_assert_eq(err.code, ENOENT);
	cr_assert_str_eq(err.text, "open /x");
}

Test(error, wrap_puts_the_outer_step_first)
{
	struct error err = { 0 };

	(void)error_set(&err, ENOENT, "open %s", "/x");
	cr_assert_eq(error_wrap(&err, "read %s", "config"), -ENOENT);
	cr_assert_str_eq(err.text, "read config: open /x");
}

Test(error, wrap_cuts_the_end_of_a_text_that_is_too_long)
{
	struct error err = { 0 };
	char inner[sizeof(err.text)];

	memset(inner, 'i', sizeof(inner) - 1);
	inner[sizeof(inner) - 1] = '\0';
	(void)error_set(&err, EIO, "%s", inner);
	(void)error_wrap(&err, "outer");
	cr_assert_eq(strlen(err.text), sizeof(err.text) - 1);
	cr_assert_eq(strncmp(err.text, "outer: iii", 10), 0);
}

Test(error, wrap_by_too_long_a_text_keeps_what_is_known)
{
	struct error err = { 0 };
	char outer[2 * sizeof(err.text)];

	memset(outer, 'o', sizeof(outer) - 1);
	outer[sizeof(outer) - 1] = '\0';
	(void)error_set(&err, EIO, "inner");
	cr_assert_eq(error_wrap(&err, "%s", outer), -EIO);
	cr_assert_str_eq(err.text, "inner");
}

Test(error, a_new_error_forgets_the_old_one)
{
	struct error err = { 0 };

	(void)error_say(&err, ENOENT, "no such program");
	err.exit_code = EXIT_NOT_FOUND;
	(void)error_set(&err, EPERM, "mount");
	cr_assert_eq(err.exit_code, 0);
	cr_assert_not(err.complete);
	cr_assert_str_eq(err.text, "mount");
}

Test(error, fits_into_one_message)
{
	cr_assert_leq(sizeof(struct error), 1024);
}

Test(error, print_adds_what_errno_means, .init = cr_redirect_stderr)
{
	struct error err = { 0 };

	(void)error_set(&err, ENOENT, "open /x");
	cr_assert_eq(error_print("holt", &err), EXIT_HOLT);
	(void)fflush(stderr);
	cr_assert_stderr_eq_str("holt: open /x: No such file or directory\n");
}

Test(error, print_leaves_a_complete_text_alone, .init = cr_redirect_stderr)
{
	struct error err = { 0 };

	(void)error_say(&err, EINVAL, "give a name");
	(void)error_wrap(&err, "run");
	err.exit_code = EXIT_NOT_EXECUTABLE;
	cr_assert_eq(error_print("holt", &err), EXIT_NOT_EXECUTABLE);
	(void)fflush(stderr);
	cr_assert_stderr_eq_str("holt: run: give a name\n");
}
