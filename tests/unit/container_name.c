// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/name.h"
#include "container/name_socket.h"
#include "scratch.h"

static struct error err;
static int dir = -1;

static void setup(void)
{
	dir = scratch_open();
	cr_assert_eq(setenv("XDG_RUNTIME_DIR", scratch_path(), 1), 0);
}

static void teardown(void)
{
	scratch_remove();
}

TestSuite(name, .init = setup, .fini = teardown);

Test(name, is_held_until_it_is_released)
{
	struct name one = { .fd = -1 }, two = { .fd = -1 };

	cr_assert_eq(name_claim("web", &one, &err), 0, "%s", err.text);
	cr_assert_eq(name_claim("web", &two, &err), -EEXIST);
	cr_assert_str_eq(
		err.text,
		"the name \"web\" is already in use by a running container");
	cr_assert_null(two.path);
	cr_assert_eq(name_claim("other", &two, &err), 0, "%s", err.text);
	name_release(&two);
	name_release(&one);
	cr_assert_eq(name_claim("web", &two, &err), 0, "%s", err.text);
	name_release(&two);
	cr_assert_not(scratch_has(dir, "holt/names/web"));
}

Test(name, releasing_nothing_does_nothing)
{
	struct name none = { .fd = -1 };

	name_release(&none);
	cr_assert_null(none.path);
}

Test(name, is_free_when_its_holder_is_gone)
{
	struct name name = { .fd = -1 };
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(name_claim("web", &name, &err) == 0 ? 0 : 1);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	cr_assert(scratch_has(dir, "holt/names/web"));
	cr_assert_eq(name_claim("web", &name, &err), 0, "%s", err.text);
	name_release(&name);
}

/* A holder of @word that is killed, with a socket and a note. */
static void leave(const char *word)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct name name = { .fd = -1 };
		int done = name_claim(word, &name, &err) == 0 &&
			   name_socket_listen(name.path, name.fd, &err) >= 0 &&
			   pwrite(name.fd, "long note", 9, 0) == 9;

		_exit(done ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
}

/* How many files there are beside those of names. */
static size_t count_files(void)
{
	auto_free char *path = xasprintf("%s/holt/names", scratch_path());
	DIR *stream = opendir(path);
	size_t count = 0;

	while (readdir(stream))
		count++;
	closedir(stream);
	return count - 2;
}

Test(name, has_a_socket_as_long_as_it_is_held)
{
	struct name name = { .fd = -1 };
	char word[129] = "";
	int sock;

	memset(word, 'x', sizeof(word) - 1);
	cr_assert_eq(name_claim(word, &name, &err), 0, "%s", err.text);
	cr_expect_eq(name_socket_connect(name.path, name.fd), -ENOENT);
	sock = name_socket_listen(name.path, name.fd, &err);
	cr_assert_geq(sock, 0, "%s", err.text);
	cr_expect_geq(name_socket_connect(name.path, name.fd), 0);
	close(sock);
	cr_expect_eq(name_socket_connect(name.path, name.fd), -ECONNREFUSED);
	name_release(&name);
	cr_expect_eq(count_files(), 0);
}

Test(name, of_a_killed_holder_begins_anew)
{
	struct name name = { .fd = -1 };
	struct stat st;

	leave("web");
	cr_expect_eq(count_files(), 2);
	cr_assert_eq(name_claim("web", &name, &err), 0, "%s", err.text);
	cr_expect_eq(count_files(), 1);
	cr_expect_eq(fstat(name.fd, &st), 0);
	cr_expect_eq(st.st_size, 0);
	name_release(&name);
}

Test(name, of_killed_holders_are_swept_by_the_next)
{
	struct name held = { .fd = -1 }, name = { .fd = -1 };

	leave("one");
	leave("two");
	cr_assert_eq(name_claim("held", &held, &err), 0, "%s", err.text);
	cr_assert_eq(name_claim("web", &name, &err), 0, "%s", err.text);
	cr_expect_eq(count_files(), 6);
	name_release(&name);
	cr_expect_eq(count_files(), 1);
	cr_expect(scratch_has(dir, "holt/names/held"));
	name_release(&held);
}

Test(name, that_was_just_claimed_is_not_swept)
{
	struct name name = { .fd = -1 };
	auto_free char *path = xasprintf("%s/holt/names/new", scratch_path());
	int fd;

	cr_assert_eq(name_claim("web", &name, &err), 0, "%s", err.text);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0);
	name_release(&name);
	cr_expect(scratch_has(dir, "holt/names/new"));
	close(fd);
}

struct word {
	char text[140];
	int good;
};

ParameterizedTestParameters(name, words)
{
	static struct word cases[] = {
		{ "a", 1 },     { "A.b_c-9", 1 }, { "0", 1 },
		{ "", 0 },      { ".a", 0 },      { "-a", 0 },
		{ "_a", 0 },    { "a/b", 0 },     { "a b", 0 },
		{ "a\n", 0 },   { "..", 0 },      { "\xc3\xa4", 0 },
		{ "a:b", 0 },   { "a\\b", 0 },    { "{128}", 1 },
		{ "{129}", 0 },
	};

	return cr_make_param_array(struct word, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct word *w, name, words)
{
	struct name name = { .fd = -1 };
	char text[140] = "";
	int result;

	if (w->text[0] == '{')
		memset(text, 'x', strtoul(w->text + 1, NULL, 10));
	else
		memcpy(text, w->text, sizeof(text));
	result = name_claim(text, &name, &err);
	cr_assert_eq(result, w->good ? 0 : -EINVAL, "'%s': %s", text, err.text);
	name_release(&name);
}

Test(name, the_directory_is_private_and_in_the_runtime_directory)
{
	char *path = NULL, *wanted = xasprintf("%s/holt", scratch_path());
	struct stat st;

	cr_assert_eq(runtime_directory(&path, &err), 0, "%s", err.text);
	cr_assert_str_eq(path, wanted);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 07777, 0700);
	free(path);
	free(wanted);
}

Test(name, a_directory_that_others_may_enter_is_refused)
{
	char *path = xasprintf("%s/holt", scratch_path()), *got = NULL;

	cr_assert_eq(mkdir(path, 0700), 0);
	cr_assert_eq(chmod(path, 0755), 0);
	cr_assert_eq(runtime_directory(&got, &err), -EPERM);
	cr_assert_not_null(strstr(err.text, path));
	cr_assert_null(got);
	free(path);
}

Test(name, a_symlink_in_its_place_is_refused)
{
	char *path = xasprintf("%s/holt", scratch_path()), *got = NULL;

	cr_assert_eq(symlink("/tmp", path), 0);
	cr_assert_eq(runtime_directory(&got, &err), -EPERM);
	free(path);
}
