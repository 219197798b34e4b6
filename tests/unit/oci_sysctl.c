// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "oci/sysctl.h"

struct spelling {
	char name[40], key[40]; /* key empty: refused */
};

ParameterizedTestParameters(sysctl, key)
{
	static struct spelling cases[] = {
		{ "net.ipv4.ip_forward", "net.ipv4.ip_forward" },
		{ "net/ipv4/ip_forward", "net.ipv4.ip_forward" },
		{ "net.ipv4.conf.eth0/1.x", "net.ipv4.conf.eth0/1.x" },
		{ "net/ipv4/conf/eth0.1/x", "net.ipv4.conf.eth0/1.x" },
		{ "", "" },
		{ ".", "" },
		{ "net..x", "" },
		{ "net.", "" },
		{ ".net", "" },
		{ "net.//.x", "" },
		{ "net/../kernel", "" },
		{ "net/./x", "" },
		{ "net x", "" },
		{ "net\n", "" },
		{ "net*", "" },
	};

	return cr_make_param_array(struct spelling, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct spelling *c, sysctl, key)
{
	char *key = sysctl_key(c->name);

	if (*c->key)
		cr_assert_str_eq(key, c->key);
	else
		cr_assert_null(key, "'%s' became '%s'", c->name, key);
	free(key);
}

static void expect(const char *name, const struct spec_namespace *namespaces,
		   const char *text)
{
	struct error err = { 0 };
	int result = sysctl_check(name, namespaces, &err);

	if (!text) {
		cr_assert_eq(result, 0, "%s", err.text);
		return;
	}
	cr_assert_eq(result, -EINVAL, "%s was taken", name);
	cr_assert_not_null(strstr(err.text, text), "%s", err.text);
}

Test(sysctl, those_of_own_namespaces_may_be_set)
{
	const struct spec_namespace own[NS_COUNT] = {
		[NS_IPC] = { .wanted = true },
		[NS_NETWORK] = { .wanted = true },
		[NS_UTS] = { .wanted = true },
	};

	expect("net.ipv4.ip_forward", own, NULL);
	expect("net/ipv4/ip_forward", own, NULL);
	expect("kernel.sem", own, NULL);
	expect("kernel/msgmax", own, NULL);
	expect("fs.mqueue.msg_max", own, NULL);
	expect("kernel.domainname", own, NULL);
}

Test(sysctl, those_of_shared_namespaces_may_not)
{
	const struct spec_namespace none[NS_COUNT] = { 0 };

	expect("net.ipv4.ip_forward", none, "network namespace");
	expect("kernel.shmmax", none, "ipc namespace");
	expect("fs.mqueue.msg_max", none, "ipc namespace");
	expect("kernel.domainname", none, "uts namespace");
}

Test(sysctl, those_of_the_host_never)
{
	const struct spec_namespace own[NS_COUNT] = {
		[NS_IPC] = { .wanted = true },
		[NS_NETWORK] = { .wanted = true },
		[NS_UTS] = { .wanted = true },
	};

	expect("kernel.core_pattern", own, "would change the host");
	expect("vm.swappiness", own, "would change the host");
	expect("fs.file-max", own, "would change the host");
	expect("kernel.semx", own, "would change the host");
	expect("kernel.sem.x", own, "would change the host");
	expect("netx.y", own, "would change the host");
	expect("net", own, "would change the host");
	expect("kernel.hostname", own, "set by the hostname");
	expect("net/../kernel/core_pattern", own, "not a kernel parameter");
}
