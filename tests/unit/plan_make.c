// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include "plan/make.h"

static struct spec spec;
static struct plan plan;
static struct error err;
static struct host host = { .uid = 1000, .gid = 1000 };

static void setup(void)
{
	spec.namespaces[NS_USER].wanted = true;
	spec.namespaces[NS_MOUNT].wanted = true;
	id_map_add(&spec.uids, 0, 1000, 1);
	id_map_add(&spec.uids, 1, 100000, 10);
	id_map_add(&spec.gids, 0, 1000, 1);
	id_map_add(&spec.gids, 1, 100000, 10);
	spec.seccomp.kind = SECCOMP_UNCONFINED;
}

static void teardown(void)
{
	plan_clear(&plan);
	spec_clear(&spec);
}

TestSuite(plan_make, .init = setup, .fini = teardown);

static void expect_refusal(const char *text)
{
	cr_assert_lt(plan_make(&spec, &host, &plan, &err), 0);
	cr_assert_not_null(strstr(err.text, text), "%s", err.text);
}

static void expect_plan(void)
{
	cr_assert_eq(plan_make(&spec, &host, &plan, &err), 0, "%s", err.text);
}

Test(plan_make, user_and_pid_are_cloned_the_others_unshared)
{
	for (int i = 0; i < NS_COUNT; i++)
		spec.namespaces[i].wanted = i != NS_TIME;
	expect_plan();
	cr_assert_eq(plan.clone_flags, CLONE_NEWUSER | CLONE_NEWPID);
	cr_assert_eq(plan.unshare_flags,
		     CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS);
	cr_assert_eq(plan.joins[0].flag, 0);
	cr_assert(plan.loopback_up);
}

Test(plan_make, namespaces_by_path_are_joined)
{
	spec.namespaces[NS_NETWORK].wanted = true;
	spec.namespaces[NS_NETWORK].path = xstrdup("/run/netns/a");
	spec.namespaces[NS_IPC].wanted = true;
	spec.namespaces[NS_IPC].path = xstrdup("/run/ipc");
	expect_plan();
	cr_assert_str_eq(plan.joins[0].path, "/run/netns/a");
	cr_assert_eq(plan.joins[0].flag, CLONE_NEWNET);
	cr_assert_eq(plan.joins[1].flag, CLONE_NEWIPC);
	cr_assert_eq(plan.joins[2].flag, 0);
	cr_assert_eq(plan.unshare_flags, CLONE_NEWNS);
	cr_assert_not(plan.loopback_up);
}

Test(plan_make, user_namespaces_are_joined_first_and_not_mapped)
{
	spec.namespaces[NS_PID].wanted = true;
	spec.namespaces[NS_PID].path = xstrdup("/run/pid");
	spec.namespaces[NS_USER].path = xstrdup("/run/user");
	spec.process.user.uid = 12345;
	expect_plan();
	cr_assert_str_eq(plan.joins[0].path, "/run/user");
	cr_assert_eq(plan.joins[0].flag, CLONE_NEWUSER);
	cr_assert_eq(plan.joins[1].flag, CLONE_NEWPID);
	cr_assert(plan.joins_user);
	cr_assert(plan.joins_pid);
	cr_assert_eq(plan.clone_flags, 0);
	cr_assert_null(plan.uids);
	cr_assert(plan.in_userns);
	cr_assert(plan.become_root);
}

Test(plan_make, a_cgroup_namespace_is_made_late)
{
	spec.namespaces[NS_CGROUP].wanted = true;
	expect_plan();
	cr_assert(plan.new_cgroup_namespace);
	cr_assert_not(plan.unshare_flags & CLONE_NEWCGROUP);
}

Test(plan_make, without_a_mount_namespace_there_are_no_mounts)
{
	spec.namespaces[NS_MOUNT].wanted = false;
	expect_plan();
	cr_assert(plan.share_mounts);
	cr_assert_eq(plan.mount_count, 0);
	cr_assert_eq(plan.file_count, 0);
	cr_assert_eq(plan.unshare_flags, 0);
}

Test(plan_make, shared_mounts_refuse_what_would_mount)
{
	spec.namespaces[NS_MOUNT].wanted = false;
	spec.root.readonly = true;
	expect_refusal("can't have root.readonly");
	spec.root.readonly = false;
	strv_add(&spec.masked_paths, xstrdup("/proc"));
	expect_refusal("can't have maskedPaths");
	strv_clear(&spec.masked_paths);
	strv_add(&spec.readonly_paths, xstrdup("/proc"));
	expect_refusal("can't have readonlyPaths");
	strv_clear(&spec.readonly_paths);
	spec_add_device(&spec, "/dev/x")->type = 'c';
	expect_refusal("device /dev/x");
	spec_add_mount(&spec, "proc", "proc", "/proc", NULL);
	expect_refusal("can't have mounts");
}

