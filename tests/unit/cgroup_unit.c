// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/unit.h"

static char text[2048];
static struct error err;

/* "UNIT in SLICE", or the error. */
static const char *make(const char *path, const char *id, bool is_user)
{
	struct unit_name name = { 0 };

	if (unit_name_make(path, id, is_user, &name, &err) < 0)
		(void)snprintf(text, sizeof(text), "error: %s", err.text);
	else
		(void)snprintf(text, sizeof(text), "%s in %s", name.unit,
			       name.slice ? name.slice : "itself");
	unit_name_clear(&name);
	return text;
}

Test(cgroup_unit, is_made_of_the_three_parts_of_a_path)
{
	cr_expect_str_eq(make("machine.slice:libpod:x1", "id", false),
			 "libpod-x1.scope in machine.slice");
	cr_expect_str_eq(make("kube-pod_a.slice:cri-containerd:y", "id", false),
			 "cri-containerd-y.scope in kube-pod_a.slice");
	cr_expect_str_eq(make("-.slice:docker:z", "id", true),
			 "docker-z.scope in -.slice");
}

Test(cgroup_unit, has_what_is_usual_where_a_part_is_empty)
{
	cr_expect_str_eq(make(NULL, "id", true), "holt-id.scope in user.slice");
	cr_expect_str_eq(make("", "id", false),
			 "holt-id.scope in system.slice");
	cr_expect_str_eq(make(":docker:x", "id", false),
			 "docker-x.scope in system.slice");
	cr_expect_str_eq(make(":docker:x", "id", true),
			 "docker-x.scope in user.slice");
	cr_expect_str_eq(make("a.slice::x", "id", true), "x.scope in a.slice");
	cr_expect_str_eq(make("a.slice:p:", "id", true),
			 "p-id.scope in a.slice");
	cr_expect_str_eq(make("::", "id", false), "id.scope in system.slice");
}

Test(cgroup_unit, is_a_slice_if_it_is_called_one)
{
	cr_expect_str_eq(make("a.slice:p:a-b.slice", "id", false),
			 "a-b.slice in itself");
	cr_expect(unit_is_slice("a-b.slice"));
	cr_expect_not(unit_is_slice("a.scope"));
	cr_expect_not(unit_is_slice(".slice"));
}

Test(cgroup_unit, escapes_what_a_name_may_not_have)
{
	cr_expect_str_eq(make(NULL, "a+b", false),
			 "holt-a\\x2bb.scope in system.slice");
	cr_expect_str_eq(make(":p@:a b", "id", false),
			 "p\\x40-a\\x20b.scope in system.slice");
	cr_expect_str_eq(make(":p:a\\x2db", "id", false),
			 "p-a\\x2db.scope in system.slice");
}

Test(cgroup_unit, is_not_made_of_other_paths)
{
	static const char *const paths[] = {
		"/a/b",          "a",         "a.slice:b",
		"a.slice:b:c:d", "a.slice:b", "/a.slice:b:c",
		"a.slice:b/c:d",
	};
	static const char *const slices[] = {
		"a:b:c",        "a.scope:b:c",    "-a.slice:b:c",
		"a-.slice:b:c", "a--b.slice:b:c", "a b.slice:b:c",
		".slice:b:c",   "x:y:a--b.slice",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		cr_expect(strstr(make(paths[i], "id", false),
				 "not of the form slice:prefix:name"),
			  "%s", text);
		cr_expect(strstr(text, paths[i]), "%s", text);
	}
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++)
		cr_expect(strstr(make(slices[i], "id", false),
				 "is not the name of a slice"),
			  "%s", text);
}

Test(cgroup_unit, is_not_longer_than_systemd_takes)
{
	char id[300];

	memset(id, 'a', sizeof(id));
	id[255 - strlen("holt-.scope")] = '\0';
	cr_expect(strstr(make(NULL, id, false), " in system.slice"));
	strcat(id, "b");
	cr_expect(strstr(make(NULL, id, false), "use a shorter ID"), "%s",
		  text);
	cr_expect_eq(err.code, ENAMETOOLONG);
}

Test(cgroup_unit, lies_in_slices_that_lie_in_one_another)
{
	static const char *const slices[][2] = {
		{ "-.slice", "" },
		{ "a.slice", "/a.slice" },
		{ "a-b.slice", "/a.slice/a-b.slice" },
		{ "a-b-c.slice", "/a.slice/a-b.slice/a-b-c.slice" },
		{ "user-1000.slice", "/user.slice/user-1000.slice" },
	};

	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		char *path = unit_slice_directory(slices[i][0]);

		cr_expect_str_eq(path, slices[i][1]);
		free(path);
	}
}
