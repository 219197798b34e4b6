// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "idmap/subid.h"
#include "idmap/subid_file.h"
#include "idmap/subid_nss.h"
#include "scratch.h"

struct parse_case {
	char text[96];
	size_t count; /* of ranges */
	uint32_t first, last_count;
	size_t bad_line;
};

ParameterizedTestParameters(subid, parses)
{
	static struct parse_case cases[] = {
		{ "alice:100000:65536\n", 1, 100000, 65536, 0 },
		{ "alice:100000:65536", 1, 100000, 65536, 0 },
		{ "bob:1:2\nalice:3:4\n", 1, 3, 4, 0 },
		{ "1000:3:4\n", 1, 3, 4, 0 },
		{ "\n\nalice:3:4\n\n", 1, 3, 4, 0 },
		{ "alice:3:4\nalice:30:5\n", 2, 3, 5, 0 },
		{ "alicex:3:4\nalic:3:4\nAlice:3:4\n", 0, 0, 0, 0 },
		{ "10000:3:4\n100:3:4\n", 0, 0, 0, 0 },
		{ "bob:x\nalice:3:4\n", 1, 3, 4, 0 },
		{ "", 0, 0, 0, 0 },
		{ "alice", 0, 0, 0, 1 },
		{ "alice:", 0, 0, 0, 1 },
		{ "alice:1", 0, 0, 0, 1 },
		{ "alice:1:", 0, 0, 0, 1 },
		{ "bob:1:1\nalice:1:2:3\n", 0, 0, 0, 2 },
		{ "alice:-1:65536\n", 0, 0, 0, 1 },
		{ "alice:0x10:65536\n", 0, 0, 0, 1 },
		{ "alice: 10:65536\n", 0, 0, 0, 1 },
		{ "alice:10:0\n", 0, 0, 0, 1 },
		{ "alice:4294967295:1\n", 0, 0, 0, 1 },
		{ "alice:4294967294:1\n", 1, 4294967294, 1, 0 },
		{ "alice:4294901760:65536\n", 0, 0, 0, 1 },
		{ "alice:18446744073709551617:1\n", 0, 0, 0, 1 },
		{ "alice:1:99999999999999999999999999\n", 0, 0, 0, 1 },
		{ "alice:1:2\nalice:x:2\nalice:5:6\n", 2, 1, 6, 2 },
	};

	return cr_make_param_array(struct parse_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct parse_case *c, subid, parses)
{
	auto_with(id_ranges_clear) struct id_ranges ranges = { 0 };
	size_t bad_line = 99;

	subid_parse(c->text, "alice", 1000, &ranges, &bad_line);
	cr_assert_eq(ranges.count, c->count, "%s", c->text);
	cr_assert_eq(bad_line, c->bad_line, "%s: %zu", c->text, bad_line);
	if (c->count) {
		cr_assert_eq(ranges.items[0].first, c->first);
		cr_assert_eq(ranges.items[c->count - 1].count, c->last_count);
	}
}

Test(subid, reads_a_million_lines_and_keeps_what_a_map_holds)
{
	size_t size = 24000000, at = 0;
	auto_free char *text = xcalloc(size, 1);
	auto_with(id_ranges_clear) struct id_ranges ranges = { 0 };
	size_t bad_line;

	for (unsigned int i = 0; i < 1000000; i++)
		at += (size_t)snprintf(text + at, size - at, "%s:%u:1\n",
				       i % 2 ? "alice" : "bob", 100000 + 2 * i);
	subid_parse(text, "alice", 1000, &ranges, &bad_line);
	cr_assert_eq(bad_line, 0);
	cr_assert_gt(ranges.count, 100);
	cr_assert_lt(ranges.count, IDMAP_EXTENTS_MAX);
}

struct source_case {
	char text[64], source[16];
};

ParameterizedTestParameters(subid, sources)
{
	static struct source_case cases[] = {
		{ "", "" },
		{ "passwd: files sss\n", "" },
		{ "subid: files\n", "" },
		{ "subid:files\n", "" },
		{ "subid: files sss\n", "" },
		{ "subid: sss\n", "sss" },
		{ "passwd: a\nsubid:\tsss files\n", "sss" },
		{ "SUBID: sss", "sss" },
		{ "#subid: sss\n", "" },
		{ " subid: sss\n", "" },
		{ "subid:\nsubid: ldap\n", "ldap" },
	};

	return cr_make_param_array(struct source_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct source_case *c, subid, sources)
{
	auto_free char *source = subid_nss_source(c->text);

	cr_assert_str_eq(source ? source : "", c->source, "%s", c->text);
}

/* Files as a user would have them, and what is found in them. */
struct find_case {
	char subuid[80], subgid[80];
	uint64_t uids, gids;
	enum subid_problem problem;
	char message[360];
};

#define USERMOD "; to mend it: sudo usermod "

ParameterizedTestParameters(subid, finds)
{
	static struct find_case cases[] = {
		{ "alice:100000:65536\n", "alice:100000:65536\n", 65536, 65536,
		  SUBID_OK, "" },
		{ "bob:100000:65536\n", "bob:100000:65536\n", 0, 0,
		  SUBID_ABSENT,
		  "/subuid and D/subgid have no line for user alice" USERMOD
		  "--add-subuids 165536-231071 --add-subgids 165536-231071 alice" },
		{ "alice:100000:65536\n", "bob:200000:65536\n", 0, 0,
		  SUBID_ABSENT,
		  "/subgid has no line for user alice" USERMOD
		  "--add-subgids 265536-331071 alice" },
		{ "alice:100000:1\n", "alice:100000:1\n", 1, 1, SUBID_TOO_SMALL,
		  "user alice has only 1 subordinate uids, and most images need 65536" USERMOD
		  "--add-subuids 100001-165536 --add-subgids 100001-165536 alice" },
		{ "alice:100000:65536\n", "alice:100000:65535\n", 65536, 65535,
		  SUBID_TOO_SMALL,
		  "user alice has only 65535 subordinate gids, and most images need 65536" USERMOD
		  "--add-subgids 165536-231071 alice" },
		{ "alice:1:70000\n", "alice:100000:70000\n", 69999, 70000,
		  SUBID_HAS_OWN_ID,
		  "the subordinate uids 1:70000 of user alice contain their own uid 1000" USERMOD
		  "--del-subuids 1-70000 --add-subuids 170000-235535 alice" },
		{ "alice:100000:65536\nbob:120000:65536\n",
		  "alice:100000:65536\n", 65536, 65536, SUBID_OVERLAPS,
		  "/subuid grants 100000:65536 to user alice, and a part of it also to bob, who could then enter the other's files" USERMOD
		  "--del-subuids 100000-165535 --add-subuids 185536-251071 alice" },
		{ "alice:100000:65536\n1000:100000:65536\n",
		  "alice:100000:65536\n", 65536, 65536, SUBID_OK, "" },
		{ "alice:65535:70000\n", "alice:65535:70000\n", 70000, 70000,
		  SUBID_COVERS_USER,
		  "the subordinate uids 65535:70000 of user alice contain 70000, a user of this machine, whose files containers can then enter" USERMOD
		  "--del-subuids 65535-135534 --add-subuids 135535-201070 alice" },
		{ "alice:100000:70000\n", "alice:100000:65536\n", 70000, 65536,
		  SUBID_UNEQUAL,
		  "user alice has 70000 subordinate uids, but 65536 gids" USERMOD
		  "--add-subgids 170000-174463 alice" },
		{ "x\nalice:1000O0:65536\n", "alice:100000:65536\n", 0, 0,
		  SUBID_MALFORMED,
		  "line 2 of D/subuid is not NAME:FIRST:COUNT with ids below 4294967295; to mend it: sudo sed -i 2d D/subuid && sudo usermod --add-subuids 165536-231071 alice" },
		{ "", "", 0, 0, SUBID_ABSENT, "--add-subuids 100000-165535" },
		{ "z:100000:4294867295\n", "", 0, 0, SUBID_ABSENT,
		  "no 65536 ids are left to grant in D/subuid and D/subgid" },
	};

	return cr_make_param_array(struct find_case, cases, ARRAY_COUNT(cases));
}

/* The message with the name of the scratch directory as "D". */
static char *generalise(const char *message)
{
	const char *dir = scratch_path(), *found;
	char *text = xstrdup(message ? message : "");

	while ((found = strstr(text, dir))) {
		char *shorter = xasprintf("%.*sD%s", (int)(found - text), text,
					  found + strlen(dir));

		free(text);
		text = shorter;
	}
	return text;
}

static void find(const char *name, struct subids *ret)
{
	auto_free char *subuid = xasprintf("%s/subuid", scratch_path());
	auto_free char *subgid = xasprintf("%s/subgid", scratch_path());
	auto_free char *nsswitch = xasprintf("%s/nsswitch", scratch_path());
	auto_free char *passwd = xasprintf("%s/passwd", scratch_path());
	struct subid_sources sources = { subuid, subgid, nsswitch, passwd,
					 true };

	subids_find(name, 1000, 1000, &sources, ret);
}

ParameterizedTest(struct find_case *c, subid, finds)
{
	auto_close int dir = scratch_open();
	auto_with(subids_clear) struct subids subids;

	scratch_write(
		dir, "passwd",
		"bob:x:1:1::/:\nalice:x:1000:1000::/:\nbig:x:70000:1::/:\n");
	scratch_write(dir, "subuid", c->subuid);
	scratch_write(dir, "subgid", c->subgid);
	find("alice", &subids);

	auto_free char *message = generalise(subids.message);

	scratch_remove();
	cr_assert_eq(subids.problem, c->problem, "%d %s", subids.problem,
		     message);
	cr_assert_eq(id_ranges_total(&subids.uids), c->uids);
	cr_assert_eq(id_ranges_total(&subids.gids), c->gids);
	cr_assert(strstr(message, c->message), "%s", message);
	cr_assert_eq(c->problem == SUBID_OK, subids.message == NULL);
	cr_assert_not(strstr(message, "nvalid argument"));
}

Test(subid, without_files_there_are_none)
{
	auto_close int dir = scratch_open();
	auto_with(subids_clear) struct subids subids;

	find("alice", &subids);
	scratch_remove();
	cr_assert_eq(subids.problem, SUBID_ABSENT);
	cr_assert_eq(subids.uids.count, 0);
}

Test(subid, users_who_are_not_in_passwd_are_told_to_edit_the_files)
{
	auto_close int dir = scratch_open();
	auto_with(subids_clear) struct subids subids;

	scratch_write(dir, "passwd", "alice2:x:1000:1000::/:\n");
	find("alice", &subids);

	auto_free char *message = generalise(subids.message);

	scratch_remove();
	cr_assert(
		strstr(message,
		       "echo 'alice:100000:65536' | sudo tee -a D/subuid D/subgid"),
		"%s", message);
}

Test(subid, users_without_a_name_cannot_use_newuidmap)
{
	auto_close int dir = scratch_open();
	auto_with(subids_clear) struct subids subids;

	scratch_write(dir, "subuid", "1000:100000:65536\n");
	scratch_write(dir, "subgid", "1000:100000:65536\n");
	find(NULL, &subids);
	scratch_remove();
	cr_assert_eq(subids.problem, SUBID_ABSENT);
	cr_assert_eq(subids.uids.count, 0);
	cr_assert(strstr(subids.message, "uid 1000 has no entry"));
}

Test(subid, what_is_granted_twice_is_mapped_once)
{
	auto_close int dir = scratch_open();
	auto_with(subids_clear) struct subids subids;

	scratch_write(
		dir, "subuid",
		"alice:100000:65536\nalice:100000:65536\nalice:165000:1000\n");
	scratch_write(dir, "subgid", "alice:100000:66000\n");
	find("alice", &subids);
	scratch_remove();
	cr_assert_eq(subids.uids.count, 2);
	cr_assert_eq(id_ranges_total(&subids.uids), 66000);
	cr_assert_eq(subids.problem, SUBID_OK);
}

Test(subid, a_source_without_an_answer_is_named)
{
	auto_close int dir = scratch_open();
	auto_with(subids_clear) struct subids subids;

	scratch_write(dir, "nsswitch", "subid: nosuchsource\n");
	scratch_write(dir, "subuid", "no-such-user:100000:65536\n");
	scratch_write(dir, "subgid", "no-such-user:100000:65536\n");
	find("no-such-user", &subids);
	scratch_remove();
	cr_assert_eq(subids.problem, SUBID_ABSENT);
	cr_assert(strstr(subids.message,
			 "'nosuchsource' grants no subordinate uids"),
		  "%s", subids.message);
}

Test(subid, finds_the_local_user_that_a_range_covers)
{
	static const char passwd[] =
		"root:x:0:0::/:\nbroken\nx:y\neve:x:100007:1::/:\n";
	struct id_range range = { 100000, 10 };
	struct id_ranges ranges = { &range, 1 };
	uid_t uid = 5;

	cr_assert(subid_covers_user(&ranges, passwd, &uid));
	cr_assert_eq(uid, 100007);
	range.first = 1;
	cr_assert_not(subid_covers_user(&ranges, passwd, &uid));
}