Test(plan_make, groups_are_kept_where_that_is_asked_for)
{
	expect_plan();
	cr_assert(plan.drop_groups);
	plan_clear(&plan);
	strv_add(&spec.annotations, xstrdup("run.oci.keep_original_groups=1"));
	expect_plan();
	cr_assert_not(plan.drop_groups);
}

Test(plan_make, devices_are_bound_in_any_user_namespace)
{
	spec.namespaces[NS_USER].wanted = false;
	spec_add_device(&spec, "/dev/x")->type = 'c';
	expect_plan();
	cr_assert_eq(plan.device_count, 1);
	plan_clear(&plan);
	host.in_userns = true;
	expect_plan();
	cr_assert_eq(plan.device_count, 0);
}

Test(plan_make, no_user_namespace_means_no_maps)
{
	spec.namespaces[NS_USER].wanted = false;
	spec.process.user.uid = 12345;
	expect_plan();
	cr_assert_null(plan.uids);
	cr_assert_not(plan.become_root);
	cr_assert_not(plan.clone_flags & CLONE_NEWUSER);
}

Test(plan_make, root_is_become_where_it_is_somebody_else)
{
	expect_plan();
	cr_assert_not(plan.become_root);
	plan_clear(&plan);
	host.uid = 2000;
	expect_plan();
	cr_assert(plan.become_root);
}

Test(plan_make, no_root_is_become_where_there_is_none)
{
	id_map_clear(&spec.uids);
	id_map_add(&spec.uids, 1000, 1000, 1);
	spec.process.user.uid = 1000;
	expect_plan();
	cr_assert_not(plan.become_root);
}

Test(plan_make, refuses_a_user_that_isnt_mapped)
{
	spec.process.user.uid = 11;
	expect_refusal("uid 11 is not mapped");
}

Test(plan_make, refuses_a_group_that_isnt_mapped)
{
	spec.process.user.gid = 11;
	expect_refusal("gid 11 is not mapped");
}

Test(plan_make, refuses_an_additional_group_that_isnt_mapped)
{
	spec.process.user.groups = xcalloc(1, sizeof(gid_t));
	spec.process.user.groups[0] = 12;
	spec.process.user.group_count = 1;
	expect_refusal("gid 12 is not mapped");
}

Test(plan_make, refuses_additional_groups_without_setgroups)
{
	spec.deny_setgroups = true;
	spec.process.user.groups = xcalloc(1, sizeof(gid_t));
	spec.process.user.group_count = 1;
	expect_refusal("additional groups");
}

Test(plan_make, refuses_maps_that_the_kernel_would)
{
	id_map_add(&spec.uids, 5, 300000, 1);
	expect_refusal("id mappings");
}

Test(plan_make, groups_are_dropped_where_that_is_allowed)
{
	expect_plan();
	cr_assert(plan.drop_groups);
	plan_clear(&plan);
	spec.deny_setgroups = true;
	expect_plan();
	cr_assert_not(plan.drop_groups);
}

Test(plan_make, propagation_of_the_root)
{
	spec.rootfs_propagation = xstrdup("rslave");
	expect_plan();
	cr_assert_eq(plan.rootfs_propagation, MS_SLAVE | MS_REC);
	plan_clear(&plan);
	spec.rootfs_propagation[0] = 'x';
	expect_refusal("'xslave'");
}

Test(plan_make, what_else_was_wanted_is_passed_on)
{
	spec.hostname = xstrdup("h");
	spec.domainname = xstrdup("d");
	spec.init = true;
	spec.root.readonly = true;
	strv_add(&spec.masked_paths, xstrdup("/m"));
	spec_add_sysctl(&spec, "net.x", "1");
	expect_plan();
	cr_assert_str_eq(plan.hostname, "h");
	cr_assert_str_eq(plan.domainname, "d");
	cr_assert(plan.init);
	cr_assert(plan.root.readonly);
	cr_assert_str_eq(plan.masked_paths->items[0], "/m");
	cr_assert_eq(plan.sysctl_count, 1);
	cr_assert_eq(plan.seccomp.length, 0);
}

Test(plan_make, the_default_filter_is_a_program)
{
	spec.seccomp.kind = SECCOMP_DEFAULT;
	expect_plan();
	cr_assert_gt(plan.seccomp.length, 0);
}
