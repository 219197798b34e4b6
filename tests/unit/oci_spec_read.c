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

		{ PROCESS_WITH(", \"apparmorProfile\": 1"),
		  "/process/apparmorProfile: expected string, got number",
		  EINVAL },
		{ PROCESS_WITH(", \"selinuxLabel\": {}"),
		  "/process/selinuxLabel: expected string, got object",
		  EINVAL },
		{ PROCESS_WITH(", \"scheduler\": {\"nice\": 1}"),
		  "/process/scheduler/policy: missing", EINVAL },
		{ PROCESS_WITH(", \"scheduler\": {\"policy\": \"SCHED_ISO\"}"),
		  "/process/scheduler/policy: no Linux has SCHED_ISO",
		  EOPNOTSUPP },
		{ PROCESS_WITH(", \"scheduler\": {\"policy\": \"X\"}"),
		  "/process/scheduler/policy: unknown word \"X\"", EINVAL },
		{ PROCESS_WITH(
			  ", \"scheduler\": {\"policy\": \"SCHED_OTHER\", \"nice\": 20}"),
		  "/process/scheduler/nice: 20 is out of range, -20 to 19",
		  EINVAL },
		{ PROCESS_WITH(
			  ", \"scheduler\": {\"policy\": \"SCHED_OTHER\", \"priority\": 1}"),
		  "/process/scheduler: priority is for SCHED_FIFO and SCHED_RR only",
		  EINVAL },
		{ PROCESS_WITH(
			  ", \"scheduler\": {\"policy\": \"SCHED_RR\", \"runtime\": 1}"),
		  "/process/scheduler: runtime, deadline and period are for SCHED_DEADLINE only",
		  EINVAL },
		{ PROCESS_WITH(
			  ", \"scheduler\": {\"policy\": \"SCHED_OTHER\", \"flags\": [\"F\"]}"),
		  "/process/scheduler/flags/0: unknown word \"F\"", EINVAL },
		{ PROCESS_WITH(", \"ioPriority\": {\"priority\": 1}"),
		  "/process/ioPriority/class: missing", EINVAL },
		{ PROCESS_WITH(", \"ioPriority\": {\"class\": \"RT\"}"),
		  "/process/ioPriority/class: unknown word \"RT\"", EINVAL },
		{ PROCESS_WITH(
			  ", \"ioPriority\": {\"class\": \"IOPRIO_CLASS_BE\", \"priority\": 8}"),
		  "/process/ioPriority/priority: 8 is out of range, 0 to 7",
		  EINVAL },
		{ PROCESS_WITH(", \"execCPUAffinity\": {\"initial\": \"0-\"}"),
		  "/process/execCPUAffinity/initial: \"0-\" is no list such as 0-3,7",
		  EINVAL },
		{ PROCESS_WITH(", \"execCPUAffinity\": {\"final\": 0}"),
		  "/process/execCPUAffinity/final: expected string, got number",
		  EINVAL },

		{ CONFIG_WITH(
			  ", \"hooks\": {\"createRuntime\": [{\"path\": \"x\"}]}"),
		  "/hooks/createRuntime/0/path: \"x\" is not an absolute path",
		  EINVAL },
		{ CONFIG_WITH(", \"hooks\": {\"poststop\": [{\"args\": []}]}"),
		  "/hooks/poststop/0/path: missing", EINVAL },
		{ CONFIG_WITH(
			  ", \"hooks\": {\"prestart\": [{\"path\": \"/x\", \"timeout\": 0}]}"),
		  "/hooks/prestart/0/timeout: 0 is out of range, 1 to 2147483",
		  EINVAL },
		{ CONFIG_WITH(
			  ", \"hooks\": {\"poststart\": [{\"path\": \"/x\", \"env\": \"A=B\"}]}"),
		  "/hooks/poststart/0/env: expected array, got string",
		  EINVAL },
		{ CONFIG_WITH(", \"hooks\": {\"startContainer\": {}}"),
		  "/hooks/startContainer: expected array, got object", EINVAL },
		{ CONFIG_WITH(
			  ", \"mounts\": [{\"destination\": \"/a\", \"uidMappings\": [{}]}]"),
		  "/mounts/0/uidMappings/0/containerID: missing", EINVAL },
		{ CONFIG_WITH(
			  ", \"mounts\": [{\"destination\": \"/a\", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1}]}]"),
		  "/mounts/0: uidMappings and gidMappings go together",
		  EINVAL },
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
		{ CONFIG_WITH(", \"mounts\": [{\"type\": \"proc\"}]"),
		  "/mounts/0/destination: missing", EINVAL },
		{ CONFIG_WITH(", \"mounts\": [{\"destination\": \"\"}]"),
		  "/mounts/0/destination: empty", EINVAL },
		{ CONFIG_WITH(
			  ", \"mounts\": [{\"destination\": \"/a\", \"options\": \"ro\"}]"),
		  "/mounts/0/options: expected array, got string", EINVAL },

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
			  ", \"resources\": {\"memory\": {\"limit\": \"5\"}}"),
		  "/linux/resources/memory/limit: expected number, got string",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"timeOffsets\": {\"boottime\": {\"secs\": 1}}"),
		  "/linux: timeOffsets need a time namespace", EINVAL },
		{ LINUX_WITH(", \"timeOffsets\": {\"realtime\": {}}"),
		  "/linux/timeOffsets/realtime: there is no clock of this name to be moved",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"timeOffsets\": {\"boottime\": {\"nanosecs\": 1000000000}}"),
		  "/linux/timeOffsets/boottime/nanosecs: 1000000000 is out of range, 0 to 999999999",
		  EINVAL },
		{ LINUX_WITH(", \"intelRdt\": {\"closID\": \"a/b\"}"),
		  "/linux/intelRdt/closID: \"a/b\" is no directory name",
		  EINVAL },
		{ LINUX_WITH(", \"netDevices\": {\"eth0\": {}}"),
		  "/linux/netDevices/eth0: needs a network namespace, and /linux/namespaces has none",
		  EINVAL },
		{ LINUX_WITH(", \"personality\": {\"domain\": \"X\"}"),
		  "/linux/personality/domain: \"X\" is neither LINUX nor LINUX32",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"personality\": {\"domain\": \"LINUX\", \"flags\": [\"A\"]}"),
		  "/linux/personality/flags: not supported", EOPNOTSUPP },
		{ LINUX_WITH(", \"memoryPolicy\": {\"mode\": \"MPOL_BIND\"}"),
		  "/linux/memoryPolicy: MPOL_BIND needs nodes", EINVAL },
		{ LINUX_WITH(
			  ", \"memoryPolicy\": {\"mode\": \"MPOL_LOCAL\", \"nodes\": \"0\"}"),
		  "/linux/memoryPolicy: MPOL_LOCAL takes no nodes", EINVAL },
		{ LINUX_WITH(", \"memoryPolicy\": {\"mode\": \"X\"}"),
		  "/linux/memoryPolicy/mode: unknown mode \"X\"", EINVAL },
		{ LINUX_WITH(", \"mountLabel\": 1"),
		  "/linux/mountLabel: expected string, got number", EINVAL },
		{ LINUX_WITH(", \"cgroupsPath\": 1"),
		  "/linux/cgroupsPath: expected string, got number", EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"devices\": [{\"type\": \"c\"}]}"),
		  "/linux/resources/devices/0/allow: missing", EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"devices\": [{\"allow\": true, \"type\": \"x\"}]}"),
		  "/linux/resources/devices/0/type: \"x\" is none of a, b, c",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"devices\": [{\"allow\": true, \"access\": \"rx\"}]}"),
		  "/linux/resources/devices/0/access: \"rx\" is not made of r, w and m",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"memory\": {\"swappiness\": 101}}"),
		  "/linux/resources/memory/swappiness: 101 is out of range, 0 to 100",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"memory\": {\"disableOOMKiller\": 1}}"),
		  "/linux/resources/memory/disableOOMKiller: expected boolean, got number",
		  EINVAL },
		{ LINUX_WITH(", \"resources\": {\"cpu\": {\"cpus\": \"a\"}}"),
		  "/linux/resources/cpu/cpus: \"a\" is no list such as 0-3,7",
		  EINVAL },
		{ LINUX_WITH(", \"resources\": {\"cpu\": {\"shares\": \"1\"}}"),
		  "/linux/resources/cpu/shares: expected number, got string",
		  EINVAL },
		{ LINUX_WITH(", \"resources\": {\"pids\": {\"limit\": \"1\"}}"),
		  "/linux/resources/pids/limit: expected number, got string",
		  EINVAL },
		{ LINUX_WITH(", \"resources\": {\"blockIO\": {\"weight\": 5}}"),
		  "/linux/resources/blockIO/weight: a weight is 10 to 1000",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"blockIO\": {\"weightDevice\": [{\"major\": 1, \"minor\": 1}]}}"),
		  "/linux/resources/blockIO/weightDevice/0: neither weight nor leafWeight",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"blockIO\": {\"throttleReadBpsDevice\": [{\"major\": 1, \"minor\": 1}]}}"),
		  "/linux/resources/blockIO/throttleReadBpsDevice/0/rate: missing",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"hugepageLimits\": [{\"pageSize\": \"2\", \"limit\": 1}]}"),
		  "/linux/resources/hugepageLimits/0: \"2\" is no page size such as 2MB",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"network\": {\"classID\": -1}}"),
		  "/linux/resources/network/classID: -1 is out of range, 0 to 9223372036854775807",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"network\": {\"priorities\": [{\"name\": \"lo\"}]}}"),
		  "/linux/resources/network/priorities/0/priority: missing",
		  EINVAL },
		{ LINUX_WITH(", \"resources\": {\"rdma\": {\"mlx5\": {}}}"),
		  "/linux/resources/rdma/mlx5: neither hcaHandles nor hcaObjects",
		  EINVAL },
		{ LINUX_WITH(
			  ", \"resources\": {\"unified\": {\"../x\": \"1\"}}"),
		  "/linux/resources/unified/..~1x: the key is not the name of a cgroup's file",
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

Test(spec_read, every_field_of_the_kernel_and_of_time)
{
	struct spec spec = { 0 };
	struct error err;

	cr_assert_eq(
		read_text(
			CONFIG_WITH(
				", \"linux\": {\"namespaces\": [{\"type\": \"mount\"},"
				"{\"type\": \"time\"}, {\"type\": \"network\"}],"
				"\"timeOffsets\": {\"monotonic\": {\"secs\": -5},"
				"\"boottime\": {\"secs\": 7, \"nanosecs\": 9}},"
				"\"netDevices\": {\"eth0\": {\"name\": \"e\"}},"
				"\"personality\": {\"domain\": \"LINUX32\"},"
				"\"memoryPolicy\": {\"mode\": \"MPOL_BIND\","
				"\"nodes\": \"0-1\", \"flags\": [\"MPOL_F_STATIC_NODES\"]},"
				"\"intelRdt\": {\"closID\": \"c\", \"schemata\": [\"L3:0=f\"]},"
				"\"mountLabel\": \"m\", \"cgroupsPath\": \"/a\"}"),
			&spec, &err),
		0, "%s", err.text);
	cr_assert(spec.namespaces[NS_TIME].wanted);
	cr_assert(spec.monotonic.is_set && spec.monotonic.secs == -5);
	cr_assert_eq(spec.boottime.nanosecs, 9);
	cr_assert_eq(spec.net_device_count, 1);
	cr_assert_str_eq(spec.net_devices[0].new_name, "e");
	cr_assert(spec.has_personality && spec.personality == 8);
	cr_assert_eq(spec.memory_policy.mode, 2 | 1 << 15);
	cr_assert_str_eq(spec.memory_policy.nodes, "0-1");
	cr_assert_str_eq(spec.intel_rdt.schemata.items[0], "L3:0=f");
	cr_assert_str_eq(spec.mount_label, "m");
	cr_assert_str_eq(spec.cgroups_path, "/a");
	spec_clear(&spec);
}

Test(spec_read, every_resource)
{
	struct spec_resources r = { 0 };
	struct error err;

	cr_assert_eq(
		spec_read_resources_text(
			"{\"devices\": [{\"allow\": false},"
			"{\"allow\": true, \"type\": \"c\", \"major\": 1, \"access\": \"rm\"}],"
			"\"memory\": {\"limit\": 1, \"reservation\": 2, \"swap\": -1,"
			"\"swappiness\": 0, \"checkBeforeUpdate\": true},"
			"\"cpu\": {\"shares\": 3, \"quota\": -1, \"burst\": 4, \"period\": 5,"
			"\"cpus\": \"0-1\", \"mems\": \"\", \"idle\": 1},"
			"\"pids\": {\"limit\": 0},"
			"\"blockIO\": {\"weight\": 10, \"weightDevice\": [{\"major\": 8,"
			"\"minor\": 0, \"weight\": 20}], \"throttleWriteIOPSDevice\":"
			"[{\"major\": 8, \"minor\": 1, \"rate\": 6}]},"
			"\"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 7}],"
			"\"network\": {\"classID\": 8, \"priorities\": [{\"name\": \"lo\","
			"\"priority\": 9}]},"
			"\"rdma\": {\"mlx\": {\"hcaHandles\": 10}},"
			"\"unified\": {\"memory.high\": \"11\"}}",
			&r, &err),
		0, "%s", err.text);
	cr_assert_eq(r.device_count, 2);
	cr_assert(!r.devices[0].allow && r.devices[0].type == 'a');
	cr_assert(r.devices[1].read && !r.devices[1].write &&
		  r.devices[1].make_node && r.devices[1].minor == -1);
	cr_assert_eq(r.memory_limit.value, 1);
	cr_assert_eq(r.memory_swap.value, -1);
	cr_assert(r.memory_swappiness.is_set && !r.memory_swappiness.value);
	cr_assert(r.memory_check_before_update);
	cr_assert_eq(r.cpu_quota.value, -1);
	cr_assert_eq(r.cpu_burst.value, 4);
	cr_assert_str_eq(r.cpu_cpus, "0-1");
	cr_assert_null(r.cpu_mems);
	cr_assert(r.pids_limit.is_set && r.pids_limit.value == 0);
	cr_assert_eq(r.block_weights.items[0].weight.value, 20);
	cr_assert_eq(r.block_throttles[THROTTLE_WRITE_IOPS].items[0].rate, 6);
	cr_assert_eq(r.hugepages[0].limit_bytes, 7);
	cr_assert_eq(r.network_class.value, 8);
	cr_assert_eq(r.network_priorities[0].priority, 9);
	cr_assert_eq(r.rdma[0].handles.value, 10);
	cr_assert_not(r.rdma[0].objects.is_set);
	cr_assert_str_eq(r.unified.items[0], "memory.high=11");
	spec_resources_clear(&r);
}

Test(spec_read, hooks_and_the_process_alone)
{
	struct spec spec = { 0 };
	struct error err;

	cr_assert_eq(
		read_text(
			"{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"r\"},"
			"\"hooks\": {\"poststop\": [{\"path\": \"/a\","
			"\"args\": [\"a\", \"b\"], \"env\": [], \"timeout\": 3},"
			"{\"path\": \"/b\"}]}}",
			&spec, &err),
		0, "%s", err.text);
	cr_assert_not(spec.has_process);
	cr_assert_eq(spec.hooks[HOOK_POSTSTOP].count, 2);
	cr_assert(spec.hooks[HOOK_POSTSTOP].items[0].has_env);
	cr_assert_eq(spec.hooks[HOOK_POSTSTOP].items[0].timeout_s, 3);
	cr_assert_not(spec.hooks[HOOK_POSTSTOP].items[1].has_env);
	spec_clear(&spec);
	cr_assert_eq(
		spec_read_process_text(
			"{\"cwd\": \"/\", \"args\": [\"a\"],"
			"\"scheduler\": {\"policy\": \"SCHED_BATCH\", \"nice\": 5},"
			"\"ioPriority\": {\"class\": \"IOPRIO_CLASS_BE\","
			"\"priority\": 4}, \"execCPUAffinity\": {\"final\": \"1\"}}",
			&spec, &err),
		0, "%s", err.text);
	cr_assert(spec.has_process);
	cr_assert(spec.process.scheduler.is_set);
	cr_assert_eq(spec.process.scheduler.policy, 3);
	cr_assert_eq(spec.process.scheduler.nice, 5);
	cr_assert_eq(spec.process.io_priority.value, 2 << 13 | 4);
	cr_assert_str_eq(spec.process.affinity.final, "1");
	spec_clear(&spec);
}
