// SPDX-License-Identifier: Apache-2.0
#include "oci/sysctl.h"

#include <string.h>

#include "base/cleanup.h"

/* Parameters by the namespace that has them. */
static const struct owner {
	const char *key; /* with a dot at its end: everything below it */
	enum ns_type ns;
	const char *ns_name;
} owners[] = {
	{ "fs.mqueue.", NS_IPC, "ipc" },
	{ "kernel.auto_msgmni", NS_IPC, "ipc" },
	{ "kernel.domainname", NS_UTS, "uts" },
	{ "kernel.msg_next_id", NS_IPC, "ipc" },
	{ "kernel.msgmax", NS_IPC, "ipc" },
	{ "kernel.msgmnb", NS_IPC, "ipc" },
	{ "kernel.msgmni", NS_IPC, "ipc" },
	{ "kernel.sem", NS_IPC, "ipc" },
	{ "kernel.sem_next_id", NS_IPC, "ipc" },
	{ "kernel.shm_next_id", NS_IPC, "ipc" },
	{ "kernel.shm_rmid_forced", NS_IPC, "ipc" },
	{ "kernel.shmall", NS_IPC, "ipc" },
	{ "kernel.shmmax", NS_IPC, "ipc" },
	{ "kernel.shmmni", NS_IPC, "ipc" },
	{ "net.", NS_NETWORK, "network" },
};

static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "0123456789_-:@+./";

static bool has_bad_part(const char *key)
{
	while (true) {
		size_t length = strcspn(key, ".");

		/* "/" and "//" would be the directories "." and "..". */
		if (strspn(key, "/") >= length)
			return true;
		if (!key[length])
			return false;
		key += length + 1;
	}
}

char *sysctl_key(const char *name)
{
	if (name[strspn(name, letters)])
		return NULL;

	auto_free char *key = xstrdup(name);
	const char *separator = strpbrk(name, "./");

	if (separator && *separator == '/') {
		for (char *c = key; *c; c++) {
			if (*c == '/')
				*c = '.';
			else if (*c == '.')
				*c = '/';
		}
	}
	return has_bad_part(key) ? NULL : steal_ptr(&key);
}

static bool matches(const char *pattern, const char *key)
{
	size_t length = strlen(pattern);

	if (pattern[length - 1] == '.')
		return !strncmp(pattern, key, length);
	return !strcmp(pattern, key);
}

static const struct owner *find_owner(const char *key)
{
	for (size_t i = 0; i < ARRAY_COUNT(owners); i++)
		if (matches(owners[i].key, key))
			return &owners[i];
	return NULL;
}

int sysctl_check(const char *name, const struct spec_namespace *namespaces,
		 struct error *err)
{
	auto_free char *key = sysctl_key(name);

	if (!key)
		return error_say(err, EINVAL, "'%s' is not a kernel parameter",
				 name);
	if (!strcmp(key, "kernel.hostname"))
		return error_say(err, EINVAL,
				 "kernel.hostname is set by the hostname");

	const struct owner *owner = find_owner(key);

	if (!owner)
		return error_say(
			err, EINVAL,
			"%s is not a parameter of a namespace: it would change the host",
			key);
	if (!namespaces[owner->ns].wanted)
		return error_say(err, EINVAL,
				 "%s needs the container's own %s namespace",
				 key, owner->ns_name);
	return 0;
}
