// SPDX-License-Identifier: Apache-2.0
/* Below a root that somebody hostile has filled, nothing leads out of it. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "scratch.h"

/* The scratch directory holds "root", which the tests work in, and "outside",
 * which must stay as it is.
 */
static int top = -1, root = -1;

static void prepare(void)
{
	top = scratch_open();
	cr_assert_eq(mkdirat(top, "root", 0755), 0);
	cr_assert_eq(mkdirat(top, "outside", 0755), 0);
	scratch_write(top, "outside/secret", "secret");
	root = openat(top, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(root, 0);
}

static void check_outside(void)
{
	cr_assert(scratch_has(top, "outside/secret"));
	cr_assert_eq(unlinkat(top, "outside/secret", 0), 0);
	cr_assert_eq(unlinkat(top, "outside", AT_REMOVEDIR), 0,
		     "something was made outside of the root");
	scratch_remove();
}

TestSuite(path, .init = prepare, .fini = check_outside);

static bool same_file(int a, int b)
{
	struct stat one, other;

	cr_assert_eq(fstat(a, &one), 0);
	cr_assert_eq(fstat(b, &other), 0);
	return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

Test(path, an_absolute_symlink_starts_at_the_root)
{
	cr_assert_eq(mkdirat(root, "real", 0755), 0);
	scratch_write(root, "real/file", "x");
	cr_assert_eq(symlinkat("/real", root, "link"), 0);

	auto_close int by_link = path_open_in(root, "link/file", O_RDONLY, 0);
	auto_close int direct = openat(root, "real/file", O_RDONLY);

	cr_assert_geq(by_link, 0, "%s", strerror(-by_link));
	cr_assert(same_file(by_link, direct));
}

Test(path, dots_stop_at_the_root)
{
	auto_close int fd = path_open_in(root, "../../..", O_PATH, 0);
	auto_close int out = path_open_in(root, "../outside/secret", O_PATH, 0);

	cr_assert(same_file(fd, root));
	cr_assert_eq(out, -ENOENT);
}

Test(path, a_symlink_with_dots_stops_at_the_root)
{
	cr_assert_eq(symlinkat("../../../outside", root, "link"), 0);
	cr_assert_eq(path_open_in(root, "link/secret", O_PATH, 0), -ENOENT);
}

Test(path, a_loop_of_symlinks_is_an_error)
{
	cr_assert_eq(symlinkat("b", root, "a"), 0);
	cr_assert_eq(symlinkat("a", root, "b"), 0);
	cr_assert_eq(path_open_in(root, "a", O_PATH, 0), 0 - ELOOP);
	cr_assert_eq(path_make_dirs_in(root, "a/x", 0755), -ELOOP);
	cr_assert_eq(path_make_file_in(root, "a", 0644), -ELOOP);
}

Test(path, magic_links_lead_nowhere)
{
	auto_close int proc = open("/proc", O_PATH | O_DIRECTORY);
	auto_close int fd = path_open_in(proc, "self/root/etc", O_PATH, 0);

	cr_assert_eq(fd, -ELOOP, "%d", fd);
}

Test(path, descriptors_are_closed_at_exec)
{
	auto_close int fd = path_open_in(root, "/", O_PATH, 0);
	auto_close int dirs = path_make_dirs_in(root, "a/b", 0755);
	auto_close int file = path_make_file_in(root, "c/d", 0644);

	cr_assert_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	cr_assert_eq(fcntl(dirs, F_GETFD), FD_CLOEXEC);
	cr_assert_eq(fcntl(file, F_GETFD), FD_CLOEXEC);
}

Test(path, make_dirs_makes_all_that_is_missing)
{
	auto_close int fd = path_make_dirs_in(root, "/a//b/./c/", 0700);
	auto_close int again = path_make_dirs_in(root, "a/b/c", 0700);
	auto_close int self = path_make_dirs_in(root, "/", 0755);
	struct stat st;

	cr_assert_geq(fd, 0, "%s", strerror(-fd));
	cr_assert(same_file(fd, again));
	cr_assert(same_file(self, root));
	cr_assert_eq(fstatat(root, "a/b/c", &st, 0), 0);
	cr_assert_eq(st.st_mode & 07777, 0700);
}

Test(path, make_dirs_follows_dangling_links_inside)
{
	cr_assert_eq(symlinkat("/var/run", root, "run"), 0);

	auto_close int fd = path_make_dirs_in(root, "run/lock", 0755);
	auto_close int direct = openat(root, "var/run/lock", O_PATH);

	cr_assert_geq(fd, 0, "%s", strerror(-fd));
	cr_assert_geq(direct, 0);
	cr_assert(same_file(fd, direct));
}

Test(path, make_dirs_keeps_a_link_out_inside)
{
	char target[128];

	(void)snprintf(target, sizeof(target), "%s/outside", scratch_path());
	cr_assert_eq(symlinkat(target, root, "absolute"), 0);
	cr_assert_eq(symlinkat("../../outside", root, "relative"), 0);

	auto_close int a = path_make_dirs_in(root, "absolute/new", 0755);
	auto_close int b = path_make_dirs_in(root, "relative/new", 0755);
	auto_close int c = path_make_dirs_in(root, "../outside/new2", 0755);

	cr_assert_geq(a, 0, "%s", strerror(-a));
	cr_assert_geq(b, 0, "%s", strerror(-b));
	cr_assert_geq(c, 0, "%s", strerror(-c));
	cr_assert(scratch_has(root, "outside/new"));
	cr_assert(scratch_has(root, "outside/new2"));
}

Test(path, make_dirs_below_a_file_is_an_error)
{
	scratch_write(root, "file", "x");
	cr_assert_eq(path_make_dirs_in(root, "file/dir", 0755), -ENOTDIR);
	cr_assert_eq(path_make_dirs_in(root, "file", 0755), -ENOTDIR);
}

Test(path, make_file_makes_it_with_its_parents)
{
	struct stat st;
	auto_close int fd = path_make_file_in(root, "/etc/x/hosts", 0600);

	cr_assert_geq(fd, 0, "%s", strerror(-fd));
	cr_assert_eq(fstatat(root, "etc/x/hosts", &st, 0), 0);
	cr_assert(S_ISREG(st.st_mode));
	cr_assert_eq(st.st_mode & 07777, 0600);
}

Test(path, make_file_opens_what_is_there)
{
	cr_assert_eq(mkdirat(root, "dir", 0755), 0);

	auto_close int fd = path_make_file_in(root, "dir", 0644);
	auto_close int direct = openat(root, "dir", O_PATH);

	cr_assert(same_file(fd, direct));
}

Test(path, make_file_follows_dangling_links_inside)
{
	cr_assert_eq(mkdirat(root, "etc", 0755), 0);
	cr_assert_eq(symlinkat("../run/resolv/stub", root, "etc/resolv.conf"),
		     0);
	cr_assert_eq(symlinkat("/../../outside/made", root, "escape"), 0);

	auto_close int fd = path_make_file_in(root, "etc/resolv.conf", 0644);
	auto_close int out = path_make_file_in(root, "escape", 0644);

	cr_assert_geq(fd, 0, "%s", strerror(-fd));
	cr_assert_geq(out, 0, "%s", strerror(-out));
	cr_assert(scratch_has(root, "run/resolv/stub"));
	cr_assert(scratch_has(root, "outside/made"));
}

Test(path, make_file_needs_a_name)
{
	cr_assert_eq(path_make_file_in(root, "new/", 0644), -EISDIR);
}

Test(path, too_long_paths_are_refused)
{
	static char name[5000];

	memset(name, 'a', sizeof(name) - 1);
	cr_assert_eq(path_make_dirs_in(root, name, 0755), -ENAMETOOLONG);
	cr_assert_eq(path_make_file_in(root, name, 0755), -ENAMETOOLONG);
}

/* Exchange "dir" and "link", the way to the outside, until killed. */
static pid_t start_swapper(void)
{
	pid_t pid = fork();

	while (pid == 0)
		(void)syscall(SYS_renameat2, root, "dir", root, "link",
			      RENAME_EXCHANGE);
	cr_assert_gt(pid, 0);
	return pid;
}

Test(path, a_directory_swapped_for_a_link_meanwhile_leads_nowhere)
{
	char name[32];

	cr_assert_eq(mkdirat(root, "dir", 0755), 0);
	cr_assert_eq(symlinkat("../outside", root, "link"), 0);

	pid_t swapper = start_swapper();

	for (int i = 0; i < 2000; i++) {
		(void)snprintf(name, sizeof(name), "dir/%d/x", i);

		auto_close int made = path_make_dirs_in(root, name, 0755);

		(void)snprintf(name, sizeof(name), "dir/file%d", i);

		auto_close int file = path_make_file_in(root, name, 0644);
		auto_close int seen =
			path_open_in(root, "dir/secret", O_PATH, 0);

		cr_assert_lt(seen, 0, "the outside was reached");
	}
	(void)kill(swapper, SIGKILL);
	(void)waitpid(swapper, NULL, 0);
}

Test(path, clean_means_absolute_and_without_dots)
{
	cr_assert(path_is_absolute_clean("/"));
	cr_assert(path_is_absolute_clean("/a/b.c/..d/...//e/"));
	cr_assert_not(path_is_absolute_clean(""));
	cr_assert_not(path_is_absolute_clean("a"));
	cr_assert_not(path_is_absolute_clean("/a/.."));
	cr_assert_not(path_is_absolute_clean("/./a"));
	cr_assert_not(path_is_absolute_clean("//.."));
}

Test(path_denied, names_the_directory_that_denies)
{
	auto_free char *path = NULL;
	auto_free char *why = NULL;
	pid_t pid;
	int status;

	prepare();
	scratch_write(top, "root/file", "");
	cr_assert_geq(asprintf(&path, "%s/root/file", scratch_path()), 0);
	why = path_denied_by(path);
	cr_assert_null(why, "nothing denies: %s", why);

	/* Also for root, as somebody who isn't: ids are the child's own. */
	cr_assert_eq(fchmodat(top, "root", 0, 0), 0);
	pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
			_exit(2);

		char *denied = path_denied_by(path);

		_exit(denied && strstr(denied, "may not be entered") ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(fchmodat(top, "root", 0755, 0), 0);
	cr_assert_eq(unlinkat(top, "root/file", 0), 0);
	cr_assert_eq(status, 0);
	check_outside();
}
