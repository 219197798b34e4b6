// SPDX-License-Identifier: Apache-2.0
#include "container/hooks_env.h"

#include <string.h>

#include "base/cleanup.h"

extern char **environ;

static bool is_private(const char *item)
{
	static const char *const prefixes[] = {
		"_HOLT",
		"_LIBCONTAINER",
		"LISTEN_",
		"NOTIFY_SOCKET=",
	};

	for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (!strncmp(item, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

void hooks_env(const struct spec_hook *hook, struct strv *ret)
{
	if (hook->has_env) {
		for (size_t i = 0; i < hook->env.count; i++)
			strv_add(ret, xstrdup(hook->env.items[i]));
		return;
	}
	for (char *const *item = environ; *item; item++)
		if (!is_private(*item))
			strv_add(ret, xstrdup(*item));
}
