// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "scratch.h"

static char first[] = "first ", second[] = "second";
static const struct iovec parts[] = {
	{ first, sizeof(first) - 1 },
	{ second, sizeof(second) - 1 },
};

static void expect_text(const char *name, const char *wanted)
{
	auto_free char *path = xasprintf("%s/%s", scratch_path(), name);
	auto_free char *text = NULL;
	struct error err = { 0 };

	cr_assert_eq(file_read_text(path, 1 << 16, &text, NULL, &err), 0, "%s",
		     err.text);
	cr_assert_str_eq(text, wanted);
}

static int count_files(void)
{
	auto_closedir DIR *dir = opendir(scratch_path());
	int count = -2; /* . and .. */

	while (readdir(dir))
		count++;
	return count;
}

Test(file, is_made_of_its_parts, .fini = scratch_remove)
{
	auto_close int dir = scratch_open();
	struct stat st;

	(void)umask(022);
	cr_assert_eq(file_put(dir, "new", parts, 2, 0664), 0);
	expect_text("new", "first second");
	cr_assert_eq(fstatat(dir, "new", &st, 0), 0);
	cr_assert_eq(st.st_mode, S_IFREG | 0644);
	cr_assert_eq(count_files(), 1);
}

Test(file, replaces_what_is_there, .fini = scratch_remove)
{
	auto_close int dir = scratch_open();

	scratch_write(dir, "old", "longer than what comes in its place");
	cr_assert_eq(file_put(dir, "old", parts, 1, 0600), 0);
	expect_text("old", "first ");
	cr_assert_eq(count_files(), 1);
}

Test(file, replaces_a_symlink_and_not_what_it_leads_to, .fini = scratch_remove)
{
	auto_close int dir = scratch_open();
	struct stat st;

	scratch_write(dir, "other", "of somebody");
	cr_assert_eq(symlinkat("other", dir, "link"), 0);
	cr_assert_eq(file_put(dir, "link", parts, 1, 0600), 0);
	expect_text("link", "first ");
	expect_text("other", "of somebody");
	cr_assert_eq(fstatat(dir, "link", &st, AT_SYMLINK_NOFOLLOW), 0);
	cr_assert(S_ISREG(st.st_mode));
}

Test(file, is_found_by_an_absolute_path_too, .fini = scratch_remove)
{
	auto_close int dir = scratch_open();
	auto_free char *path = xasprintf("%s/new", scratch_path());

	cr_assert_eq(file_put(AT_FDCWD, path, parts, 2, 0600), 0);
	expect_text("new", "first second");
}

Test(file, that_cannot_be_made_leaves_nothing, .fini = scratch_remove)
{
	auto_close int dir = scratch_open();

	cr_assert_eq(file_put(dir, "none/new", parts, 1, 0600), -ENOENT);
	cr_assert_eq(mkdirat(dir, "taken", 0700), 0);
	cr_assert_eq(file_put(dir, "taken", parts, 1, 0600), -EISDIR);
	cr_assert_eq(count_files(), 1);
}
