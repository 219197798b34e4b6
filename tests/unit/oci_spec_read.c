// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <linux/capability.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/spec_read.h"

#define CAP(name) (UINT64_C(1) << CAP_##name)

/* A smallest config around the properties in question. */
#define PROCESS_WITH(more) \
	"{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}," \
	"\"process\": {\"cwd\": \"/\", \"args\": [\"sh\"]" more "}}"
#define CONFIG_WITH(more) \
	"{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}," \
	"\"process\": {\"cwd\": \"/\", \"args\": [\"sh\"]}" more "}"
#define LINUX_WITH(more) \
	CONFIG_WITH( \
		", \"linux\": {\"namespaces\": [{\"type\": \"mount\"}]" more \
		"}")

static int read_text(const char *text, struct spec *spec, struct error *err)
{
	*err = (struct error){ 0 };
	return spec_read_text(text, "/bundle", spec, err);
}

static void read_good(const char *text, struct spec *spec)
{
	struct error err;

	cr_assert_eq(read_text(text, spec, &err), 0, "%s\n%s", err.text, text);
}

/* What `runc spec --rootless` says, in our words and order. */
static const char usual[] =
	"{\"ociVersion\": \"1.0.2-dev\","
	"\"process\": {\"terminal\": true, \"user\": {\"uid\": 0, \"gid\": 0},"
	"  \"args\": [\"sh\"], \"cwd\": \"/\","
	"  \"env\": [\"PATH=/usr/bin:/bin\", \"TERM=xterm\"],"
	"  \"capabilities\": {"
	"    \"bounding\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\"],"
	"    \"effective\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\"],"
	"    \"permitted\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\"],"
	"    \"ambient\": [\"CAP_KILL\"]},"
	"  \"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"hard\": 1024,"
	"    \"soft\": 512}],"
	"  \"noNewPrivileges\": true},"
	"\"root\": {\"path\": \"rootfs\", \"readonly\": true},"
	"\"hostname\": \"runc\","
	"\"mounts\": ["
	"  {\"destination\": \"/proc\", \"type\": \"proc\","
	"   \"source\": \"proc\"},"
	"  {\"destination\": \"/dev\", \"type\": \"tmpfs\","
	"   \"source\": \"tmpfs\", \"options\": [\"nosuid\", \"mode=755\"]},"
	"  {\"destination\": \"/sys\", \"type\": \"none\", \"source\": \"/sys\","
	"   \"options\": [\"rbind\", \"nosuid\", \"ro\"]}],"
	"\"linux\": {"
	"  \"uidMappings\": [{\"containerID\": 1, \"hostID\": 100000,"
	"    \"size\": 65535}, {\"containerID\": 0, \"hostID\": 1000,"
	"    \"size\": 1}],"
	"  \"gidMappings\": [{\"containerID\": 0, \"hostID\": 1001,"
	"    \"size\": 1}],"
	"  \"namespaces\": [{\"type\": \"pid\"}, {\"type\": \"ipc\"},"
	"    {\"type\": \"uts\"}, {\"type\": \"mount\"}, {\"type\": \"user\"},"
	"    {\"type\": \"network\", \"path\": \"/run/netns/x\"}],"
	"  \"resources\": {\"devices\": [{\"allow\": false,"
	"    \"access\": \"rwm\"}]},"
	"  \"maskedPaths\": [\"/proc/kcore\", \"/proc/keys\"],"
	"  \"readonlyPaths\": [\"/proc/sys\"]}}";

