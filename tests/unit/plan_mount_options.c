// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>
#include <sys/mount.h>

#include "base/alloc.h"
#include "plan/mount_options.h"

/* Options separated by commas, read. */
static struct mount_options read_options(const char *text)
{
	struct mount_options options = { 0 };
	struct strv words = { 0 };
	char *copy = xstrdup(text), *rest = copy, *word;

	while ((word = strsep(&rest, ",")))
		strv_add(&words, xstrdup(word));
	mount_options_parse(&words, &options);
	strv_clear(&words);
	free(copy);
	return options;
}

Test(mount_options, none_are_nothing)
{
	struct mount_options options = read_options("");

	cr_assert_eq(options.set, 0);
	cr_assert_eq(options.recursive_set, 0);
	cr_assert_eq(options.propagation, 0);
	cr_assert_not(options.bind);
	cr_assert_eq(options.data.count, 0);
}

Test(mount_options, flags_add_up)
{
	struct mount_options options = read_options("ro,nosuid,nodev,noexec");

	cr_assert_eq(options.set, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
					  MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

Test(mount_options, the_last_of_two_opposites_wins)
{
	cr_assert_eq(read_options("ro,rw").set, 0);
	cr_assert_eq(read_options("rw,ro").set, MOUNT_ATTR_RDONLY);
	cr_assert_eq(read_options("noexec,exec").set, 0);
	cr_assert_eq(read_options("nosuid,suid,nosuid").set, MOUNT_ATTR_NOSUID);
	cr_assert_eq(read_options("nodev,dev").set, 0);
}

Test(mount_options, access_time_is_one_of_several)
{
	cr_assert_eq(read_options("noatime,strictatime").set,
		     MOUNT_ATTR_STRICTATIME);
	cr_assert_eq(read_options("strictatime,noatime").set,
		     MOUNT_ATTR_NOATIME);
	cr_assert_eq(read_options("noatime,relatime").set, 0);
	cr_assert_eq(read_options("noatime,atime").set, 0);
	cr_assert_eq(read_options("nodiratime,noatime").set,
		     MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOATIME);
}

Test(mount_options, recursive_ones_set_and_clear)
{
	struct mount_options options = read_options("rro,rnosuid,rexec");

	cr_assert_eq(options.set, 0);
	cr_assert_eq(options.recursive_set,
		     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID);
	cr_assert_eq(options.recursive_clear, MOUNT_ATTR_NOEXEC);
}

Test(mount_options, the_last_recursive_opposite_wins_too)
{
	struct mount_options options = read_options("rro,rrw");

	cr_assert_eq(options.recursive_set, 0);
	cr_assert_eq(options.recursive_clear, MOUNT_ATTR_RDONLY);
	options = read_options("rrw,rro");
	cr_assert_eq(options.recursive_set, MOUNT_ATTR_RDONLY);
	cr_assert_eq(options.recursive_clear, 0);
}

struct propagation {
	char word[16];
	unsigned long flag;
	int recursive;
};

ParameterizedTestParameters(mount_options, propagation)
{
	static struct propagation cases[] = {
		{ "private", MS_PRIVATE, 0 },
		{ "rprivate", MS_PRIVATE, 1 },
		{ "shared", MS_SHARED, 0 },
		{ "rshared", MS_SHARED, 1 },
		{ "slave", MS_SLAVE, 0 },
		{ "rslave", MS_SLAVE, 1 },
		{ "unbindable", MS_UNBINDABLE, 0 },
		{ "runbindable", MS_UNBINDABLE, 1 },
	};

	return cr_make_param_array(struct propagation, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct propagation *p, mount_options, propagation)
{
	struct mount_options options = read_options(p->word);

	cr_assert_eq(options.propagation, p->flag);
	cr_assert_eq(options.propagate_recursive, p->recursive);
}

Test(mount_options, rbind_is_a_recursive_bind)
{
	cr_assert(read_options("bind").bind);
	cr_assert_not(read_options("bind").recursive_bind);
	cr_assert(read_options("rbind").bind);
	cr_assert(read_options("rbind").recursive_bind);
}

Test(mount_options, idmap_is_noticed_in_every_form)
{
	cr_assert(read_options("idmap").idmap);
	cr_assert(read_options("ridmap").idmap);
	cr_assert(read_options("idmap=uids=0-1-1").idmap);
	cr_assert(read_options("ridmap=gids=0-1-1").idmap);
	cr_assert_not(read_options("idmapped").idmap);
}

Test(mount_options, what_is_unknown_goes_to_the_file_system)
{
	struct mount_options options =
		read_options("size=64k,ro,mode=755,defaults,huge");

	cr_assert_eq(options.data.count, 3);
	cr_assert_str_eq(options.data.items[0], "size=64k");
	cr_assert_str_eq(options.data.items[1], "mode=755");
	cr_assert_str_eq(options.data.items[2], "huge");
}

Test(mount_options, options_of_every_file_system_can_be_taken_back)
{
	cr_assert_eq(read_options("sync").data.count, 1);
	cr_assert_eq(read_options("sync,async").data.count, 0);
	cr_assert_eq(read_options("async").data.count, 0);
	cr_assert_eq(read_options("sync,sync").data.count, 1);
	cr_assert_eq(read_options("lazytime,size=1,nolazytime").data.count, 1);
}

Test(mount_options, copying_is_noticed)
{
	cr_assert(read_options("tmpcopyup").copy_up);
	cr_assert_not(read_options("notmpcopyup").copy_up);
	cr_assert(read_options("copy-symlink").copy_symlink);
}

Test(mount_options, symlinks_are_followed_unless_said)
{
	cr_assert(read_options("src-nofollow").source_nofollow);
	cr_assert(read_options("dest-nofollow").target_nofollow);
	cr_assert_not(read_options("bind").source_nofollow);
	cr_assert_not(read_options("bind").target_nofollow);
}

Test(mount_options, what_is_to_be_taken_back_of_a_bind)
{
	cr_assert_eq(read_options("rw,dev").clear,
		     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV);
	cr_assert_eq(read_options("rw,ro").clear, 0);
	cr_assert_eq(read_options("ro,rw").clear, MOUNT_ATTR_RDONLY);
}

Test(mount_options, what_is_so_anyway_changes_nothing)
{
	struct mount_options options =
		read_options("silent,loud,iversion,noiversion,defaults");

	cr_assert_eq(options.set | options.clear, 0);
	cr_assert_eq(options.data.count, 0);
}
