// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdint.h>

#include "command/suggest.h"

struct distance_case {
	char a[16], b[16];
	size_t distance;
};

ParameterizedTestParameters(suggest, distance)
{
	static struct distance_case cases[] = {
		{ "run", "run", 0 },       { "", "", 0 },
		{ "", "run", 3 },          { "run", "", 3 },
		{ "rnu", "run", 1 },       { "runn", "run", 1 },
		{ "rn", "run", 1 },        { "ran", "run", 1 },
		{ "memroy", "memory", 1 }, { "kitten", "sitting", 3 },
		{ "ca", "abc", 3 },        { "help", "doctor", 6 },
	};

	return cr_make_param_array(struct distance_case, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct distance_case *c, suggest, distance)
{
	cr_assert_eq(edit_distance(c->a, c->b), c->distance, "%s %s: %zu", c->a,
		     c->b, edit_distance(c->a, c->b));
}

Test(suggest, a_word_of_any_length_is_taken)
{
	static const char word[] =
		"a-word-that-is-far-longer-than-any-option-of-ours-can-be";

	cr_assert_eq(edit_distance(word, word), SIZE_MAX);
	cr_assert_eq(edit_distance("x", word), SIZE_MAX);
}

static const char *nearest(const char *word)
{
	static const char *const words[] = {
		"run", "rm", "network", "memory", "memory-swap", "doctor"
	};
	struct suggestion near = suggestion_for(word);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		suggestion_consider(&near, words[i]);
	return near.best ? near.best : "";
}

Test(suggest, the_nearest_word_wins)
{
	cr_assert_str_eq(nearest("rnu"), "run");
	cr_assert_str_eq(nearest("netwrk"), "network");
	cr_assert_str_eq(nearest("memroy"), "memory");
	cr_assert_str_eq(nearest("memory-swp"), "memory-swap");
}

Test(suggest, a_beginning_is_near)
{
	cr_assert_str_eq(nearest("net"), "network");
	cr_assert_str_eq(nearest("doc"), "doctor");
}

Test(suggest, what_is_far_is_not_offered)
{
	cr_assert_str_eq(nearest("build"), "");
	cr_assert_str_eq(nearest("x"), "");
	cr_assert_str_eq(nearest(""), "");
}

Test(suggest, no_candidate_is_passed_over)
{
	struct suggestion near = suggestion_for("run");

	suggestion_consider(&near, NULL);
	cr_assert_null(near.best);
}
