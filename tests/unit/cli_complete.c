// SPDX-License-Identifier: Apache-2.0
/* The candidates of real commands, as the shells get them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/complete.h"
#include "command/list.h"

static char *answer; /* of the last COMPLETE(), a test at a time */

/* Complete the last of some words. */
#define COMPLETE(...) ask((const char *const[]){ __VA_ARGS__, NULL })

static void ask(const char *const *words)
{
	static char copies[8][32];
	char *argv[8];
	size_t size;
	int count = 0;

	free(answer);
	answer = NULL;
	for (; words[count]; count++)
		argv[count] = strcpy(copies[count], words[count]);

	auto_fclose FILE *out = open_memstream(&answer, &size);

	cr_assert_not_null(out);
	complete(out, count, argv);
}

/* Is there a line that begins with @candidate and ends or has a TAB there? */
static bool has(const char *candidate)
{
	size_t length = strlen(candidate);

	for (const char *line = answer; *line; line = strchr(line, '\n') + 1)
		if (!strncmp(line, candidate, length) &&
		    strchr("\t\n", line[length]))
			return true;
	return false;
}

Test(complete, nothing_typed_offers_the_commands)
{
	COMPLETE("");
	cr_assert(has("version") && has("help"), "%s", answer);
	cr_assert_not(has("__complete"), "%s", answer);
	cr_assert_not(has("--debug"), "%s", answer);
}

Test(complete, a_beginning_narrows_it)
{
	COMPLETE("ver");
	cr_assert_str_eq(answer, "version\tShow the version of holt\n");
}

Test(complete, global_options_come_before_the_command)
{
	COMPLETE("--");
	cr_assert(has("--debug") && has("--version") && has("--help"));
	COMPLETE("--debug", "ver");
	cr_assert(has("version"), "%s", answer);
	COMPLETE("version", "--");
	cr_assert_str_eq(answer, "--help\tshow this help and exit\n");
}

Test(complete, letters_are_offered_after_one_dash)
{
	COMPLETE("version", "-");
	cr_assert(has("-h") && has("--help"), "%s", answer);
}

Test(complete, help_offers_commands)
{
	COMPLETE("help", "");
	cr_assert(has("version") && has("help"), "%s", answer);
	COMPLETE("help", "version", "");
	cr_assert_str_eq(answer, "");
}

Test(complete, words_that_are_wrong_offer_nothing)
{
	COMPLETE("no-such-command", "");
	cr_assert_str_eq(answer, "");
	COMPLETE("version", "--no-such-option", "--");
	cr_assert_str_eq(answer, "");
	COMPLETE("__complete", "-");
	cr_assert_str_eq(answer, "");
	COMPLETE("version", "--help=");
	cr_assert_str_eq(answer, "");
}

Test(complete, every_command_can_be_found)
{
	for (const struct command *const *c = commands; *c; c++)
		cr_assert_eq(command_find(commands, (*c)->name), *c);
	cr_assert_null(command_find(commands, "no-such-command"));
}
