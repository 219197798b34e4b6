// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "plan/make.h"

static struct spec spec;
static struct plan plan;
static struct error err;
static struct host host;

/* A container of an ordinary user's, with one range. */
static void setup(void)
{
	static const enum ns_type wanted[] = { NS_USER,  NS_PID,    NS_NETWORK,
					       NS_MOUNT, NS_CGROUP, NS_IPC };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		spec.namespaces[wanted[i]].wanted = true;
	id_map_add(&spec.uids, 0, 1000, 1);
	id_map_add(&spec.uids, 1, 100000, 65536);
	id_map_add(&spec.gids, 0, 1000, 1);
	id_map_add(&spec.gids, 1, 100000, 65536);
	spec.seccomp.kind = SECCOMP_UNCONFINED;
	host = (struct host){ .uid = 1000, .gid = 1000, .cgroup2 = true };
}

static void teardown(void)
{
	plan_clear(&plan);
	spec_clear(&spec);
}

TestSuite(plan_mounts, .init = setup, .fini = teardown);

static int make(void)
{
	return plan_make(&spec, &host, &plan, &err);
}

static const struct mount_op *find(const char *target)
{
	const struct mount_op *found = NULL;

	for (size_t i = 0; i < plan.mount_count; i++)
		if (!strcmp(plan.mounts[i].target, target))
			found = &plan.mounts[i];
	cr_assert_not_null(found, "no mount on %s", target);
	return found;
}

static bool has_mount(const char *target)
{
	for (size_t i = 0; i < plan.mount_count; i++)
		if (!strcmp(plan.mounts[i].target, target))
			return true;
	return false;
}

static const struct file_op *find_file(const char *path)
{
	for (size_t i = 0; i < plan.file_count; i++)
		if (!strcmp(plan.files[i].path, path))
			return &plan.files[i];
	return NULL;
}

static bool has_parameter(const struct mount_op *op, const char *text)
{
	for (char *const *p = op->parameters; p && *p; p++)
		if (!strcmp(*p, text))
			return true;
	return false;
}

Test(plan_mounts, keep_the_order_they_were_given_in)
{
	(void)spec_add_mount(&spec, "tmpfs", "a", "/dev", "");
	(void)spec_add_mount(&spec, "tmpfs", "b", "/b", "");
	(void)spec_add_mount(&spec, "tmpfs", "c", "/b/c", "");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_str_eq(plan.mounts[0].target, "/dev");
	cr_assert_str_eq(plan.mounts[1].target, "/b");
	cr_assert_str_eq(plan.mounts[2].target, "/b/c");
}

Test(plan_mounts, a_dev_of_its_own_is_always_there)
{
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_str_eq(plan.mounts[0].target, "/dev");
	cr_assert_eq(plan.mounts[0].kind, MOUNT_NEW);
	cr_assert_str_eq(plan.mounts[0].type, "tmpfs");
	cr_assert(has_parameter(&plan.mounts[0], "mode=0755"));
}

