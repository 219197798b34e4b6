// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "container/hooks_env.h"

static void set(void)
{
	cr_assert_eq(clearenv(), 0);
	cr_assert_eq(setenv("PATH", "/bin", 1), 0);
	cr_assert_eq(setenv("_HOLT_PROGRAM", "/x", 1), 0);
	cr_assert_eq(setenv("_LIBCONTAINER_INITPIPE", "3", 1), 0);
	cr_assert_eq(setenv("LISTEN_FDS", "2", 1), 0);
	cr_assert_eq(setenv("LISTEN_PID", "2", 1), 0);
	cr_assert_eq(setenv("NOTIFY_SOCKET", "/run/x", 1), 0);
	cr_assert_eq(setenv("NOTIFY_SOCKETS", "mine", 1), 0);
	cr_assert_eq(setenv("HOLT_X", "", 1), 0);
}

TestSuite(hooks_env, .init = set);

Test(hooks_env, left_out_it_is_ours_but_for_what_concerns_us_alone)
{
	const struct spec_hook hook = { .has_env = false };
	auto_with(strv_clear) struct strv env = { 0 };

	hooks_env(&hook, &env);
	cr_assert_eq(env.count, 3);
	cr_assert_str_eq(env.items[0], "PATH=/bin");
	cr_assert_str_eq(env.items[1], "NOTIFY_SOCKETS=mine");
	cr_assert_str_eq(env.items[2], "HOLT_X=");
}

Test(hooks_env, given_it_is_that_and_nothing_else)
{
	struct spec_hook hook = { .has_env = true };
	auto_with(strv_clear) struct strv env = { 0 };

	strv_add(&hook.env, xstrdup("LISTEN_FDS=1"));
	hooks_env(&hook, &env);
	cr_assert_eq(env.count, 1);
	cr_assert_str_eq(env.items[0], "LISTEN_FDS=1");
	strv_clear(&hook.env);
}

Test(hooks_env, given_empty_it_is_empty)
{
	const struct spec_hook hook = { .has_env = true };
	auto_with(strv_clear) struct strv env = { 0 };

	hooks_env(&hook, &env);
	cr_assert_eq(env.count, 0);
}