Test(spec_read, takes_a_usual_config)
{
	struct spec spec = { 0 };
	const struct spec_process *process = &spec.process;
	uint64_t caps = CAP(AUDIT_WRITE) | CAP(KILL);

	read_good(usual, &spec);
	cr_expect(process->terminal);
	cr_expect_eq(process->args.count, 1);
	cr_expect_str_eq(process->args.items[0], "sh");
	cr_expect_str_eq(process->cwd, "/");
	cr_expect_str_eq(spec_get_env(&spec, "TERM"), "xterm");
	cr_expect_eq(process->capabilities.bounding, caps);
	cr_expect_eq(process->capabilities.effective, caps);
	cr_expect_eq(process->capabilities.permitted, caps);
	cr_expect_eq(process->capabilities.inheritable, 0);
	cr_expect_eq(process->capabilities.ambient, CAP(KILL));
	cr_assert_eq(process->rlimit_count, 1);
	cr_expect_eq(process->rlimits[0].soft, 512);
	cr_expect_eq(process->rlimits[0].hard, 1024);
	cr_expect(process->no_new_privileges);
	cr_expect_not(process->has_oom_score_adj);

	cr_expect_eq(spec.root.kind, SPEC_ROOT_BIND);
	cr_expect_str_eq(spec.root.path, "/bundle/rootfs");
	cr_expect(spec.root.readonly);
	cr_expect_str_eq(spec.hostname, "runc");

	cr_assert_eq(spec.mount_count, 3);
	cr_expect_str_eq(spec.mounts[0].source, "proc");
	cr_expect_str_eq(spec.mounts[1].options.items[1], "mode=755");
	cr_expect_str_eq(spec.mounts[2].source, "/sys");

	cr_expect(spec.namespaces[NS_PID].wanted);
	cr_expect_null(spec.namespaces[NS_PID].path);
	cr_expect_str_eq(spec.namespaces[NS_NETWORK].path, "/run/netns/x");
	cr_expect_not(spec.namespaces[NS_CGROUP].wanted);
	cr_assert_eq(spec.uids.count, 2);
	cr_expect_eq(spec.uids.extents[0].outside, 1000);
	cr_expect_eq(spec.uids.extents[1].outside, 100000);
	cr_expect_eq(spec.gids.extents[0].outside, 1001);
	cr_expect_eq(spec.masked_paths.count, 2);
	cr_expect_str_eq(spec.readonly_paths.items[0], "/proc/sys");
	cr_expect_eq(spec.seccomp.kind, SECCOMP_UNCONFINED);
	spec_clear(&spec);
}

Test(spec_read, reads_the_rest_of_process)
{
	struct spec spec = { 0 };
	const struct spec_user *user = &spec.process.user;

	read_good(
		PROCESS_WITH(", \"terminal\": true,"
			     "\"consoleSize\": {\"height\": 24, \"width\": 80},"
			     "\"env\": [\"A=1\", \"B=\", \"A=2=3\"],"
			     "\"user\": {\"uid\": 1, \"gid\": 2, \"umask\": 23,"
			     "  \"additionalGids\": [3, 4]},"
			     "\"oomScoreAdj\": -5, \"apparmorProfile\": \"\","
			     "\"selinuxLabel\": \"\","
			     "\"rlimits\": [{\"type\": \"RLIMIT_CORE\","
			     "  \"soft\": 0, \"hard\": 18446744073709551615}]"),
		&spec);
	cr_expect_eq(spec.process.rows, 24);
	cr_expect_eq(spec.process.columns, 80);
	cr_assert_eq(spec.process.env.count, 2);
	cr_expect_str_eq(spec_get_env(&spec, "A"), "2=3");
	cr_expect_str_eq(spec_get_env(&spec, "B"), "");
	cr_expect_eq(user->uid, 1);
	cr_expect_eq(user->gid, 2);
	cr_expect(user->has_umask);
	cr_expect_eq(user->umask, 027);
	cr_assert_eq(user->group_count, 2);
	cr_expect_eq(user->groups[1], 4);
	cr_expect(spec.process.has_oom_score_adj);
	cr_expect_eq(spec.process.oom_score_adj, -5);
	cr_expect_eq(spec.process.rlimits[0].hard, RLIM_INFINITY);
	spec_clear(&spec);
}

Test(spec_read, ignores_the_console_size_without_a_terminal)
{
	struct spec spec = { 0 };

	read_good(PROCESS_WITH(
			  ", \"consoleSize\": {\"height\": 24, \"width\": 80}"),
		  &spec);
	cr_expect_eq(spec.process.rows, 0);
	spec_clear(&spec);
}

