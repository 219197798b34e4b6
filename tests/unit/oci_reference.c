// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/reference.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct spelling {
	char text[200];
	char name[200]; /* whole; empty: refused */
	char part[60];  /* of the message then */
};

ParameterizedTestParameters(reference, parse)
{
	static struct spelling cases[] = {
		{ "alpine", "docker.io/library/alpine:latest" },
		{ "alpine:3.19", "docker.io/library/alpine:3.19" },
		{ "me/app", "docker.io/me/app:latest" },
		{ "docker.io/alpine", "docker.io/library/alpine:latest" },
		{ "index.docker.io/alpine", "docker.io/library/alpine:latest" },
		{ "localhost/x", "localhost/x:latest" },
		{ "localhost:5000/x:y", "localhost:5000/x:y" },
		{ "127.0.0.1:5000/a/b/c:1.0", "127.0.0.1:5000/a/b/c:1.0" },
		{ "[::1]:5000/x", "[::1]:5000/x:latest" },
		{ "quay.io/a/b@sha256:" HEX, "quay.io/a/b@sha256:" HEX },
		{ "quay.io/a/b:v1@sha256:" HEX, "quay.io/a/b@sha256:" HEX },
		{ "a__b/c-d--e.f", "docker.io/a__b/c-d--e.f:latest" },
		{ "x:A_Z.0-9", "docker.io/library/x:A_Z.0-9" },
		{ "Alpine", "", "did you mean 'alpine'?" },
		{ "quay.io/Me/App", "", "did you mean 'quay.io/me/app'?" },
		{ "docker://alpine", "", "no \"https://\"" },
		{ "a//b", "", "between slashes" },
		{ "/a", "", "between slashes" },
		{ "a/", "", "between slashes" },
		{ "a..b", "", "between slashes" },
		{ "a___b", "", "between slashes" },
		{ "-a", "", "between slashes" },
		{ "a/../b", "", "between slashes" },
		{ "a b", "", "between slashes" },
		{ "", "", "nothing stands" },
		{ "a:", "", "a tag is" },
		{ "a:.b", "", "a tag is" },
		{ "a:b/c", "", "no host" },
		{ "a:b c", "", "a tag is" },
		{ "a@sha256:12", "", "not a digest" },
		{ "h:0/a", "", "no host" },
		{ "h:99999/a", "", "no host" },
		{ ".h/a", "", "no host" },
		{ HEX, "", "it is an id" },
	};

	return cr_make_param_array(struct spelling, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct spelling *c, reference, parse)
{
	auto_with(reference_clear) struct reference reference = { 0 };
	struct error err = { 0 };
	int result = reference_parse(c->text, &reference, &err);

	if (!c->name[0]) {
		cr_assert(result == -EINVAL, "%s was taken", c->text);
		cr_expect(strstr(err.text, c->part), "%s", err.text);
		return;
	}
	cr_assert(result == 0, "%s", err.text);
	reference_complete(&reference);

	auto_free char *name = reference_name(&reference);

	cr_expect(!strcmp(name, c->name), "%s: %s", c->text, name);
}

Test(reference, short_name)
{
	auto_free char *library =
		reference_short("docker.io/library/alpine:latest");
	auto_free char *other = reference_short("docker.io/me/app:1");
	auto_free char *far = reference_short("quay.io/me/app:1");

	cr_expect(!strcmp(library, "alpine:latest"));
	cr_expect(!strcmp(other, "me/app:1"));
	cr_expect(!strcmp(far, "quay.io/me/app:1"));
}

Test(reference, longest)
{
	struct reference reference = { 0 };
	struct error err = { 0 };
	char text[400];

	memset(text, 'a', sizeof(text));
	text[REFERENCE_PATH_MAX] = '\0';
	cr_assert(reference_parse(text, &reference, &err) == 0);
	reference_clear(&reference);
	text[REFERENCE_PATH_MAX] = 'a';
	text[REFERENCE_PATH_MAX + 1] = '\0';
	cr_expect(reference_parse(text, &reference, &err) == -EINVAL);
}
