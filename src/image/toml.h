// SPDX-License-Identifier: Apache-2.0
/* TOML (toml.io, 1.0) as far as files of settings have it: tables, arrays of
 * tables, inline tables, arrays, strings of one line, whole numbers, booleans.
 * Floats, dates and strings of several lines are refused by name.
 */
#ifndef IMAGE_TOML_H
#define IMAGE_TOML_H

#include "base/json.h"

/**
 * toml_parse() - A whole document, as the JSON that means the same
 * @text:	Ends with NUL
 * @ret:	For auto_json; untouched on failure
 * @err:	EINVAL: says the line; EOPNOTSUPP
 *
 * Return: 0, negative errno
 */
must_check int toml_parse(const char *text, struct json_object **ret,
			  struct error *err);

#endif