Test(plan_mounts, slashes_behind_a_destination_mean_nothing)
{
	(void)spec_add_mount(&spec, "bind", "/host", "/dev/", "rbind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(plan.mount_count, 1);
	cr_assert_eq(plan.file_count, 0);
}

Test(plan_mounts, default_devices_are_bound_by_number)
{
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/dev/null")->kind, MOUNT_DEVICE);
	cr_assert_eq(find("/dev/null")->device, makedev(1, 3));
	cr_assert_eq(find("/dev/tty")->device, makedev(5, 0));
	for (const char *const *path =
		     (const char *[]){ "/dev/zero", "/dev/full", "/dev/random",
				       "/dev/urandom", NULL };
	     *path; path++)
		cr_assert_eq(find(*path)->kind, MOUNT_DEVICE);
}

Test(plan_mounts, default_links_are_made)
{
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_str_eq(find_file("/dev/fd")->content, "/proc/self/fd");
	cr_assert_str_eq(find_file("/dev/stdin")->content, "/proc/self/fd/0");
	cr_assert_str_eq(find_file("/dev/ptmx")->content, "pts/ptmx");
	cr_assert_eq(find_file("/dev/ptmx")->kind, FILE_SYMLINK);
}

Test(plan_mounts, a_dev_of_the_host_is_left_alone)
{
	(void)spec_add_mount(&spec, "bind", "/dev", "/dev", "rbind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(plan.mount_count, 1);
	cr_assert_eq(plan.file_count, 0);
}

Test(plan_mounts, a_dev_of_the_host_without_a_type_as_well)
{
	(void)spec_add_mount(&spec, NULL, "/dev", "/dev", "bind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(plan.mount_count, 1);
	cr_assert_eq(plan.file_count, 0);
}

Test(plan_mounts, a_device_that_is_mounted_is_not_bound_twice)
{
	(void)spec_add_mount(&spec, "bind", "/dev/zero", "/dev/null", "bind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/dev/null")->kind, MOUNT_BIND);
	cr_assert_str_eq(find("/dev/null")->source, "/dev/zero");
}

Test(plan_mounts, options_become_flags_and_parameters)
{
	const struct mount_op *op;

	(void)spec_add_mount(&spec, "tmpfs", "t", "/t",
			     "nosuid,noexec,size=64k,mode=700,ro");
	cr_assert_eq(make(), 0, "%s", err.text);
	op = find("/t");
	cr_assert_eq(op->set,
		     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY);
	cr_assert(has_parameter(op, "size=64k"));
	cr_assert(has_parameter(op, "mode=700"));
	cr_assert_not(op->needs_ids);
}

Test(plan_mounts, owners_need_the_id_maps)
{
	(void)spec_add_mount(&spec, "tmpfs", "t", "/u", "uid=5");
	(void)spec_add_mount(&spec, "tmpfs", "t", "/g", "gid=5");
	(void)spec_add_mount(&spec, "devpts", "d", "/dev/pts", "newinstance");
	(void)spec_add_mount(&spec, "proc", "proc", "/proc", "");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert(find("/u")->needs_ids);
	cr_assert(find("/g")->needs_ids);
	cr_assert(find("/dev/pts")->needs_ids);
	cr_assert_not(find("/proc")->needs_ids);
}

Test(plan_mounts, who_isnt_root_yet_makes_every_file_system_later)
{
	host.uid = 2000;
	id_map_clear(&spec.uids);
	id_map_add(&spec.uids, 0, 100000, 2000);
	(void)spec_add_mount(&spec, "tmpfs", "t", "/t", "");
	(void)spec_add_mount(&spec, "bind", "/etc", "/e", "rbind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert(find("/t")->needs_ids);
	cr_assert(find("/dev")->needs_ids);
	cr_assert_not(find("/e")->needs_ids);
}

Test(plan_mounts, devpts_keeps_a_group_that_is_mapped_only)
{
	(void)spec_add_mount(&spec, "devpts", "d", "/dev/pts",
			     "newinstance,gid=5,mode=0620");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert(has_parameter(find("/dev/pts"), "gid=5"));
	cr_assert(find("/dev/pts")->is_devpts);
}

Test(plan_mounts, devpts_drops_a_group_that_is_not_mapped)
{
	id_map_clear(&spec.gids);
	id_map_add(&spec.gids, 0, 1000, 1);
	spec.deny_setgroups = true;
	(void)spec_add_mount(&spec, "devpts", "d", "/dev/pts",
			     "newinstance,gid=5,mode=0620");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_not(has_parameter(find("/dev/pts"), "gid=5"));
	cr_assert(has_parameter(find("/dev/pts"), "newinstance"));
	cr_assert(has_parameter(find("/dev/pts"), "mode=0620"));
}

Test(plan_mounts, proc_is_plain_and_known)
{
	(void)spec_add_mount(&spec, "proc", "proc", "/proc", "nosuid");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/proc")->kind, MOUNT_NEW);
	cr_assert(find("/proc")->is_proc);
	cr_assert(find("/proc")->plain_directory);
	cr_assert_str_eq(find("/proc")->fallback, "/proc");
}

Test(plan_mounts, nobody_elses_proc_where_that_is_not_wanted)
{
	spec.own_proc = true;
	(void)spec_add_mount(&spec, "proc", "proc", "/proc", "nosuid");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/proc")->kind, MOUNT_NEW);
	cr_assert_null(find("/proc")->fallback);
}

Test(plan_mounts, the_hosts_proc_where_the_processes_are_its_own)
{
	spec.namespaces[NS_PID].wanted = false;
	(void)spec_add_mount(&spec, "proc", "proc", "/proc", "nosuid");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/proc")->kind, MOUNT_BIND);
	cr_assert_str_eq(find("/proc")->source, "/proc");
	cr_assert(find("/proc")->recursive);
	cr_assert(find("/proc")->is_proc);
}

Test(plan_mounts, sysfs_can_fall_back_to_the_hosts)
{
	(void)spec_add_mount(&spec, "sysfs", "sysfs", "/sys", "ro");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/sys")->kind, MOUNT_NEW);
	cr_assert_str_eq(find("/sys")->fallback, "/sys");
}

Test(plan_mounts, the_hosts_sysfs_is_read_only_to_the_last_mount)
{
	const uint64_t flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			       MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV;

	spec.namespaces[NS_NETWORK].wanted = false;
	(void)spec_add_mount(&spec, "sysfs", "sysfs", "/sys", "");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/sys")->kind, MOUNT_BIND);
	cr_assert_eq(find("/sys")->recursive_set, flags);
	cr_assert(find("/sys")->recursive);
}

Test(plan_mounts, cgroup_is_version_2_where_the_machine_is)
{
	(void)spec_add_mount(&spec, "cgroup", "cgroup", "/sys/fs/cgroup",
			     "ro,name=systemd");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_str_eq(find("/sys/fs/cgroup")->type, "cgroup2");
	cr_assert_eq(find("/sys/fs/cgroup")->need, MOUNT_IF_POSSIBLE);
	cr_assert_not(has_parameter(find("/sys/fs/cgroup"), "name=systemd"));
}

Test(plan_mounts, cgroup_is_an_empty_directory_elsewhere)
{
	host.cgroup2 = false;
	(void)spec_add_mount(&spec, "cgroup", "cgroup", "/sys/fs/cgroup", "");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_str_eq(find("/sys/fs/cgroup")->type, "tmpfs");
	cr_assert(find("/sys/fs/cgroup")->set & MOUNT_ATTR_RDONLY);
	cr_assert_eq(find("/sys/fs/cgroup")->need, MOUNT_IF_POSSIBLE);
}

Test(plan_mounts, the_hosts_cgroups_cant_be_written)
{
	spec.namespaces[NS_CGROUP].wanted = false;
	(void)spec_add_mount(&spec, "cgroup", "cgroup", "/sys/fs/cgroup", "rw");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/sys/fs/cgroup")->kind, MOUNT_BIND);
	cr_assert(find("/sys/fs/cgroup")->recursive_set & MOUNT_ATTR_RDONLY);
}

Test(plan_mounts, a_bind_is_as_deep_as_it_says)
{
	(void)spec_add_mount(&spec, "bind", "/a", "/one", "bind,ro");
	(void)spec_add_mount(&spec, NULL, "/a", "/two", "rbind,rro,rslave");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_not(find("/one")->recursive);
	cr_assert_eq(find("/one")->set, MOUNT_ATTR_RDONLY);
	cr_assert(find("/two")->recursive);
	cr_assert_eq(find("/two")->recursive_set, MOUNT_ATTR_RDONLY);
	cr_assert_eq(find("/two")->propagation, MS_SLAVE);
	cr_assert(find("/two")->propagate_recursive);
}

static void have_version_1(void)
{
	host = (struct host){
		.hierarchies = {
			{ "cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct", true },
			{ "name=systemd", "/sys/fs/cgroup/systemd", true },
			{ "memory", "/sys/fs/cgroup/memory", false },
		},
		.hierarchy_count = 3,
	};
	id_map_clear(&spec.uids);
	id_map_clear(&spec.gids);
	spec.namespaces[NS_USER].wanted = false;
	plan.uids = plan.gids = NULL;
	(void)spec_add_mount(&spec, "cgroup", "cgroup", "/sys/fs/cgroup",
			     "nosuid,ro");
}

Test(plan_mounts, cgroup_version_1_is_bound_where_we_are)
{
	const struct mount_op *last;

	have_version_1();
	spec.namespaces[NS_CGROUP].wanted = false;
	cr_assert_eq(make(), 0, "%s", err.text);
	/* The last one there makes it read-only, when all is in it. */
	last = find("/sys/fs/cgroup");
	cr_assert_eq(last->kind, MOUNT_CHANGE);
	cr_assert_eq(last->set, MOUNT_ATTR_RDONLY);
	cr_assert_gt(last, find("/sys/fs/cgroup/memory"));
	for (last = plan.mounts; strcmp(last->target, "/sys/fs/cgroup") != 0;)
		last++;
	cr_assert_str_eq(last->type, "tmpfs");
	cr_assert_eq(last->set, MOUNT_ATTR_NOSUID);
	cr_assert_eq(find("/sys/fs/cgroup/cpu,cpuacct")->kind, MOUNT_CGROUP);
	cr_assert_str_eq(find("/sys/fs/cgroup/cpu,cpuacct")->type,
			 "cpu,cpuacct");
	cr_assert_eq(find("/sys/fs/cgroup/cpu,cpuacct")->set,
		     MOUNT_ATTR_NOSUID | MOUNT_ATTR_RDONLY);
	cr_assert(find("/sys/fs/cgroup/cpu,cpuacct")->needs_ids);
	cr_assert_eq(find("/sys/fs/cgroup/cpuacct")->kind, MOUNT_SYMLINK);
	cr_assert_str_eq(find("/sys/fs/cgroup/cpu")->source, "cpu,cpuacct");
	/* Nothing but a part of it is seen here: that part. */
	cr_assert_eq(find("/sys/fs/cgroup/memory")->kind, MOUNT_BIND);
}

Test(plan_mounts, cgroup_version_1_is_mounted_in_a_namespace_of_its_own)
{
	have_version_1();
	spec.namespaces[NS_CGROUP].wanted = true;
	plan.new_cgroup_namespace = true;
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/sys/fs/cgroup/systemd")->kind, MOUNT_NEW);
	cr_assert(has_parameter(find("/sys/fs/cgroup/systemd"), "none"));
	cr_assert(
		has_parameter(find("/sys/fs/cgroup/systemd"), "name=systemd"));
	cr_assert(find("/sys/fs/cgroup/systemd")->needs_ids);
	cr_assert(has_parameter(find("/sys/fs/cgroup/cpu,cpuacct"), "cpuacct"));
}

Test(plan_mounts, only_what_says_so_is_shared)
{
	plan.rootfs_propagation = MS_SHARED;
	(void)spec_add_mount(&spec, "bind", "/a", "/one", "rbind");
	(void)spec_add_mount(&spec, "bind", "/a", "/two", "rbind,rshared");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/one")->propagation, MS_SLAVE);
	cr_assert_eq(find("/two")->propagation, MS_SHARED);
}

Test(plan_mounts, idmap_takes_the_containers_ids_or_its_own)
{
	host.uid = 0;
	(void)spec_add_mount(&spec, "bind", "/a", "/one", "bind,idmap");
	(void)spec_add_mount(&spec, "bind", "/a", "/two",
			     "rbind,ridmap=uids=1-2-3#@9-1-1;gids=4-5-6");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/one")->ids->uids.count, 2);
	cr_assert_eq(find("/one")->ids->gids.extents[1].outside, 100000);
	cr_assert_not(find("/one")->ids->recursive);
	cr_assert(find("/two")->ids->recursive);
	cr_assert_eq(find("/two")->ids->uids.count, 2);
	cr_assert_eq(find("/two")->ids->uids.extents[1].outside, 100000);
	cr_assert_eq(find("/two")->ids->gids.extents[0].inside, 4);
	cr_assert_null(find("/dev")->ids);
}

Test(plan_mounts, idmap_is_read_strictly)
{
	static const char *const wrong[] = {
		"bind,idmap=",
		"bind,idmap=uids=0-0-1",
		"bind,idmap=gids=0-0-1;uids=0-0-1",
		"bind,idmap=uids=0-0;gids=0-0-1",
		"bind,idmap=uids=0-0-1;gids=0-0-1x",
		"bind,idmap=uids=0-0-1#;gids=0-0-1",
		"bind,idmap=uids=0-0-4294967296;gids=0-0-1",
		"bind,idmap=uids=0-0-0;gids=0-0-1",
		"bind,idmap=uids=@0-70000-1;gids=0-0-1",
		"bind,idmap=uids=-1-0-1;gids=0-0-1",
	};

	host.uid = 0;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct spec_mount *mount =
			spec_add_mount(&spec, "bind", "/a", "/one", wrong[i]);

		cr_assert_lt(make(), 0, "%s", wrong[i]);
		plan_clear(&plan);
		strv_clear(&mount->options);
		spec.mount_count--;
		free(mount->destination);
		free(mount->type);
		free(mount->source);
	}
}

Test(plan_mounts, a_label_goes_to_new_file_systems)
{
	static const char label[] = "context=system_u:object_r:x:s0:c1,c2";

	host.selinux = true;
	spec.mount_label = xstrdup("system_u:object_r:x:s0:c1,c2");
	(void)spec_add_mount(&spec, "proc", "proc", "/proc", NULL);
	(void)spec_add_mount(&spec, "mqueue", "m", "/dev/mqueue", NULL);
	(void)spec_add_mount(&spec, "tmpfs", "t", "/tmp", "size=1");
	(void)spec_add_mount(&spec, "bind", "/a", "/one", "rbind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert(has_parameter(find("/tmp"), label));
	cr_assert(has_parameter(find("/dev"), label));
	cr_assert_null(find("/tmp")->label);
	cr_assert_str_eq(find("/dev/mqueue")->label, spec.mount_label);
	cr_assert_not(has_parameter(find("/proc"), label));
	cr_assert_null(find("/one")->label);
}

Test(plan_mounts, an_annotation_says_how_a_label_is_given)
{
	host.selinux = true;
	spec.mount_label = xstrdup("l");
	strv_add(&spec.annotations,
		 xstrdup("run.oci.mount_context_type=rootcontext"));
	(void)spec_add_mount(&spec, "tmpfs", "t", "/tmp", NULL);
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert(has_parameter(find("/tmp"), "rootcontext=l"));
}

Test(plan_mounts, a_label_without_selinux_is_refused)
{
	spec.mount_label = xstrdup("l");
	cr_assert_lt(make(), 0);
	cr_assert_not_null(strstr(err.text, "SELinux is not enabled"));
	host.selinux = true;
	strv_add(&spec.annotations,
		 xstrdup("run.oci.mount_context_type=other"));
	cr_assert_lt(make(), 0);
	cr_assert_not_null(strstr(err.text, "mount_context_type"));
}

Test(plan_mounts, a_remount_is_no_mount)
{
	(void)spec_add_mount(&spec, NULL, NULL, "/one", "remount,ro");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/one")->kind, MOUNT_CHANGE);
	cr_assert_eq(find("/one")->set, MOUNT_ATTR_RDONLY);
}

struct refused {
	char type[8], source[16], destination[24], options[24];
	char text[48];
};

ParameterizedTestParameters(plan_mounts, refuse)
{
	static struct refused cases[] = {
		{ "tmpfs", "t", "relative", "", "relative" },
		{ "tmpfs", "t", "/a/../b", "", "/a/../b" },
		{ "tmpfs", "t", "/", "", "root itself" },
		{ "tmpfs", "t", "//", "", "root itself" },
		{ "tmpfs", "t", "/proc", "", "only a procfs" },
		{ "tmpfs", "/proc", "/proc", "", "only a procfs" },
		{ "bind", "/x", "/proc", "rbind", "only a procfs" },
		{ "bind", "/x", "/proc/", "rbind", "only a procfs" },
		{ "none", "/x", "/proc", "bind", "only a procfs" },
		{ "tmpfs", "t", "/proc/self", "", "mount on /proc/self" },
		{ "bind", "/x", "/proc/sys/net", "bind", "/proc/sys/net" },
		{ "bind", "/x", "/proc/statm", "bind", "/proc/statm" },
		{ "bind", "/x", "/a", "bind,size=1", "'size=1'" },
		{ "bind", "", "/a", "bind", "needs a source" },
		{ "none", "/x", "/a", "ro", "not a bind" },
		{ "bind", "/x", "/a", "bind,tmpcopyup", "tmpcopyup" },
		{ "bind", "/x", "/a", "bind,idmap", "(source /x is not)" },
		{ "tmpfs", "t", "/a", "idmap", "idmap is for bind" },
		{ "tmpfs", "t", "/a", "copy-symlink", "for bind mounts" },
		{ "tmpfs", "t", "/a", "src-nofollow", "for bind mounts" },
	};

	return cr_make_param_array(struct refused, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct refused *c, plan_mounts, refuse)
{
	(void)spec_add_mount(&spec, c->type, *c->source ? c->source : NULL,
			     c->destination, c->options);
	cr_assert_lt(make(), 0);
	cr_assert_not_null(strstr(err.text, c->text), "%s", err.text);
}

Test(plan_mounts, files_that_show_the_machine_may_cover_proc)
{
	(void)spec_add_mount(&spec, "bind", "/x", "/proc/cpuinfo", "bind");
	(void)spec_add_mount(&spec, "bind", "/x", "/proc/net/dev", "bind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_not(find("/proc/cpuinfo")->is_proc);
}

Test(plan_mounts, the_hosts_proc_may_be_bound)
{
	(void)spec_add_mount(&spec, "bind", "/proc", "/proc", "rbind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert(find("/proc")->is_proc);
}

Test(plan_mounts, devices_are_bound_in_a_user_namespace)
{
	struct spec_device *device = spec_add_device(&spec, "/dev/net/tun");

	device->type = 'c';
	device->major = 10;
	device->minor = 200;
	device = spec_add_device(&spec, "/dev/x");
	device->type = 'c';
	device->source = xstrdup("/dev/zero");
	device->major = 1;
	device->minor = 5;
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find("/dev/net/tun")->kind, MOUNT_DEVICE);
	cr_assert_str_eq(find("/dev/net/tun")->source, "/dev/net/tun");
	cr_assert_eq(find("/dev/net/tun")->device, makedev(10, 200));
	cr_assert_str_eq(find("/dev/x")->source, "/dev/zero");
	cr_assert_eq(plan.device_count, 0);
}

Test(plan_mounts, fifos_are_made_everywhere_and_nodes_by_the_hosts_root)
{
	struct spec_device *device = spec_add_device(&spec, "/dev/fifo");

	device->type = 'p';
	device->mode = 0600;
	device = spec_add_device(&spec, "/dev/block");
	device->type = 'b';
	device->mode = 0640;
	spec.namespaces[NS_USER].wanted = false;
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(plan.device_count, 2);
	cr_assert_eq(plan.devices[0].type_mode, S_IFIFO | 0600);
	cr_assert_eq(plan.devices[1].type_mode, S_IFBLK | 0640);
	cr_assert_not(has_mount("/dev/block"));
}

Test(plan_mounts, texts_are_bound_over_a_root_that_isnt_ours)
{
	(void)spec_add_file(&spec, SPEC_FILE_TEXT, "/etc/hosts", "x", 0644);
	spec.root.kind = SPEC_ROOT_BIND;
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find_file("/etc/hosts")->kind, FILE_BOUND);
	cr_assert(find_file("/etc/hosts")->optional);
}

Test(plan_mounts, texts_are_written_to_a_root_of_ours)
{
	(void)spec_add_file(&spec, SPEC_FILE_TEXT, "/etc/hosts", "x", 0644);
	spec.root.kind = SPEC_ROOT_TMPFS;
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_eq(find_file("/etc/hosts")->kind, FILE_TEXT);
	cr_assert_not(find_file("/etc/hosts")->optional);
}

Test(plan_mounts, a_file_gives_way_to_a_mount_of_the_users)
{
	(void)spec_add_file(&spec, SPEC_FILE_TEXT, "/etc/hosts", "x", 0644);
	(void)spec_add_mount(&spec, "bind", "/x", "/etc/hosts", "bind");
	cr_assert_eq(make(), 0, "%s", err.text);
	cr_assert_null(find_file("/etc/hosts"));
}
