// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/offer.h"

/* What is offered of kind @offer after @typed; the caller frees it. */
static char *offered(enum offer offer, const char *prefix, const char *typed)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);

	const struct offering offering = { out, prefix, typed };

	offering_all(&offering, offer);
	cr_assert_eq(fclose(out), 0); /* moves the text a last time */
	return text;
}

Test(offer, a_candidate_keeps_the_front_of_its_word)
{
	auto_free char *text = offered(OFFER_SIGNAL, "--stop-signal=", "TER");

	cr_assert_str_eq(text, "--stop-signal=TERM\tTerminated\n");
}

Test(offer, capabilities_by_the_names_that_are_taken)
{
	auto_free char *text = offered(OFFER_CAPABILITY, "", "NET_A");

	cr_assert_str_eq(text, "NET_ADMIN\t\n");
}

Test(offer, users_and_groups_of_this_machine)
{
	auto_free char *user = offered(OFFER_USER, "", "root");
	auto_free char *group = offered(OFFER_GROUP, "", "root");

	cr_assert_eq(strncmp(user, "root\t", 5), 0, "%s", user);
	cr_assert_eq(strncmp(group, "root\t", 5), 0, "%s", group);
}

Test(offer, names_of_variables_without_their_values)
{
	cr_assert_eq(setenv("HOLT_UNIT_TEST", "secret", 1), 0);

	auto_free char *text = offered(OFFER_VARIABLE, "", "HOLT_UNIT");

	cr_assert_str_eq(text, "HOLT_UNIT_TEST\t\n");
}

Test(offer, files_are_left_to_the_shell)
{
	auto_free char *files = offered(OFFER_FILE, "--x=", "a");
	auto_free char *dirs = offered(OFFER_DIRECTORY, "", "a");
	auto_free char *programs = offered(OFFER_PROGRAM, "", "a");

	cr_assert_str_eq(files, ":files\n");
	cr_assert_str_eq(dirs, ":dirs\n");
	cr_assert_str_eq(programs, ":commands\n");
}

Test(offer, roots_are_words_or_directories)
{
	auto_free char *text = offered(OFFER_ROOT, "", "b");

	cr_assert_str_eq(text, "busybox\ta small root of its own\n:dirs\n");
}

Test(offer, nothing_is_offered_for_none)
{
	auto_free char *text = offered(OFFER_NONE, "", "");

	cr_assert_str_eq(text, "");
}