Test(spec_read, keeps_unknown_capabilities_apart)
{
	struct spec spec = { 0 };

	read_good(PROCESS_WITH(", \"capabilities\": {"
			       "\"bounding\": [\"CAP_ZZZ\", \"CAP_CHOWN\"],"
			       "\"effective\": [\"CAP_ZZZ\", \"CAP_YYY\"]}"),
		  &spec);
	cr_expect_eq(spec.process.capabilities.bounding, CAP(CHOWN));
	cr_assert_eq(spec.process.unknown_capabilities.count, 2);
	cr_expect_str_eq(spec.process.unknown_capabilities.items[1], "CAP_YYY");
	spec_clear(&spec);
}

Test(spec_read, puts_relative_paths_below_the_bundle)
{
	struct spec spec = { 0 };

	read_good(CONFIG_WITH(", \"mounts\": ["
			      "{\"destination\": \"/a\", \"type\": \"bind\","
			      " \"source\": \"data\"},"
			      "{\"destination\": \"b\", \"source\": \"data\","
			      " \"options\": [\"rbind\"]},"
			      "{\"destination\": \"/c\", \"type\": \"tmpfs\","
			      " \"source\": \"tmpfs\"}]"),
		  &spec);
	cr_expect_str_eq(spec.mounts[0].source, "/bundle/data");
	cr_expect_str_eq(spec.mounts[1].source, "/bundle/data");
	cr_expect_str_eq(spec.mounts[1].destination, "/b");
	cr_expect_null(spec.mounts[1].type);
	cr_expect_str_eq(spec.mounts[2].source, "tmpfs");
	spec_clear(&spec);
}

Test(spec_read, reads_devices)
{
	struct spec spec = { 0 };

	read_good(
		LINUX_WITH(", \"devices\": ["
			   "{\"type\": \"c\", \"path\": \"/dev/fuse\","
			   " \"major\": 10, \"minor\": 229, \"fileMode\": 8630,"
			   " \"uid\": 5, \"gid\": 6},"
			   "{\"type\": \"p\", \"path\": \"/run/pipe\"}]"),
		&spec);
	cr_assert_eq(spec.device_count, 2);
	cr_expect_eq(spec.devices[0].type, 'c');
	cr_expect_eq(spec.devices[0].major, 10);
	cr_expect_eq(spec.devices[0].minor, 229);
	cr_expect_eq(spec.devices[0].mode, 0666);
	cr_expect_eq(spec.devices[0].gid, 6);
	cr_expect_eq(spec.devices[1].type, 'p');
	cr_expect_str_eq(spec.devices[1].path, "/run/pipe");
	spec_clear(&spec);
}

Test(spec_read, takes_sysctls_of_its_namespaces_in_both_spellings)
{
	struct spec spec = { 0 };

	read_good(CONFIG_WITH(", \"linux\": {\"sysctl\": {"
			      "\"net.ipv4.ip_forward\": \"1\","
			      "\"net/ipv4/conf/eth0.7/forwarding\": \"1\","
			      "\"kernel.shm_rmid_forced\": \"1\","
			      "\"kernel.domainname\": \"x\","
			      "\"fs.mqueue.msg_max\": \"2\"},"
			      "\"namespaces\": [{\"type\": \"net\"},"
			      "{\"type\": \"ipc\"}, {\"type\": \"uts\"}]}"),
		  &spec);
	cr_assert_eq(spec.sysctl_count, 5);
	cr_expect_str_eq(spec.sysctls[0].key, "net.ipv4.ip_forward");
	cr_expect_str_eq(spec.sysctls[1].key,
			 "net.ipv4.conf.eth0/7.forwarding");
	spec_clear(&spec);
}

Test(spec_read, takes_aliases_of_namespaces)
{
	struct spec spec = { 0 };

	read_good(CONFIG_WITH(", \"linux\": {\"namespaces\": ["
			      "{\"type\": \"net\"},"
			      "{\"type\": \"mnt\", \"path\": \"\"}]}"),
		  &spec);
	cr_expect(spec.namespaces[NS_NETWORK].wanted);
	cr_expect(spec.namespaces[NS_MOUNT].wanted);
	cr_expect_null(spec.namespaces[NS_MOUNT].path);
	spec_clear(&spec);
}

