// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "image/registries.h"

static const char conf[] =
	"unqualified-search-registries = ['search.example.com', \"other\"]\n"
	"[aliases]\n"
	"\"nick\" = \"quay.io/some/thing\"  # an alias\n"
	"[[registry]]\n"
	"prefix = \"*.wild.example.com\"\n"
	"location = \"tame.example.com\"\n"
	"[[registry]]\n"
	"prefix = \"docker.io/library\"\n"
	"location = \"cache.example.com:5000/hub/library\"\n"
	"insecure = true\n"
	"[[registry]]\n"
	"location = \"docker.io\"\n"
	"mirror = [\n"
	"  { location = \"m1.example.com\", insecure = true }, # one\n"
	"  { location = \"m2.example.com/x\", pull-from-mirror = \"digest-only\" },\n"
	"]\n"
	"[[registry.mirror]]\n"
	"location = \"m3.example.com\"\n"
	"[[registry]]\n"
	"prefix = \"bad.example.com/a\"\n"
	"blocked = true\n";

struct lookup {
	char name[120];
	char places[200]; /* HOST/PATH with a '!' if it is insecure, blanks */
};

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

ParameterizedTestParameters(registries, leads_to)
{
	static struct lookup cases[] = {
		{ "nick", "quay.io/some/thing" },
		{ "nick:1", "quay.io/some/thing" },
		{ "unknown", "search.example.com/unknown" },
		{ "docker.io/alpine",
		  "!cache.example.com:5000/hub/library/alpine" },
		{ "docker.io/me/x",
		  "!m1.example.com/me/x m3.example.com/me/x docker.io/me/x" },
		{ "docker.io/me/x@sha256:" HEX,
		  "!m1.example.com/me/x m2.example.com/x/me/x m3.example.com/me/x docker.io/me/x" },
		{ "a.wild.example.com/x", "tame.example.com/x" },
		{ "wild.example.com/x", "wild.example.com/x" },
		{ "bad.example.com/a", "" },
		{ "bad.example.com/a/b", "" },
		{ "bad.example.com/ab", "bad.example.com/ab" },
		{ "docker.io.example.com/x", "docker.io.example.com/x" },
	};

	return cr_make_param_array(struct lookup, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct lookup *c, registries, leads_to)
{
	struct registries registries = { 0 };
	struct registry_places places = { 0 };
	struct reference name = { 0 };
	struct strv found = { 0 };
	struct error err = { 0 };
	char *text;

	cr_assert(registries_read_text(conf, &registries, &err) == 0, "%s",
		  err.text);
	cr_assert(reference_parse(c->name, &name, &err) == 0);
	cr_assert(registries_complete(&registries, &name, &err) == 0);
	if (registries_find(&registries, &name, true, &places, &err) < 0)
		cr_expect(err.code == EACCES);
	for (size_t i = 0; i < places.count; i++)
		strv_addf(&found, "%s%s/%s",
			  places.items[i].insecure ? "!" : "",
			  places.items[i].host, places.items[i].path);
	text = found.count ? strv_join(&found, " ") : xstrdup("");
	cr_expect(!strcmp(text, c->places), "%s: %s", c->name, text);
	free(text);
	strv_clear(&found);
	reference_clear(&name);
	registry_places_clear(&places);
	registries_clear(&registries);
}

struct wrong {
	char text[80];
	char says[60];
};

ParameterizedTestParameters(registries, refuses)
{
	static struct wrong cases[] = {
		{ "a = 1\na = 2\n", "line 2: 'a' is there twice" },
		{ "a = ", "no value" },
		{ "a = \"x", "line 1: a string doesn't end" },
		{ "a = \"\"\"x\"\"\"", "several lines" },
		{ "\n\na = 1 2", "line 3: the line should end" },
		{ "a = [1, 2", "should stand here" },
		{ "a = 1.5", "no value that is supported" },
		{ "a = \"\\q\"", "a bad escape" },
		{ "a = 1\n[a]\n", "is no table" },
		{ "[[registry]]\ninsecure = true\n", "neither prefix nor" },
		{ "[[registry]]\nprefix = 1\n", "expected string" },
		{ "[registries.search]\nregistries = ['x']\n", "registries" },
	};

	return cr_make_param_array(struct wrong, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct wrong *c, registries, refuses)
{
	struct registries registries = { 0 };
	struct error err = { 0 };

	cr_expect(registries_read_text(c->text, &registries, &err) < 0, "%s",
		  c->text);
	cr_expect(strstr(err.text, c->says), "%s: %s", c->text, err.text);
	registries_clear(&registries);
}
