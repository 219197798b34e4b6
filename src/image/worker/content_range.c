// SPDX-License-Identifier: Apache-2.0
#include "image/worker/content_range.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

int content_range_read(const char *text, struct content_range *ret)
{
	struct content_range range = { .size = UINT64_MAX };
	auto_free char *copy = xstrdup(text ? text : "");
	char *size = copy;
	char *unit = strsep(&size, " ");
	char *last = strsep(&size, "/");
	char *first = last ? strsep(&last, "-") : NULL;

	if (strcmp(unit, "bytes") != 0 || !size || !last || !first ||
	    parse_number(first, UINT64_MAX - 1, &range.first) < 0 ||
	    parse_number(last, UINT64_MAX - 1, &range.last) < 0 ||
	    range.last < range.first)
		return -EINVAL;
	if (strcmp(size, "*") != 0 &&
	    (parse_number(size, UINT64_MAX - 1, &range.size) < 0 ||
	     range.size <= range.last))
		return -EINVAL;
	*ret = range;
	return 0;
}