Test(spec_read, reads_seccomp_names_and_annotations)
{
	struct spec spec = { 0 };

	read_good(CONFIG_WITH(", \"domainname\": \"d\", \"hostname\": \"\","
			      "\"annotations\": {\"a.b\": \"c\"},"
			      "\"linux\": {\"rootfsPropagation\": \"rslave\","
			      "\"namespaces\": [{\"type\": \"uts\"}],"
			      "\"seccomp\": {"
			      "  \"defaultAction\": \"SCMP_ACT_ALLOW\","
			      "  \"syscalls\": [{\"names\": [\"chmod\"],"
			      "    \"action\": \"SCMP_ACT_ERRNO\"}]}}"),
		  &spec);
	cr_expect_str_eq(spec.domainname, "d");
	cr_expect_null(spec.hostname);
	cr_expect_str_eq(spec.rootfs_propagation, "rslave");
	cr_expect_str_eq(spec.annotations.items[0], "a.b=c");
	cr_expect_eq(spec.seccomp.kind, SECCOMP_PROFILE);
	cr_expect_eq(spec.seccomp.rule_count, 1);
	spec_clear(&spec);
}

/* Sections that say nothing ask for nothing. */
Test(spec_read, passes_over_what_is_empty)
{
	struct spec spec = { 0 };

	read_good(CONFIG_WITH(
			  ", \"hooks\": {\"prestart\": [], \"poststop\": null},"
			  "\"vm\": {\"x\": 1}, \"solaris\": {}, \"future\": 1,"
			  "\"mounts\": null, \"hostname\": null,"
			  "\"linux\": {\"timeOffsets\": {}, \"intelRdt\": null,"
			  "\"mountLabel\": \"\", \"netDevices\": {},"
			  "\"cgroupsPath\": \"user.slice:holt:1\","
			  "\"resources\": {\"devices\": [{\"allow\": true}],"
			  "  \"memory\": {\"limit\": -1, \"swap\": 0,"
			  "    \"disableOOMKiller\": false},"
			  "  \"cpu\": {\"shares\": 0, \"cpus\": \"\"},"
			  "  \"pids\": {\"limit\": -1},"
			  "  \"blockIO\": {\"weight\": 0},"
			  "  \"unified\": {}, \"hugepageLimits\": []}}"),
		  &spec);
	spec_clear(&spec);
}

struct bad_case {
	char text[500];
	char error[120];
	int code;
};

