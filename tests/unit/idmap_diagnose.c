// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "idmap/diagnose.h"
#include "scratch.h"

#define CAPS_NONE "CapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n"
#define CAPS_ROOT "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n"

/* What the machine looks like where it differs from an ordinary one, what was
 * tried, and words that the message must have.
 */
struct explain_case {
	int code;
	enum userns_step step;
	char path[64], text[32];
	char status[160];
	char words[128];
};

#define SYSCTL "sys/kernel/"

ParameterizedTestParameters(diagnose, explains)
{
	static struct explain_case cases[] = {
		{ ENOSPC, USERNS_CLONE, "sys/user/max_user_namespaces", "0\n",
		  "", "sudo sysctl -w user.max_user_namespaces=15000" },
		{ ENOSPC, USERNS_CLONE, "sys/user/max_net_namespaces", "0\n",
		  "", "sudo sysctl -w user.max_net_namespaces=15000" },
		{ ENOSPC, USERNS_CLONE, "sys/user/max_user_namespaces", "31\n",
		  "", "user.max_user_namespaces (31) grants" },
		{ ENOSPC, USERNS_CLONE, "sys/user/max_user_namespaces", "31\n",
		  "", "more than 32 user namespaces one in the other" },
		{ EPERM, USERNS_CLONE, SYSCTL "unprivileged_userns_clone",
		  "0\n", "",
		  "sudo sysctl -w kernel.unprivileged_userns_clone=1" },
		{ EPERM, USERNS_CLONE, SYSCTL "unprivileged_userns_clone",
		  "1\n", "",
		  "make a user namespace: a chroot or a security module" },
		{ EACCES, USERNS_CLONE,
		  SYSCTL "apparmor_restrict_unprivileged_userns", "1\n", "",
		  "profile holt \"/opt/my holt\" flags=(unconfined) {" },
		{ EPERM, USERNS_UID_MAP,
		  SYSCTL "apparmor_restrict_unprivileged_userns", "1\n", "",
		  "sudo apparmor_parser -r /etc/apparmor.d/holt" },
		{ EACCES, USERNS_MOUNT,
		  SYSCTL "apparmor_restrict_unprivileged_userns", "1\n", "",
		  "mount in the user namespace: AppArmor gives no rights" },
		{ EPERM, USERNS_CLONE, "", "",
		  "Uid:\t7\t7\t7\t7\nSeccomp:\t2\n" CAPS_NONE,
		  "--security-opt seccomp=unconfined" },
		{ ENOSYS, USERNS_CLONE, "self/ns/user", "",
		  "Uid:\t7\t7\t7\t7\nSeccomp:\t2\n" CAPS_NONE,
		  "a seccomp filter around holt refuses it" },
		{ EINVAL, USERNS_CLONE, "", "", "", "CONFIG_USER_NS=y" },
		{ EPERM, USERNS_CLONE, "self/uid_map", "0 1000 1\n",
		  "Uid:\t65534\t65534\t65534\t65534\n" CAPS_NONE,
		  "holt's own uid has no place" },
		{ EPERM, USERNS_UID_MAP, "", "",
		  "Uid:\t0\t0\t0\t0\nCapEff:\t00000000280425fb\nCapBnd:\t00000000280425fb\n",
		  "--cap-add SETFCAP" },
		{ EPERM, USERNS_GID_MAP, "", "",
		  "Uid:\t7\t7\t7\t7\nCapEff:\t0\nCapBnd:\t0000000000000080\n",
		  "CAP_SETGID is missing from holt's bounding set" },
		{ EPERM, USERNS_UID_MAP, "", "", "Uid:\t7\t7\t7\t7\n" CAPS_NONE,
		  "write its uid map" },
		{ EPERM, USERNS_MOUNT, "", "",
		  "Uid:\t7\t7\t7\t7\nSeccomp:\t2\n" CAPS_ROOT,
		  "a seccomp filter around holt refuses mounts" },
	};

	return cr_make_param_array(struct explain_case, cases,
				   ARRAY_COUNT(cases));
}

static void make_dirs(int dir)
{
	static const char *const dirs[] = {
		"proc",     "proc/self",     "proc/self/attr",  "proc/self/ns",
		"proc/sys", "proc/sys/user", "proc/sys/kernel",
	};

	for (size_t i = 0; i < ARRAY_COUNT(dirs); i++)
		cr_assert_eq(mkdirat(dir, dirs[i], 0755), 0);
}

ParameterizedTest(struct explain_case *c, diagnose, explains)
{
	auto_close int dir = scratch_open();
	auto_free char *path = xasprintf("proc/%s", c->path);
	struct userns_facts facts;
	struct error err = { 0 };

	make_dirs(dir);
	scratch_write(dir, "proc/self/attr/current", "unconfined\n");
	cr_assert_eq(symlinkat("/opt/my holt", dir, "proc/self/exe"), 0);
	scratch_write(dir, "proc/self/status",
		      *c->status ? c->status : "Uid:\t7\t7\t7\t7\n" CAPS_NONE);
	if (*c->path)
		scratch_write(dir, path, c->text);
	userns_facts_read(scratch_path(), &facts);
	scratch_remove();
	cr_assert_eq(userns_explain(&err, c->code, c->step, &facts), -c->code);
	cr_assert(strstr(err.text, c->words), "%s", err.text);
	cr_assert_eq(err.complete, strchr(err.text, ':') != NULL);
}

Test(diagnose, programs_with_a_profile_are_not_blamed_on_apparmor)
{
	struct userns_facts facts = {
		.apparmor_restrict = 1,
		.label = "holt (unconfined)",
		.bounding = UINT64_MAX,
		.euid = 7,
	};

	cr_assert_null(userns_cause(USERNS_UID_MAP, EPERM, &facts));
}

Test(diagnose, absent_sysctls_are_not_mentioned)
{
	struct userns_facts facts = { .unprivileged_clone = -1,
				      .apparmor_restrict = -1,
				      .euid = 7 };
	auto_free char *cause = userns_cause(USERNS_CLONE, EPERM, &facts);

	cr_assert_not(strstr(cause, "sysctl"));
}

Test(diagnose, reads_this_machine)
{
	struct userns_facts facts;

	userns_facts_read(NULL, &facts);
	cr_assert_eq(facts.euid, geteuid());
	cr_assert(strstr(facts.self, "idmap_diagnose"), "%s", facts.self);
	cr_assert(facts.supported);
}
