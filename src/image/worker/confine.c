// SPDX-License-Identifier: Apache-2.0
#include "image/worker/confine.h"

#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/report.h"

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

must_check static int allow(int rules, int directory, uint64_t rights,
			    struct error *err)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = rights,
		.parent_fd = directory,
	};

	if (directory < 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		    &beneath, 0) < 0)
		return error_set(err, errno, "add a Landlock rule");
	return 0;
}

must_check static int restrict_files(int writable, int readable,
				     struct error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset set = { 0 };
	auto_close int rules = -1;

	if (abi < 1) {
		report_warning(
			"this kernel has no Landlock: holt-image may reach files that it needn't");
		return 0;
	}
	set.fs = fs_rights(abi);
	set.net = abi >= ABI_NET ? NET_ALL : 0;
	set.scoped = abi >= ABI_SCOPES ? SCOPES_ALL : 0;
	rules = (int)syscall(SYS_landlock_create_ruleset, &set, size_for(abi),
			     0);
	if (rules < 0)
		return error_set(err, errno, "make a Landlock ruleset");
	if (allow(rules, writable, set.fs, err) < 0 ||
	    allow(rules, readable,
		  LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
		  err) < 0)
		return -err->code;
	if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		return error_set(err, errno, "apply Landlock");
	return 0;
}

int confine_to_trees(int writable, int readable, struct error *err)
{
	static const struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(err, errno, "set no_new_privs");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0)
		return error_set(err, errno, "forbid core dumps");
	return restrict_files(writable, readable, err);
}