ParameterizedTestParameters(spec_read, refuses)
{
	static struct bad_case cases[] = {
		{ "{}", "/root: missing", EINVAL },
		{ "[1]", "/: expected object, got array", EINVAL },
		{ "{\"root\": {}}", "/root/path: missing", EINVAL },
		{ "{\"root\": {\"path\": \"\"}}", "/root/path: empty", EINVAL },
		{ "{\"root\": {\"path\": \"r\"}}", "/process: missing",
		  EINVAL },
		{ "{\"ociVersion\": \"2.0.0\"}",
		  "/ociVersion: version 2.0.0 of the specification is not supported, 1.x is",
		  EINVAL },
		{ "{\"ociVersion\": \"10.0.0\"}",
		  "/ociVersion: version 10.0.0 of the specification is not supported, 1.x is",
		  EINVAL },
		{ "{\"ociVersion\": \"1.0\"}",
		  "/ociVersion: \"1.0\" is no version, such as 1.2.0", EINVAL },
		{ "{\"ociVersion\": 1}",
		  "/ociVersion: expected string, got number", EINVAL },

		{ PROCESS_WITH(", \"args\": []"), "/process/args: no command",
		  EINVAL },
		{ PROCESS_WITH(", \"args\": \"sh\""),
		  "/process/args: expected array, got string", EINVAL },
		{ PROCESS_WITH(", \"args\": [\"a\", 5]"),
		  "/process/args/1: expected string, got number", EINVAL },
		{ PROCESS_WITH(", \"args\": null"), "/process/args: missing",
		  EINVAL },
		{ PROCESS_WITH(", \"cwd\": \"tmp\""),
		  "/process/cwd: \"tmp\" is not an absolute path", EINVAL },
		{ PROCESS_WITH(", \"cwd\": \"\""),
		  "/process/cwd: \"\" is not an absolute path", EINVAL },
		{ PROCESS_WITH(", \"env\": [\"A=1\", \"B\"]"),
		  "/process/env/1: \"B\" is not of the form NAME=VALUE",
		  EINVAL },
		{ PROCESS_WITH(", \"env\": [\"=1\"]"),
		  "/process/env/0: \"=1\" is not of the form NAME=VALUE",
		  EINVAL },
		{ PROCESS_WITH(", \"user\": {\"uid\": 4294967295}"),
		  "/process/user/uid: 4294967295 is out of range, 0 to 4294967294",
		  EINVAL },
		{ PROCESS_WITH(", \"user\": {\"uid\": -1}"),
		  "/process/user/uid: -1 is out of range, 0 to 4294967294",
		  EINVAL },
		{ PROCESS_WITH(", \"user\": {\"umask\": 512}"),
		  "/process/user/umask: 512 is out of range, 0 to 511",
		  EINVAL },
		{ PROCESS_WITH(", \"user\": {\"additionalGids\": [1, -1]}"),
		  "/process/user/additionalGids/1: -1 is out of range, 0 to 4294967294",
		  EINVAL },
		{ PROCESS_WITH(", \"capabilities\": {\"ambient\": [1]}"),
		  "/process/capabilities/ambient/0: expected string, got number",
		  EINVAL },
		{ PROCESS_WITH(
			  ", \"rlimits\": [{\"type\": \"RLIMIT_X\", \"soft\": 1, \"hard\": 1}]"),
		  "/process/rlimits/0/type: unknown limit \"RLIMIT_X\"",
		  EINVAL },
		{ PROCESS_WITH(
			  ", \"rlimits\": [{\"type\": \"RLIMIT_AS\", \"soft\": 1, \"hard\": 1}, {\"type\": \"RLIMIT_AS\", \"soft\": 1, \"hard\": 1}]"),
		  "/process/rlimits/1: this limit is given twice", EINVAL },
		{ PROCESS_WITH(
			  ", \"rlimits\": [{\"type\": \"RLIMIT_AS\", \"soft\": 2, \"hard\": 1}]"),
		  "/process/rlimits/0: the soft limit is above the hard one",
		  EINVAL },
		{ PROCESS_WITH(
			  ", \"rlimits\": [{\"type\": \"RLIMIT_AS\", \"hard\": 1}]"),
		  "/process/rlimits/0/soft: missing", EINVAL },
		{ PROCESS_WITH(", \"oomScoreAdj\": 1001"),
		  "/process/oomScoreAdj: 1001 is out of range, -1000 to 1000",
		  EINVAL },
		{ PROCESS_WITH(", \"consoleSize\": {\"height\": 1}"),
		  "/process/consoleSize/width: missing", EINVAL },
		{ PROCESS_WITH(", \"apparmorProfile\": \"a\""),
		  "/process/apparmorProfile: AppArmor profiles are not supported (\"a\")",
		  EOPNOTSUPP },
		{ PROCESS_WITH(", \"selinuxLabel\": \"a\""),
		  "/process/selinuxLabel: not supported", EOPNOTSUPP },
		{ PROCESS_WITH(", \"scheduler\": {\"policy\": \"SCHED_IDLE\"}"),
		  "/process/scheduler: not supported", EOPNOTSUPP },
		{ PROCESS_WITH(", \"ioPriority\": {\"priority\": 1}"),
		  "/process/ioPriority: not supported", EOPNOTSUPP },
		{ PROCESS_WITH(", \"execCPUAffinity\": {\"initial\": \"0\"}"),
		  "/process/execCPUAffinity: not supported", EOPNOTSUPP },

		{ CONFIG_WITH(", \"hostname\": 5"),
		  "/hostname: expected string, got number", EINVAL },
		{ CONFIG_WITH(", \"hostname\": \"a\""),
		  "/hostname: needs a uts namespace, and /linux/namespaces has none",
		  EINVAL },
		{ CONFIG_WITH(", \"domainname\": \"a\""),
		  "/domainname: needs a uts namespace, and /linux/namespaces has none",
		  EINVAL },
		{ CONFIG_WITH(", \"hostname\": "
			      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			      "aaaaaaaaaaaaaaaaaaaa\""),
		  "/hostname: longer than 64 characters", EINVAL },
		{ CONFIG_WITH(", \"annotations\": {\"a\": 1}"),
		  "/annotations/a: expected string, got number", EINVAL },
		{ CONFIG_WITH(", \"annotations\": {\"\": \"\"}"),
		  "/annotations/: empty key", EINVAL },
		{ CONFIG_WITH(
			  ", \"annotations\": {\"run.oci.handler\": \"krun\"}"),
		  "/annotations/run.oci.handler: handler \"krun\" is not supported",
		  EOPNOTSUPP },
		{ CONFIG_WITH(
			  ", \"hooks\": {\"createRuntime\": [{\"path\": \"/x\"}]}"),
		  "/hooks/createRuntime: not supported", EOPNOTSUPP },
		{ CONFIG_WITH(", \"mounts\": [{\"type\": \"proc\"}]"),
		  "/mounts/0/destination: missing", EINVAL },
		{ CONFIG_WITH(", \"mounts\": [{\"destination\": \"\"}]"),
		  "/mounts/0/destination: empty", EINVAL },
		{ CONFIG_WITH(
			  ", \"mounts\": [{\"destination\": \"/a\", \"options\": \"ro\"}]"),
		  "/mounts/0/options: expected array, got string", EINVAL },
		{ CONFIG_WITH(
			  ", \"mounts\": [{\"destination\": \"/a\", \"uidMappings\": [{}]}]"),
		  "/mounts/0/uidMappings: not supported", EOPNOTSUPP },

		{ LINUX_WITH(", \"namespaces\": [{\"type\": \"zzz\"}]"),
		  "/linux/namespaces/0/type: unknown namespace \"zzz\"",
		  EINVAL },
		{ LINUX_WITH(", \"namespaces\": [{\"path\": \"/x\"}]"),
		  "/linux/namespaces/0/type: missing", EINVAL },
		{ LINUX_WITH(
			  ", \"namespaces\": [{\"type\": \"pid\", \"path\": \"x\"}]"),
		  "/linux/namespaces/0/path: \"x\" is not an absolute path",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"namespaces\": [{\"type\": \"network\"}, {\"type\": \"net\"}]"),
		  "/linux/namespaces/1: the network namespace is given twice",
		  EINVAL },
		{ LINUX_WITH(", \"namespaces\": [{\"type\": \"time\"}]"),
		  "/linux/namespaces/0/type: time namespaces are not supported",
		  EOPNOTSUPP },
		{ LINUX_WITH(", \"rootfsPropagation\": \"zzz\""),
		  "/linux/rootfsPropagation: unknown propagation \"zzz\"",
		  EINVAL },
		{ LINUX_WITH(", \"maskedPaths\": [\"proc\"]"),
		  "/linux/maskedPaths/0: \"proc\" is not an absolute path",
		  EINVAL },
		{ LINUX_WITH(", \"readonlyPaths\": [\"/a\", \"b\"]"),
		  "/linux/readonlyPaths/1: \"b\" is not an absolute path",
		  EINVAL },
		{ CONFIG_WITH(", \"linux\": {\"maskedPaths\": [\"/a\"]}"),
		  "/linux: maskedPaths and readonlyPaths need a mount namespace",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0}]"),
		  "/linux/uidMappings/0/size: missing", EINVAL },
		{ LINUX_WITH(
			  ", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 0}]"),
		  "/linux/uidMappings/0: size 0", EINVAL },
		{ LINUX_WITH(
			  ", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1}]"),
		  "/linux: uidMappings and gidMappings go together", EINVAL },
		{ LINUX_WITH(
			  ", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1}], \"gidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1}]"),
		  "/linux: uidMappings need a user namespace", EINVAL },
		{ LINUX_WITH(
			  ", \"devices\": [{\"type\": \"x\", \"path\": \"/d\"}]"),
		  "/linux/devices/0/type: \"x\" is none of c, b, u, p",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"devices\": [{\"type\": \"\", \"path\": \"/d\"}]"),
		  "/linux/devices/0/type: \"\" is none of c, b, u, p", EINVAL },
		{ LINUX_WITH(
			  ", \"devices\": [{\"type\": \"c\", \"path\": \"/d\", \"major\": 1}]"),
		  "/linux/devices/0/minor: missing", EINVAL },
		{ LINUX_WITH(
			  ", \"devices\": [{\"type\": \"c\", \"path\": \"d\", \"major\": 1, \"minor\": 3}]"),
		  "/linux/devices/0/path: \"d\" is not an absolute path",
		  EINVAL },
		{ LINUX_WITH(", \"sysctl\": {\"net.core.somaxconn\": \"1\"}"),
		  "/linux/sysctl/net.core.somaxconn: net.core.somaxconn needs the container's own network namespace",
		  EINVAL },
		{ LINUX_WITH(", \"sysctl\": {\"kernel.sem\": \"1\"}"),
		  "/linux/sysctl/kernel.sem: kernel.sem needs the container's own ipc namespace",
		  EINVAL },
		{ LINUX_WITH(", \"sysctl\": {\"net/../kernel/sem\": \"1\"}"),
		  "/linux/sysctl/net~1..~1kernel~1sem: 'net/../kernel/sem' is not a kernel parameter",
		  EINVAL },
		{ LINUX_WITH(", \"sysctl\": {\"net.//.kernel.sem\": \"1\"}"),
		  "/linux/sysctl/net.~1~1.kernel.sem: 'net.//.kernel.sem' is not a kernel parameter",
		  EINVAL },
		{ LINUX_WITH(", \"sysctl\": {\"kernel.sem\": 1}"),
		  "/linux/sysctl/kernel.sem: expected string, got number",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"timeOffsets\": {\"boottime\": {\"secs\": 1}}"),
		  "/linux/timeOffsets: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"intelRdt\": {\"closID\": \"a\"}"),
		  "/linux/intelRdt: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"netDevices\": {\"eth0\": {}}"),
		  "/linux/netDevices: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"personality\": {\"domain\": \"LINUX32\"}"),
		  "/linux/personality: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"memoryPolicy\": {\"mode\": \"MPOL_BIND\"}"),
		  "/linux/memoryPolicy: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"mountLabel\": \"a\""),
		  "/linux/mountLabel: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"resources\": {\"memory\": {\"limit\": 5}}"),
		  "/linux/resources/memory/limit: limits by cgroup are not supported",
		  EOPNOTSUPP },
		{ LINUX_WITH(", \"resources\": {\"pids\": {\"limit\": 0}}"),
		  "/linux/resources/pids/limit: limits by cgroup are not supported",
		  EOPNOTSUPP },
		{ LINUX_WITH(", \"resources\": {\"cpu\": {\"cpus\": \"0\"}}"),
		  "/linux/resources/cpu/cpus: not supported", EOPNOTSUPP },
		{ LINUX_WITH(
			  ", \"resources\": {\"unified\": {\"memory.high\": \"1\"}}"),
		  "/linux/resources/unified: not supported", EOPNOTSUPP },
		{ LINUX_WITH(
			  ", \"resources\": {\"memory\": {\"limit\": \"5\"}}"),
		  "/linux/resources/memory/limit: expected number, got string",
		  EINVAL },
		{ LINUX_WITH(", \"seccomp\": {}"),
		  "/linux/seccomp/defaultAction: missing", EINVAL },
	};

	return cr_make_param_array(struct bad_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct bad_case *c, spec_read, refuses)
{
	struct spec spec = { 0 };
	struct error err;

	cr_expect_eq(read_text(c->text, &spec, &err), -c->code, "%s", c->text);
	cr_expect_eq(err.code, c->code);
	cr_expect_str_eq(err.text, c->error);
	spec_clear(&spec);
}

Test(spec_read, a_bundle_without_config_is_named)
{
	struct spec spec = { 0 };
	struct error err = { 0 };

	cr_expect_eq(spec_read_bundle("/nowhere/at/all", &spec, &err), -ENOENT);
	cr_expect_str_eq(err.text, "bundle /nowhere/at/all");
	cr_expect_eq(spec_read_bundle("/", &spec, &err), -ENOENT);
	cr_expect(strstr(err.text, "/config.json"), "%s", err.text);
}
