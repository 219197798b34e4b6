// SPDX-License-Identifier: Apache-2.0
#include "oci/platform.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"

/* As Go's tools call them, and what the kernel and people say. */
static const struct {
	const char *said, *architecture, *variant;
} architectures[] = {
	{ "x86_64", "amd64", NULL },  { "x86-64", "amd64", NULL },
	{ "aarch64", "arm64", NULL }, { "armhf", "arm", "v7" },
	{ "armel", "arm", "v6" },     { "armv7l", "arm", "v7" },
	{ "armv6l", "arm", "v6" },    { "i386", "386", NULL },
	{ "i686", "386", NULL },      { "loongarch64", "loong64", NULL },
};

/* What is the same when nothing is said. */
static const struct {
	const char *architecture, *variant;
} implied[] = {
	{ "arm64", "v8" },
	{ "arm", "v7" },
	{ "amd64", "v1" },
};

const struct json_row platform_rows[] = {
	{ .key = "os", JSON_MEMBER(struct platform, os) },
	{ .key = "architecture", JSON_MEMBER(struct platform, architecture) },
	{ .key = "variant", JSON_MEMBER(struct platform, variant) },
	{ 0 },
};

static void set_architecture(struct platform *platform, const char *said)
{
	for (size_t i = 0; i < ARRAY_COUNT(architectures); i++) {
		if (strcmp(architectures[i].said, said) != 0)
			continue;
		platform->architecture = xstrdup(architectures[i].architecture);
		if (architectures[i].variant && !platform->variant)
			platform->variant = xstrdup(architectures[i].variant);
		return;
	}
	platform->architecture = xstrdup(said);
}

void platform_of_host(struct platform *ret)
{
	struct utsname host;

	*ret = (struct platform){ .os = xstrdup("linux") };
	set_architecture(ret, uname(&host) == 0 ? host.machine : "amd64");
}

static bool is_word(const char *text)
{
	return *text &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.-")] ==
		       '\0';
}

/* Lower case words with slashes between. Return: how many, 0: it isn't that */
static size_t split(char *text, char *parts[3])
{
	char *rest = text, *part;
	size_t count = 0;

	for (char *at = text; *at; at++)
		*at = (char)(tolower)((unsigned char)*at);
	while ((part = strsep(&rest, "/"))) {
		if (count == 3 || !is_word(part))
			return 0;
		parts[count++] = part;
	}
	return count;
}

int platform_parse(const char *text, struct platform *ret, struct error *err)
{
	auto_free char *copy = xstrdup(text);
	char *parts[3] = { 0 };
	size_t count = split(copy, parts);

	if (!count)
		return error_say(
			err, EINVAL,
			"'%s' is not a platform: that is OS/ARCHITECTURE[/VARIANT], like linux/arm64",
			text);
	*ret = (struct platform){
		.os = xstrdup(count == 1 ? "linux" : parts[0]),
		.variant = parts[2] ? xstrdup(parts[2]) : NULL,
	};
	set_architecture(ret, count == 1 ? parts[0] : parts[1]);
	return 0;
}

static const char *variant_of(const struct platform *platform)
{
	if (platform->variant && *platform->variant)
		return platform->variant;
	for (size_t i = 0; i < ARRAY_COUNT(implied); i++)
		if (platform->architecture &&
		    strcmp(platform->architecture, implied[i].architecture) ==
			    0)
			return implied[i].variant;
	return "";
}

static bool is_same(const char *one, const char *other)
{
	return one && other && strcmp(one, other) == 0;
}

unsigned int platform_score(const struct platform *wanted,
			    const struct platform *offered)
{
	const char *want = variant_of(wanted), *have = variant_of(offered);

	if (!is_same(wanted->os, offered->os) ||
	    !is_same(wanted->architecture, offered->architecture))
		return 0;
	if (strcmp(want, have) == 0)
		return 100;
	/* "v7" runs what is for "v6", never the other way round. */
	if (want[0] == 'v' && have[0] == 'v' && strlen(want) == 2 &&
	    strlen(have) == 2 && have[1] < want[1])
		return 100U - (unsigned int)(want[1] - have[1]);
	return 0;
}

char *platform_text(const struct platform *platform)
{
	return xasprintf("%s/%s%s%s", platform->os ? platform->os : "unknown",
			 platform->architecture ? platform->architecture
						: "unknown",
			 platform->variant ? "/" : "",
			 platform->variant ? platform->variant : "");
}

struct json_object *platform_json(const struct platform *platform)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "os", platform->os);
	json_add_text(object, "architecture", platform->architecture);
	json_add_text(object, "variant", platform->variant);
	return object;
}

void platform_copy(const struct platform *from, struct platform *ret)
{
	*ret = (struct platform){
		.os = from->os ? xstrdup(from->os) : NULL,
		.architecture =
			from->architecture ? xstrdup(from->architecture) : NULL,
		.variant = from->variant ? xstrdup(from->variant) : NULL,
	};
}

void platform_clear(struct platform *platform)
{
	free(platform->os);
	free(platform->architecture);
	free(platform->variant);
	*platform = (struct platform){ 0 };
}
