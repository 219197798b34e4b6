// SPDX-License-Identifier: Apache-2.0
#include "image/worker/clean.h"

#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

int clean_path(const char *path, char **ret, struct error *err)
{
	auto_free char *clean = NULL;
	char *to;

	if (!path)
		return error_say(err, EINVAL,
				 "an entry has a name that can't be read");
	if (strlen(path) >= PATH_MAX)
		return error_say(err, ENAMETOOLONG,
				 "the name %.60s... is longer than %d bytes",
				 path, PATH_MAX - 1);
	clean = xcalloc(strlen(path) + 1, 1);
	to = clean;
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && memcmp(path, "..", 2) == 0)
			return error_say(
				err, EINVAL,
				"a name leads out of the image by \"..\"");
		if (length > NAME_MAX)
			return error_say(
				err, ENAMETOOLONG,
				"a part of the name %.60s... is longer than %d bytes",
				path, NAME_MAX);
		if (length > 0 && (length != 1 || *path != '.')) {
			if (to != clean)
				*to++ = '/';
			memcpy(to, path, length);
			to += length;
		}
		path += length;
		path += *path == '/';
	}
	*ret = clean;
	clean = NULL;
	return 0;
}
