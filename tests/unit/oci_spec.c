// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <linux/capability.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/capability.h"
#include "oci/spec.h"
#include "oci/sysctl.h"

Test(spec, splits_the_options_of_a_mount)
{
	struct spec spec = { 0 };
	struct spec_mount *mount = spec_add_mount(&spec, "tmpfs", NULL, "/dev",
						  "nosuid,,mode=755");

	cr_assert_eq(spec.mount_count, 1);
	cr_expect_null(mount->source);
	cr_assert_eq(mount->options.count, 2);
	cr_expect_str_eq(mount->options.items[0], "nosuid");
	cr_expect_str_eq(mount->options.items[1], "mode=755");
	cr_expect_eq(
		spec_add_mount(&spec, NULL, "/a", "/b", NULL)->options.count,
		0);
	cr_expect_str_eq(spec.mounts[0].destination, "/dev");
	spec_clear(&spec);
	cr_expect_eq(spec.mount_count, 0);
}

Test(spec, sets_variables_once)
{
	struct spec spec = { 0 };

	spec_set_env(&spec, "PATH", "/bin");
	spec_set_env(&spec, "PATH2", "x");
	spec_set_env(&spec, "PATH", spec_get_env(&spec, "PATH2"));
	cr_expect_eq(spec.process.env.count, 2);
	cr_expect_str_eq(spec.process.env.items[0], "PATH=x");
	cr_expect_str_eq(spec_get_env(&spec, "PATH2"), "x");
	cr_expect_null(spec_get_env(&spec, "PAT"));
	spec_set_env(&spec, "PATH2", spec_get_env(&spec, "PATH2"));
	cr_expect_str_eq(spec_get_env(&spec, "PATH2"), "x");
	spec_clear(&spec);
}

Test(spec, replaces_a_limit_of_the_same_resource)
{
	struct spec spec = { 0 };

	spec_add_rlimit(&spec, RLIMIT_CORE, 0, 1);
	spec_add_rlimit(&spec, RLIMIT_NOFILE, 2, 3);
	spec_add_rlimit(&spec, RLIMIT_CORE, 4, 5);
	cr_assert_eq(spec.process.rlimit_count, 2);
	cr_expect_eq(spec.process.rlimits[0].hard, 5);
	spec_clear(&spec);
}

Test(spec, owns_what_it_is_given)
{
	struct spec spec = { 0 };
	char word[] = "/a";
	struct spec_file *file =
		spec_add_file(&spec, SPEC_FILE_SYMLINK, word, word, 0600);

	spec_add_device(&spec, word)->type = 'c';
	spec_add_sysctl(&spec, word, word);
	word[1] = 'z';
	cr_expect_str_eq(file->path, "/a");
	cr_expect_str_eq(file->content, "/a");
	cr_expect_str_eq(spec.devices[0].path, "/a");
	cr_expect_str_eq(spec.sysctls[0].value, "/a");
	spec_clear(&spec);
	cr_expect_null(spec.files);
}

struct capability_case {
	char name[24];
	int expected;
};

ParameterizedTestParameters(capability, parses)
{
	static struct capability_case cases[] = {
		{ "CAP_SYS_ADMIN", CAP_SYS_ADMIN },
		{ "sys_admin", CAP_SYS_ADMIN },
		{ "Cap_Chown", CAP_CHOWN },
		{ "CHECKPOINT_RESTORE", CAP_CHECKPOINT_RESTORE },
		{ "CAP_ZZZ", -EINVAL },
		{ "", -EINVAL },
		{ "CAP_", -EINVAL },
		{ "21", -EINVAL },
		{ "CAP_21", -EINVAL },
		{ "cap_chown=ep", -EINVAL },
		{ "cap_chown ", -EINVAL },
		{ "cap_cap_chown", -EINVAL },
		{ "all", -EINVAL },
	};

	return cr_make_param_array(struct capability_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct capability_case *c, capability, parses)
{
	cr_expect_eq(capability_parse(c->name), c->expected, "%s: %d", c->name,
		     capability_parse(c->name));
}

Test(capability, the_default_set_is_podmans_eleven)
{
	cr_expect_eq(__builtin_popcountll(capability_default_set()), 11);
	cr_expect_eq(capability_default_set() & ~capability_full_set(), 0);
	cr_expect(capability_full_set() >> CAP_SYS_ADMIN & 1);
	cr_expect_not(capability_default_set() >> CAP_NET_RAW & 1);
}

struct sysctl_case {
	char name[40];
	char key[40]; /* empty: none */
};

ParameterizedTestParameters(sysctl, has_one_spelling)
{
	static struct sysctl_case cases[] = {
		{ "net.ipv4.ip_forward", "net.ipv4.ip_forward" },
		{ "net/ipv4/ip_forward", "net.ipv4.ip_forward" },
		{ "net/ipv4/conf/eth0.1/x", "net.ipv4.conf.eth0/1.x" },
		{ "net.ipv4.conf.eth0/1.x", "net.ipv4.conf.eth0/1.x" },
		{ "kernel", "kernel" },
		{ "", "" },
		{ "net..x", "" },
		{ ".net", "" },
		{ "net.", "" },
		{ "/net/x", "" },
		{ "net/../kernel/sem", "" },
		{ "net/./x", "" },
		{ "net.//.x", "" },
		{ "net.x y", "" },
		{ "net.x\n", "" },
	};

	return cr_make_param_array(struct sysctl_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct sysctl_case *c, sysctl, has_one_spelling)
{
	auto_free char *key = sysctl_key(c->name);

	cr_expect_str_eq(key ? key : "", c->key);
}

Test(sysctl, belongs_to_a_namespace_of_the_container)
{
	struct spec_namespace none[NS_COUNT] = { 0 }, ipc[NS_COUNT] = { 0 };
	struct error err;

	ipc[NS_IPC].wanted = true;
	cr_expect_eq(sysctl_check("kernel/shmmax", ipc, &err), 0);
	cr_expect_eq(sysctl_check("fs.mqueue.msg_max", ipc, &err), 0);
	cr_expect_eq(sysctl_check("kernel.shmmax", none, &err), -EINVAL);
	cr_expect_str_eq(
		err.text,
		"kernel.shmmax needs the container's own ipc namespace");
	cr_expect_eq(sysctl_check("net.core.somaxconn", ipc, &err), -EINVAL);
	cr_expect_eq(sysctl_check("vm.overcommit_memory", ipc, &err), -EINVAL);
	cr_expect_eq(sysctl_check("kernel.shmmax2", ipc, &err), -EINVAL);
	cr_expect_eq(sysctl_check("kernel.hostname", ipc, &err), -EINVAL);
	cr_expect_str_eq(err.text, "kernel.hostname is set by the hostname");
}
