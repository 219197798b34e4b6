// SPDX-License-Identifier: Apache-2.0
/* Strings that several sections have: paths, and lists of numbers. */
#include <stdlib.h>
#include <string.h>

#include "oci/spec_read_parts.h"

int spec_read_path(const struct json_node *node, void *target,
		   struct error *err)
{
	char **ret = target;
	const char *path;

	if (json_get_string(node, &path, err) < 0)
		return -err->code;
	if (!*path)
		return json_fail(err, node, EINVAL, "empty");
	free(*ret);
	*ret = xstrdup(path);
	return 0;
}

int spec_read_absolute(const struct json_node *node, void *target,
		       struct error *err)
{
	char **ret = target;
	const char *path;

	if (json_get_string(node, &path, err) < 0)
		return -err->code;
	if (*path != '/')
		return json_fail(err, node, EINVAL,
				 "\"%s\" is not an absolute path", path);
	free(*ret);
	*ret = xstrdup(path);
	return 0;
}

/* Is it "0-3,7", the list format of cpuset(7)? */
static bool is_id_list(const char *text)
{
	const char *at = text;

	for (;;) {
		size_t digits = strspn(at, "0123456789");

		if (!digits)
			return false;
		at += digits;
		if (*at == '-') {
			digits = strspn(++at, "0123456789");
			if (!digits)
				return false;
			at += digits;
		}
		if (!*at)
			return true;
		if (*at++ != ',')
			return false;
	}
}

int spec_read_id_list(const struct json_node *node, void *target,
		      struct error *err)
{
	char **ret = target;
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (!*text)
		return 0;
	if (!is_id_list(text))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is no list such as 0-3,7", text);
	free(*ret);
	*ret = xstrdup(text);
	return 0;
}
