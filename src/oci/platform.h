// SPDX-License-Identifier: Apache-2.0
/* What an image is built for: "platform" of image-spec image-index.md, and as
 * people type it, OS/ARCHITECTURE[/VARIANT].
 */
#ifndef OCI_PLATFORM_H
#define OCI_PLATFORM_H

#include "base/error.h"
#include "base/json.h"

/* All zero: not said. Strings are owned. */
struct platform {
	char *os;
	char *architecture;
	char *variant; /* NULL: any */
};

extern const struct json_row platform_rows[];

/** platform_of_host() - Where we run. */
void platform_of_host(struct platform *ret);

/**
 * platform_parse() - "linux/arm64/v8", "linux/amd64" or "arm64"
 * @ret:	Untouched on failure. x86_64 is amd64, aarch64 is arm64.
 *
 * Return: 0, -EINVAL
 */
must_check int platform_parse(const char *text, struct platform *ret,
			      struct error *err);

/**
 * platform_score() - How well does what is offered serve what is wanted?
 *
 * Return: 0: not at all; the higher the better. For arm v7 also v6 and v5 do,
 * less well each.
 */
unsigned int platform_score(const struct platform *wanted,
			    const struct platform *offered);

/** platform_text() - "linux/arm64/v8", owned. */
char *platform_text(const struct platform *platform);

/** platform_json() - As "platform" of a request has it; owned. */
struct json_object *platform_json(const struct platform *platform);

void platform_copy(const struct platform *from, struct platform *ret);

void platform_clear(struct platform *platform);

#endif
