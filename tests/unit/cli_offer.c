// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
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

/* A store that has one image of each name. */
static void make_store(char *directory, const char *const *tags)
{
	auto_free char *store = NULL;

	cr_assert_not_null(mkdtemp(directory));
	cr_assert(setenv("XDG_DATA_HOME", directory, 1) == 0);
	store = xasprintf("%s/holt", directory);
	cr_assert(mkdir(store, 0700) == 0);
	for (; *tags; tags++) {
		auto_free char *parent = xasprintf("%s/tags", store);
		auto_free char *path = xasprintf("%s/%s", parent, *tags);

		(void)mkdir(parent, 0700);
		cr_assert(mkdir(path, 0700) == 0);
	}
}

Test(offer, roots_are_words_or_images)
{
	static const char *const tags[] = { "docker.io%2Flibrary%2Fbash:latest",
					    "localhost%2Fmine:1",
					    "quay.io%2Fb:1", NULL };
	char directory[] = "/tmp/offer.XXXXXX";

	make_store(directory, tags);

	auto_free char *text = offered(OFFER_ROOT, "", "b");

	cr_assert_str_eq(text, "busybox\ta small root of its own\nbash\t\n");

	auto_free char *layout = offered(OFFER_ROOT, "", "oci");

	cr_assert_str_eq(layout, "oci:\t\noci-archive:\t\n");

	auto_free char *path = offered(OFFER_TRANSPORT, "", "oci:a");

	cr_assert_str_eq(path, ":files\n");

	auto_free char *local = offered(OFFER_IMAGE, "", "mine");

	cr_assert_str_eq(local, "mine:1\t\n");
}

Test(offer, nothing_is_offered_for_none)
{
	auto_free char *text = offered(OFFER_NONE, "", "");

	cr_assert_str_eq(text, "");
}
