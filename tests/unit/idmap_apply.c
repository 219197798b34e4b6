// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "idmap/apply.h"
#include "scratch.h"

#define NEWUSER 0x10000000 /* CLONE_NEWUSER */

/* A child in a new user namespace that waits to be killed. */
static pid_t start_child(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, NEWUSER | SIGCHLD, NULL, NULL,
				   NULL, 0);

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	cr_assert_gt(pid, 0);
	return pid;
}

static void end_child(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static char *read_proc(pid_t pid, const char *name)
{
	auto_free char *path = xasprintf("/proc/%d/%s", pid, name);
	struct error err = { 0 };
	char *text = NULL;

	cr_assert_eq(file_read_text(path, 4096, &text, NULL, &err), 0);
	return text;
}

Test(apply, one_id_needs_no_helper)
{
	auto_with(id_map_clear) struct id_map uids = { 0 }, gids = { 0 };
	struct idmap_apply apply = { 0 };
	struct error err = { 0 };
	unsigned int inside, outside, count;

	id_map_add(&uids, 5, geteuid(), 1);
	id_map_add(&gids, 6, getegid(), 1);
	cr_assert_not(idmap_needs_helpers(&uids, &gids));

	pid_t pid = start_child();

	cr_assert_eq(idmap_apply_begin(pid, &uids, &gids, NULL, &apply, &err),
		     0, "%s", err.text);
	cr_assert_eq(idmap_apply_finish(&apply, &err), 0, "%s", err.text);

	auto_free char *uid_map = read_proc(pid, "uid_map");
	auto_free char *gid_map = read_proc(pid, "gid_map");

	end_child(pid);
	cr_assert_eq(sscanf(uid_map, "%u %u %u", &inside, &outside, &count), 3);
	cr_assert_eq(inside, 5);
	cr_assert_eq(outside, geteuid());
	cr_assert_eq(sscanf(gid_map, "%u %u %u", &inside, &outside, &count), 3);
	cr_assert_eq(inside, 6);
	cr_assert_eq(count, 1);
}

/* Two helpers that say why they fail, and note that they ran. */
static struct idmap_helpers make_helpers(int dir, const char *uid_script,
					 const char *gid_script)
{
	scratch_write(dir, "newuidmap", uid_script);
	scratch_write(dir, "newgidmap", gid_script);
	cr_assert_eq(fchmodat(dir, "newuidmap", 0755, 0), 0);
	cr_assert_eq(fchmodat(dir, "newgidmap", 0755, 0), 0);
	return (struct idmap_helpers){
		xasprintf("%s/newuidmap", scratch_path()),
		xasprintf("%s/newgidmap", scratch_path()),
	};
}

/* As a user who may write no map of many ids. Return: exit status of @body */
static int without_rights(int (*body)(const struct idmap_helpers *helpers),
			  const struct idmap_helpers *helpers)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 && (setresgid(1234, 1234, 1234) ||
				       setresuid(1234, 1234, 1234)))
			_exit(99);
		(void)prctl(PR_SET_DUMPABLE, 1);
		_exit(body(helpers));
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int apply_many(const struct idmap_helpers *helpers, struct error *err)
{
	auto_with(id_map_clear) struct id_map uids = { 0 }, gids = { 0 };
	struct idmap_apply apply = { 0 };
	int result;

	id_map_add(&uids, 0, 100000, 65536);
	id_map_add(&gids, 0, 200000, 65536);
	if (!idmap_needs_helpers(&uids, &gids))
		return -1;

	pid_t pid = start_child();

	result = idmap_apply_begin(pid, &uids, &gids, helpers, &apply, err);
	if (result == 0)
		result = idmap_apply_finish(&apply, err);
	end_child(pid);
	return result;
}

static int says_what_the_helper_said(const struct idmap_helpers *helpers)
{
	struct error err = { 0 };

	if (apply_many(helpers, &err) != -EPERM)
		return 1;
	if (!strstr(err.text,
		    "write the uid map: said 0 100000 65536 and more"))
		return 2;
	return strstr(err.text, "gid") ? 3 : 0;
}

Test(apply, hands_on_the_words_of_a_helper_that_fails)
{
	auto_close int dir = scratch_open();
	auto_with(idmap_helpers_clear) struct idmap_helpers helpers =
		make_helpers(dir,
			     "#!/bin/sh\nshift\necho said $* >&2\n"
			     "echo and more >&2\nexit 1\n",
			     "#!/bin/sh\nexit 0\n");

	cr_assert_eq(chmod(scratch_path(), 0755), 0);

	int result = without_rights(says_what_the_helper_said, &helpers);

	scratch_remove();
	cr_assert_eq(result, 0, "%d", result);
}

static int ends(const struct idmap_helpers *helpers)
{
	struct error err = { 0 };

	if (apply_many(helpers, &err) != -EPERM)
		return 1;
	return strstr(err.text, "write the gid map: xxxx") ? 0 : 2;
}

Test(apply, a_helper_that_says_too_much_ends_all_the_same, .timeout = 20)
{
	auto_close int dir = scratch_open();
	auto_with(idmap_helpers_clear) struct idmap_helpers helpers =
		make_helpers(dir, "#!/bin/sh\nexit 0\n",
			     "#!/bin/sh\nhead -c 300000 /dev/zero | "
			     "tr '\\0' x >&2\nexit 7\n");

	cr_assert_eq(chmod(scratch_path(), 0755), 0);

	int result = without_rights(ends, &helpers);

	scratch_remove();
	cr_assert_eq(result, 0, "%d", result);
}

static int wants_helpers(const struct idmap_helpers *helpers)
{
	struct error err = { 0 };

	(void)helpers;
	return apply_many(NULL, &err) == -EPERM ? 0 : 1;
}

Test(apply, without_helpers_many_ids_are_an_error)
{
	cr_assert_eq(without_rights(wants_helpers, NULL), 0);
}

Test(helpers, plain_copies_are_told_from_setuid_programs)
{
	auto_close int dir = scratch_open();
	auto_with(idmap_helpers_clear) struct idmap_helpers copies =
		make_helpers(dir, "x", "x");
	struct idmap_helpers found = { 0 };
	struct error err = { 0 };
	int result = idmap_helpers_find(scratch_path(), &found, &err);

	scratch_remove();
	if (result == 0) {
		/* A better pair was in the usual places. */
		cr_assert_str_neq(found.newuidmap, copies.newuidmap);
		idmap_helpers_clear(&found);
	} else {
		cr_assert(strstr(err.text, "to mend it: sudo "), "%s",
			  err.text);
	}
}

static int is_refused(const struct idmap_helpers *helpers)
{
	struct idmap_helpers found = { 0 };
	struct error err = { 0 };

	(void)helpers;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 2;
	if (idmap_helpers_find(NULL, &found, &err) == 0)
		return 1;
	return err.code == ENOENT ||
			       strstr(err.text, "no_new_privs is set on holt")
		       ? 0
		       : 3;
}

Test(helpers, no_new_privs_makes_them_useless)
{
	cr_assert_eq(without_rights(is_refused, NULL), 0);
}
