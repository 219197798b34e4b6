// SPDX-License-Identifier: Apache-2.0
/* The words of TOML: blanks, comments, strings, numbers. */
#ifndef IMAGE_TOML_SCAN_H
#define IMAGE_TOML_SCAN_H

#include "base/json.h"

/* A place in a document. */
struct toml_scan {
	const char *text, *at; /* borrowed; the text ends with NUL */
};

/** toml_skip_blanks() - Within a line. */
void toml_skip_blanks(struct toml_scan *scan);

/** toml_skip_lines() - Blanks, ends of lines and comments. */
void toml_skip_lines(struct toml_scan *scan);

/** toml_at_line_end() - Behind blanks, is there nothing but a comment? */
bool toml_at_line_end(struct toml_scan *scan);

/**
 * toml_string() - "..." or '...'
 * @ret:	Owned
 *
 * Return: 0, negative errno
 */
must_check int toml_string(struct toml_scan *scan, char **ret,
			   struct error *err);

/** toml_scalar() - true, false or a whole number. */
must_check int toml_scalar(struct toml_scan *scan, struct json_object **ret,
			   struct error *err);

/** toml_fail() - Return: -EINVAL, with the line */
int toml_fail(const struct toml_scan *scan, struct error *err, const char *fmt,
	      ...) like_printf(3, 4);

#endif
