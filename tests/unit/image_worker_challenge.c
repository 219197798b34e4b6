// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "image/worker/challenge.h"
#include "image/worker/content_range.h"

struct header {
	char text[200];
	enum challenge_kind kind;
	char realm[60], scope[60];
};

ParameterizedTestParameters(challenge, read)
{
	static struct header cases[] = {
		{ "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a/b:pull,push\"",
		  CHALLENGE_BEARER, "https://a/t", "repository:a/b:pull,push" },
		{ "bearer  realm = \"a\" , scope=b", CHALLENGE_BEARER, "a",
		  "b" },
		{ "Basic realm=\"x\", Bearer realm=\"y\"", CHALLENGE_BEARER,
		  "y", "" },
		{ "Bearer realm=\"y\", Basic realm=\"x\"", CHALLENGE_BEARER,
		  "y", "" },
		{ "Bearer realm=\"a\",realm=\"b\"", CHALLENGE_BEARER, "a", "" },
		{ "Bearer realm=\"a\\\"b\"", CHALLENGE_BEARER, "a\"b", "" },
		{ "Bearer", CHALLENGE_NONE, "", "" },
		{ "Bearer realm=\"\"", CHALLENGE_NONE, "", "" },
		{ "Bearer realm=\"open", CHALLENGE_NONE, "", "" },
		{ "Basic", CHALLENGE_BASIC, "", "" },
		{ "Negotiate abc==, Basic realm=\"x\"", CHALLENGE_BASIC, "x",
		  "" },
		{ "Digest realm=\"x\"", CHALLENGE_NONE, "", "" },
		{ "", CHALLENGE_NONE, "", "" },
		{ ",,,=", CHALLENGE_NONE, "", "" },
	};

	return cr_make_param_array(struct header, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct header *c, challenge, read)
{
	struct challenge challenge = { 0 };
	struct strv headers = { 0 };

	strv_addf(&headers, "www-authenticate: %s", c->text);
	challenge_read(&headers, &challenge);
	cr_expect(challenge.kind == c->kind, "%s", c->text);
	cr_expect(!strcmp(challenge.realm ? challenge.realm : "", c->realm),
		  "%s", c->text);
	cr_expect(!strcmp(challenge.scope ? challenge.scope : "", c->scope),
		  "%s", c->text);
	challenge_clear(&challenge);
	strv_clear(&headers);
}

Test(content_range, read)
{
	struct content_range range;

	cr_expect(content_range_read("bytes 5-9/10", &range) == 0 &&
		  range.first == 5 && range.last == 9 && range.size == 10);
	cr_expect(content_range_read("bytes 5-9/*", &range) == 0 &&
		  range.size == UINT64_MAX);
	cr_expect(content_range_read("bytes 9-5/10", &range) < 0);
	cr_expect(content_range_read("bytes 5-10/10", &range) < 0);
	cr_expect(content_range_read("bytes */10", &range) < 0);
	cr_expect(content_range_read("items 5-9/10", &range) < 0);
	cr_expect(content_range_read("bytes 5-9", &range) < 0);
	cr_expect(content_range_read("bytes", &range) < 0);
	cr_expect(content_range_read("bytes -1-9/10", &range) < 0);
	cr_expect(content_range_read("", &range) < 0);
	cr_expect(content_range_read(NULL, &range) < 0);
}
