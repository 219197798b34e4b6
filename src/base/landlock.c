// SPDX-License-Identifier: Apache-2.0
#include "base/landlock.h"

#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* As newer kernels have it: Debian 12's headers know the first member only. */
struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

enum {
	ABI_NET = 4,
	ABI_SCOPES = 6,
	NET_ALL = 3,   /* bind and connect of TCP */
	SCOPES_ALL = 3 /* abstract sockets, signals */
};

/* All that the kernel's Landlock can forbid by file. */
static uint64_t fs_rights(long abi)
{
	static const unsigned int bits[] = { 0, 13, 14, 15, 15, 16 };
	size_t last = ARRAY_COUNT(bits) - 1;

	return (UINT64_C(1) << bits[(size_t)abi > last ? last : (size_t)abi]) -
	       1;
}

/* Older kernels know a shorter struct. */
static size_t size_for(long abi)
{
	if (abi >= ABI_SCOPES)
		return sizeof(struct ruleset);
	return abi >= ABI_NET ? offsetof(struct ruleset, scoped)
			      : offsetof(struct ruleset, net);
}

must_check static int allow(int rules, const struct landlock_place *place,
			    uint64_t all, struct error *err)
{
	const uint64_t rights[] = {
		[LANDLOCK_READ_FILES] = LANDLOCK_ACCESS_FS_READ_FILE,
		[LANDLOCK_READ] = LANDLOCK_ACCESS_FS_READ_FILE |
				  LANDLOCK_ACCESS_FS_READ_DIR,
		[LANDLOCK_ALL] = all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE,
	};
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = rights[place->access],
		.parent_fd = place->directory,
	};

	if (place->directory < 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		    &beneath, 0) < 0)
		return error_set(err, errno, "add a Landlock rule");
	return 0;
}

int landlock_restrict(const struct landlock_place *places, size_t count,
		      bool tcp, struct error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset set = {
		.fs = fs_rights(abi < 0 ? 0 : abi),
		.net = abi >= ABI_NET && !tcp ? NET_ALL : 0,
		.scoped = abi >= ABI_SCOPES ? SCOPES_ALL : 0,
	};

	if (abi < 1)
		return 0;

	auto_close int rules = (int)syscall(SYS_landlock_create_ruleset, &set,
					    size_for(abi), 0);

	if (rules < 0)
		return error_set(err, errno, "make a Landlock ruleset");
	for (size_t i = 0; i < count; i++)
		if (allow(rules, &places[i], set.fs, err) < 0)
			return -err->code;
	if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		return error_set(err, errno, "apply Landlock");
	return 1;
}
