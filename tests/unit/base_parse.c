// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <signal.h>

#include "base/parse.h"

/* Criterion copies parameters into another process: no pointers in them. */
struct number_case {
	char text[24];
	uint64_t max;
	int result;
	uint64_t number;
};

ParameterizedTestParameters(parse, number)
{
	static struct number_case cases[] = {
		{ "0", 0, 0, 0 },
		{ "7", 7, 0, 7 },
		{ "007", 7, 0, 7 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -ERANGE, 99 },
		{ "8", 7, -ERANGE, 99 },
		{ "10", 9, -ERANGE, 99 },
		{ "3", 2, -ERANGE, 99 },
		{ "", 9, -EINVAL, 99 },
		{ "-1", 9, -EINVAL, 99 },
		{ "+1", 9, -EINVAL, 99 },
		{ " 1", 9, -EINVAL, 99 },
		{ "1 ", 9, -EINVAL, 99 },
		{ "0x1", 9, -EINVAL, 99 },
		{ "1.0", 9, -EINVAL, 99 },
	};

	return cr_make_param_array(struct number_case, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct number_case *c, parse, number)
{
	uint64_t number = 99;

	cr_assert_eq(parse_number(c->text, c->max, &number), c->result, "'%s'",
		     c->text);
	cr_assert_eq(number, c->number, "'%s' gave %ju", c->text, number);
}

Test(parse, id_leaves_out_the_one_that_means_none)
{
	uint32_t id = 5;

	cr_assert_eq(parse_id("4294967295", &id), -ERANGE);
	cr_assert_eq(id, 5);
	cr_assert_eq(parse_id("4294967294", &id), 0);
	cr_assert_eq(id, UINT32_MAX - 1);
}

struct size_case {
	char text[28];
	int result;
	uint64_t bytes;
};

ParameterizedTestParameters(parse, size)
{
	static struct size_case cases[] = {
		{ "0", 0, 0 },
		{ "512", 0, 512 },
		{ "512b", 0, 512 },
		{ "2k", 0, 2048 },
		{ "64M", 0, 64 << 20 },
		{ "1g", 0, 1 << 30 },
		{ "2T", 0, (uint64_t)2 << 40 },
		{ "16777215t", 0, (uint64_t)16777215 << 40 },
		{ "16777216t", -ERANGE, 99 },
		{ "99999999999999999999999999", -ERANGE, 99 },
		{ "", -EINVAL, 99 },
		{ "k", -EINVAL, 99 },
		{ "-1", -EINVAL, 99 },
		{ "1x", -EINVAL, 99 },
		{ "1kb", -EINVAL, 99 },
		{ "1 k", -EINVAL, 99 },
		{ "1.5g", -EINVAL, 99 },
		{ "1\013", -EINVAL, 99 },
	};

	return cr_make_param_array(struct size_case, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct size_case *c, parse, size)
{
	uint64_t bytes = 99;

	cr_assert_eq(parse_size(c->text, &bytes), c->result, "'%s'", c->text);
	cr_assert_eq(bytes, c->bytes, "'%s' gave %ju", c->text, bytes);
}

Test(parse, bool_knows_the_usual_words_in_any_case)
{
	bool on = false;

	cr_assert_eq(parse_bool("True", &on), 0);
	cr_assert(on);
	cr_assert_eq(parse_bool("off", &on), 0);
	cr_assert_not(on);
	cr_assert_eq(parse_bool("1", &on), 0);
	cr_assert(on);
	cr_assert_eq(parse_bool("no", &on), 0);
	cr_assert_not(on);
	cr_assert_eq(parse_bool("maybe", &on), -EINVAL);
	cr_assert_eq(parse_bool("", &on), -EINVAL);
}

struct signal_case {
	char text[12];
	int signal;
};

/* SIGRTMIN is known at run time only; these are glibc's on Linux. */
ParameterizedTestParameters(parse, signal)
{
	static struct signal_case cases[] = {
		{ "9", 9 },
		{ "KILL", SIGKILL },
		{ "sigterm", SIGTERM },
		{ "SIGHUP", SIGHUP },
		{ "RTMIN", 34 },
		{ "RTMIN+3", 37 },
		{ "sigrtmax", 64 },
		{ "RTMAX-1", 63 },
		{ "64", 64 },
		{ "0", -EINVAL },
		{ "65", -EINVAL },
		{ "-9", -EINVAL },
		{ "", -EINVAL },
		{ "SIG", -EINVAL },
		{ "KILLS", -EINVAL },
		{ "RTMIN-1", -EINVAL },
		{ "RTMAX+1", -EINVAL },
		{ "RTMIN+31", -EINVAL },
		{ "RTMIN+", -EINVAL },
	};

	return cr_make_param_array(struct signal_case, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct signal_case *c, parse, signal)
{
	cr_assert_eq(parse_signal(c->text), c->signal, "'%s' gave %d", c->text,
		     parse_signal(c->text));
}
