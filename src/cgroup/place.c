// SPDX-License-Identifier: Apache-2.0
#include "cgroup/place.h"

#include <string.h>

static bool is_listed(const char *list, const char *word, const char *ends)
{
	size_t length = strlen(word);

	while (*list) {
		size_t here = strcspn(list, ends);

		if (here == length && !strncmp(list, word, length))
			return true;
		list += here;
		list += strspn(list, ",");
		if (*list == '=')
			return false;
	}
	return false;
}

const char *cgroup_v1_directory(const struct cgroup *cgroup,
				const char *controller)
{
	for (size_t i = 0; i < cgroup->v1.count; i++)
		if (is_listed(cgroup->v1.items[i], controller, ",="))
			return strchr(cgroup->v1.items[i], '=') + 1;
	return NULL;
}

const char *cgroup_annotation(const struct strv *annotations, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < annotations->count; i++) {
		const char *item = annotations->items[i];

		if (!strncmp(item, name, length) && item[length] == '=')
			return item[length + 1] ? item + length + 1 : NULL;
	}
	return NULL;
}
