// SPDX-License-Identifier: Apache-2.0
/* What people write behind --format: Go's text/template, as docker and podman
 * have it, over JSON.
 *
 *	{{.Names}}  {{json .Config.Env}}  {{range .Mounts}}{{.Source}} {{end}}
 *
 * In the text around actions \t and \n mean a tab and a new line. "table " in
 * front asks for a heading and aligned columns (command/table.h).
 */
#ifndef COMMAND_TEMPLATE_H
#define COMMAND_TEMPLATE_H

#include <stdbool.h>

#include "base/error.h"

struct json_object; /* of json-c */

/* A template that was read; its inside is nobody else's business. */
struct template;

/* What the values are like. */
struct template_rules {
	/* Members whose value is a map with keys of people's choice, such as
	 * "Labels": a key that isn't there is "<no value>" in those, and an
	 * error in every other object. Ends with NULL.
	 */
	const char *const *maps;
	bool lenient; /* every object is such a map */
};

/* What stands above a field in a table, where it isn't the name in capitals. */
struct template_heading {
	const char *field, *text; /* a field of NULL ends the list */
};

/**
 * template_parse() - Read a template
 * @ret:	For template_free(); untouched on failure
 * @err:	EINVAL: what is wrong where; for an unknown function also one of
 *		nearly the same name
 *
 * Return: 0, -EINVAL
 */
must_check int template_parse(const char *text, struct template **ret,
			      struct error *err);

/** template_is_table() - Did it begin with "table "? */
bool template_is_table(const struct template *template);

/**
 * template_run() - What it makes of a value, as Go would
 * @dot:	Borrowed; what "." is
 * @rules:	NULL: no object is a map
 * @ret:	Owned; nothing is added to it, such as a new line
 * @err:	EINVAL: which field there isn't, what doesn't go together
 *
 * Return: 0, -EINVAL
 */
must_check int template_run(const struct template *template,
			    struct json_object *dot,
			    const struct template_rules *rules, char **ret,
			    struct error *err);

/**
 * template_header() - The heading of a table: each field gives its name
 * @headings:	NULL: every name is split where it has capitals: "IP ADDRESS"
 * @ret:	Owned
 *
 * Return: 0, -EINVAL
 */
must_check int template_header(const struct template *template,
			       const struct template_heading *headings,
			       char **ret, struct error *err);

/** template_free() - For auto_with(); also of NULL. */
void template_free(struct template **template);

#endif
