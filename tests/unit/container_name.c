// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "container/name.h"
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
