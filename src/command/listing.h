// SPDX-License-Identifier: Apache-2.0
/* Lists of things, as commands like "images" and "ps" print them: as a table,
 * by a template, as JSON, or just what identifies them.
 */
#ifndef COMMAND_LISTING_H
#define COMMAND_LISTING_H

#include <stdio.h>

#include "command/template.h"

/* How a list is shown. Zero but for .usual is the usual way. */
struct listing {
	const char *format; /* of --format; NULL: none. "json", "table" too */
	const char *usual;  /* a template that begins with "table " */
	const char *brief;  /* of --quiet: a template; NULL: not asked for */
	bool no_heading;    /* --noheading */
	const struct template_rules *rules;      /* NULL: none */
	const struct template_heading *headings; /* NULL: none */
};

/**
 * listing_print() - Print it
 * @things:	An array of objects, with a member a field
 * @err:	EINVAL: what is wrong with the template; nothing is printed then
 *
 * Return: 0, -EINVAL
 */
must_check int listing_print(const struct listing *listing,
			     struct json_object *things, FILE *out,
			     struct error *err);

/**
 * listing_inspect() - Print things as "inspect" does
 * @format:	NULL or "json": an array, else a template for each
 *
 * Return: 0, -EINVAL
 */
must_check int listing_inspect(const char *format, struct json_object *things,
			       const struct template_rules *rules, FILE *out,
			       struct error *err);

#endif
