// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/platform.h"

static char *canonical(const char *text)
{
	auto_with(platform_clear) struct platform platform = { 0 };
	struct error err = { 0 };

	if (platform_parse(text, &platform, &err) < 0)
		return strdup("");
	return platform_text(&platform);
}

static unsigned int score(const char *wanted, const char *offered)
{
	auto_with(platform_clear) struct platform one = { 0 };
	auto_with(platform_clear) struct platform other = { 0 };
	struct error err = { 0 };

	cr_assert(platform_parse(wanted, &one, &err) == 0);
	cr_assert(platform_parse(offered, &other, &err) == 0);
	return platform_score(&one, &other);
}

Test(platform, parse)
{
	static const char *const cases[][2] = {
		{ "linux/amd64", "linux/amd64" },
		{ "linux/x86_64", "linux/amd64" },
		{ "amd64", "linux/amd64" },
		{ "Linux/ARM64/v8", "linux/arm64/v8" },
		{ "linux/armhf", "linux/arm/v7" },
		{ "linux/arm/v6", "linux/arm/v6" },
		{ "", "" },
		{ "linux/", "" },
		{ "/amd64", "" },
		{ "a/b/c/d", "" },
		{ "li nux/amd64", "" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *text = canonical(cases[i][0]);

		cr_expect(!strcmp(text, cases[i][1]), "%s: %s", cases[i][0],
			  text);
	}
}

Test(platform, score)
{
	cr_expect(score("linux/amd64", "linux/amd64") == 100);
	cr_expect(score("linux/arm64", "linux/arm64/v8") == 100);
	cr_expect(score("linux/amd64", "linux/arm64") == 0);
	cr_expect(score("linux/amd64", "windows/amd64") == 0);
	cr_expect(score("linux/arm/v7", "linux/arm/v6") > 0);
	cr_expect(score("linux/arm/v7", "linux/arm/v6") >
		  score("linux/arm/v7", "linux/arm/v5"));
	cr_expect(score("linux/arm/v6", "linux/arm/v7") == 0);
	cr_expect(score("linux/amd64", "linux/amd64/v3") == 0);
}

Test(platform, of_host)
{
	auto_with(platform_clear) struct platform host = { 0 };

	platform_of_host(&host);
	cr_expect(!strcmp(host.os, "linux"));
	cr_expect(strcmp(host.architecture, "x86_64") != 0);
}
