// SPDX-License-Identifier: Apache-2.0
#include "plan/host.h"

#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

/* In the first one every id is itself. */
static bool is_in_userns(void)
{
	auto_fclose FILE *file = fopen("/proc/self/uid_map", "re");
	char line[64];

	return file &&
	       (!fgets(line, sizeof(line), file) ||
		strcmp(line, "         0          0 4294967295\n") != 0);
}

void host_read(struct host *ret)
{
	struct statfs fs;

	*ret = (struct host){
		.in_userns = is_in_userns(),
		.uid = geteuid(),
		.gid = getegid(),
		.apparmor =
			access("/sys/kernel/security/apparmor", F_OK) == 0 ||
			access("/sys/module/apparmor/parameters/enabled",
			       F_OK) == 0,
		.selinux = access("/sys/fs/selinux/enforce", F_OK) == 0,
	};
	ret->cgroup2 = statfs("/sys/fs/cgroup", &fs) == 0 &&
		       fs.f_type == CGROUP2_SUPER_MAGIC;
}
