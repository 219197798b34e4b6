// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "oci/userdb.h"

static const struct userdb db = {
	.passwd = "root:x:0:0:root:/root:/bin/sh\n"
		  "# comment\n"
		  "\n"
		  "broken\n"
		  "app:x:1000:1001:App:/home/app:/bin/sh\n"
		  "nohome:x:7:7::relative:\n"
		  "huge:x:4294967295:0:::\n"
		  "negative:x:-1:0:::\n"
		  "nogroup:x:8:x:::\n"
		  "2000:x:0:0:a name of digits:/:\n"
		  "last:x:9:9:::/bin/sh",
	.group = "root:x:0:\n"
		 "app:x:1001:\n"
		 "extra:x:50:other,app\n"
		 "more:x:51:app,other\n"
		 "almost:x:52:appx,xapp\n"
		 "again:x:50:app\n"
		 "bad:x:-5:app\n"
		 "3000:x:0:\n",
};

static struct error err;

static struct spec_user resolve(const char *word)
{
	struct spec_user user = { 0 };

	cr_assert_eq(userdb_resolve(&db, word, &user, &err), 0, "%s: %s", word,
		     err.text);
	return user;
}

Test(userdb, a_name_has_its_group_and_those_it_is_in)
{
	struct spec_user user = resolve("app");

	cr_assert_eq(user.uid, 1000);
	cr_assert_eq(user.gid, 1001);
	cr_assert_eq(user.group_count, 3);
	cr_assert_eq(user.groups[0], 1001);
	cr_assert_eq(user.groups[1], 50);
	cr_assert_eq(user.groups[2], 51);
	free(user.groups);
}

Test(userdb, a_known_uid_is_that_user)
{
	struct spec_user user = resolve("1000");

	cr_assert_eq(user.gid, 1001);
	cr_assert_eq(user.group_count, 3);
	free(user.groups);
}

Test(userdb, an_unknown_uid_is_in_group_0_alone)
{
	struct spec_user user = resolve("12345");

	cr_assert_eq(user.uid, 12345);
	cr_assert_eq(user.gid, 0);
	cr_assert_eq(user.group_count, 1);
	cr_assert_eq(user.groups[0], 0);
	free(user.groups);
}

Test(userdb, a_group_that_is_named_is_the_only_one)
{
	struct spec_user user = resolve("app:extra");

	cr_assert_eq(user.uid, 1000);
	cr_assert_eq(user.gid, 50);
	cr_assert_eq(user.group_count, 1);
	cr_assert_eq(user.groups[0], 50);
	free(user.groups);
	user = resolve("77:88");
	cr_assert_eq(user.uid, 77);
	cr_assert_eq(user.gid, 88);
	free(user.groups);
}

Test(userdb, digits_are_never_a_name)
{
	struct spec_user user = resolve("2000:3000");

	cr_assert_eq(user.uid, 2000);
	cr_assert_eq(user.gid, 3000);
	free(user.groups);
}

Test(userdb, the_last_line_needs_no_end)
{
	struct spec_user user = resolve("last");

	cr_assert_eq(user.uid, 9);
	free(user.groups);
}

struct refused {
	char word[24];
	int code;
};

ParameterizedTestParameters(userdb, refuse)
{
	static struct refused cases[] = {
		{ "", EINVAL },
		{ ":", EINVAL },
		{ "app:", EINVAL },
		{ ":app", EINVAL },
		{ "nosuch", ENOENT },
		{ "app:nosuch", ENOENT },
		{ "ap", ENOENT },
		{ "#", ENOENT },
		{ "broken", EINVAL },
		{ "huge", EINVAL },
		{ "negative", EINVAL },
		{ "nogroup", EINVAL },
		{ "8", EINVAL },
		{ "4294967295", ERANGE },
		{ "4294967296", ERANGE },
		{ "0:4294967295", ERANGE },
		{ "0x1", ENOENT },
		{ "+1", ENOENT },
		{ "-1", ENOENT },
		{ " 1", ENOENT },
		{ "1 ", ENOENT },
		{ "1e3", ENOENT },
		{ "app:app:app", ENOENT },
		{ "0:bad", ENOENT },
	};

	return cr_make_param_array(struct refused, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct refused *c, userdb, refuse)
{
	struct spec_user user = { .uid = 42 };

	cr_assert_eq(userdb_resolve(&db, c->word, &user, &err), -c->code,
		     "'%s': %s", c->word, err.text);
	cr_assert_eq(user.uid, 42);
	cr_assert_null(user.groups);
}

Test(userdb, a_root_without_files_has_ids_only)
{
	const struct userdb none = { NULL, NULL };
	struct spec_user user = { 0 };

	cr_assert_eq(userdb_resolve(&none, "5:6", &user, &err), 0);
	cr_assert_eq(user.gid, 6);
	free(user.groups);
	cr_assert_eq(userdb_resolve(&none, "root", &user, &err), -ENOENT);
}

Test(userdb, keeps_the_umask)
{
	struct spec_user user = { .umask = 027, .has_umask = true };

	cr_assert_eq(userdb_resolve(&db, "0", &user, &err), 0);
	cr_assert_eq(user.umask, 027);
	cr_assert(user.has_umask);
	free(user.groups);
}

Test(userdb, homes_are_absolute)
{
	char *home = userdb_home(&db, 1000);

	cr_assert_str_eq(home, "/home/app");
	free(home);
	cr_assert_null(userdb_home(&db, 7));
	cr_assert_null(userdb_home(&db, 12345));
}

Test(userdb, names_by_id)
{
	char *name = userdb_name(&db, 1000);

	cr_assert_str_eq(name, "app");
	free(name);
	cr_assert_null(userdb_name(&db, 12345));
}

Test(userdb, a_huge_line_is_no_trouble)
{
	size_t size = 1U << 20;
	char *text = xcalloc(1, size + 32);
	struct userdb huge = { text, NULL };
	struct spec_user user = { 0 };

	memset(text, ':', size);
	memcpy(text + size, "\napp:x:5:5:::\n", 15);
	cr_assert_eq(userdb_resolve(&huge, "app", &user, &err), 0);
	cr_assert_eq(user.uid, 5);
	free(user.groups);
	free(text);
}
