// SPDX-License-Identifier: Apache-2.0
/* A machine whose subordinate ids come from a plugin of libsubid: this test's
 * own, found by LD_LIBRARY_PATH, with nsswitch.conf(5) mounted over in a mount
 * namespace.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "idmap/subid.h"
#include "scratch.h"

static void ask(const char *user, struct subids *ret)
{
	auto_free char *nsswitch = xasprintf("%s/nsswitch", scratch_path());

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
	    mount(nsswitch, "/etc/nsswitch.conf", NULL, MS_BIND, NULL))
		_exit(99);
	subids_find(user, 1000, 1000, NULL, ret);
}

static int answers(void)
{
	struct subids subids;

	ask("carol", &subids);
	if (subids.problem != SUBID_OK)
		return 1;
	return subids.uids.count == 1 && subids.uids.items[0].first == 300000 &&
			       subids.uids.items[0].count == 65536 &&
			       subids.gids.items[0].first == 400000
		       ? 0
		       : 2;
}

static int fails(void)
{
	struct subids subids;

	ask("dave", &subids);
	if (subids.problem != SUBID_UNREACHABLE || subids.uids.count)
		return 1;
	return strstr(subids.message, "'sample', the source") &&
			       strstr(subids.message, "getsubids dave")
		       ? 0
		       : 2;
}

static int has_none(void)
{
	struct subids subids;

	ask("erin", &subids);
	if (subids.problem != SUBID_ABSENT)
		return 1;
	return strstr(subids.message, "'sample' grants no subordinate uids") &&
			       !strstr(subids.message, "usermod")
		       ? 0
		       : 2;
}

static int in_child(int (*body)(void))
{
	auto_close int dir = scratch_open();
	int status = -1;
	pid_t pid;

	scratch_write(dir, "nsswitch", "passwd: files\nsubid: sample\n");
	pid = fork();
	if (pid == 0)
		_exit(body());
	(void)waitpid(pid, &status, 0);
	scratch_remove();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(nss, ranges_come_from_the_source_that_nsswitch_names)
{
	cr_assert_eq(in_child(answers), 0);
}

Test(nss, a_source_that_fails_is_named)
{
	cr_assert_eq(in_child(fails), 0);
}

Test(nss, users_whom_the_source_does_not_know_have_no_ranges)
{
	cr_assert_eq(in_child(has_none), 0);
}
