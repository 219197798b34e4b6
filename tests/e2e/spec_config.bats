#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# config.json: what isn't quite as the specification has it, and what the
# machine around us doesn't let us do as it is written.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	change '.process.args = ["true"]'
}

teardown()
{
	expect_nothing_left
}

# The bundle as it is now: a warning, and with --strict an error.
expect_deviation()
{
	in_runtime --log-level=warning
	expect_status 0
	expect_line "holt-runtime: warning: $1"
	in_runtime
	expect_status 0
	expect_output ''
	in_runtime --strict
	expect_status 1
	expect_output "holt-runtime: $1 (--strict)"
}

@test "config.version: 1.x, as semver.org has it" {
	local version

	for version in 1.0.0 1.2.0 1.3.0-rc.1 1.0.2-dev 1.2.3+meta 1.2.3-a.b+c; do
		change '.ociVersion = $v' --arg v "$version"
		in_runtime --strict
		expect_status 0
	done
	for version in 1.0 v1.0.0 01.0.0 1.0.0- 1.0.0+ 1.0.0-a..b '1.0.0 ' ''; do
		change '.ociVersion = $v' --arg v "$version"
		in_runtime
		expect_status 1
		expect_text "/ociVersion: \"$version\" is no version, such as 1.2.0"
	done
	for version in 2.0.0 0.6.0 10.0.0; do
		change '.ociVersion = $v' --arg v "$version"
		in_runtime
		expect_status 1
		expect_text "/ociVersion: version $version of the specification is not supported, 1.x is"
	done
}

@test "ociVersion may be missing, with a warning" {
	change 'del(.ociVersion)'
	expect_deviation 'config: ociVersion is missing, taken as 1.0.0'
}

@test "mounts.destination: a relative one begins at the root, with a warning" {
	change '.mounts += [{ destination: "tmp/here", type: "tmpfs" }]'
	expect_deviation '/mounts/2/destination: "tmp/here" is taken as "/tmp/here"'
	script 'grep -c " /tmp/here tmpfs" /proc/self/mounts'
	in_runtime
	expect_output 1
}

@test "net and mnt are names of namespaces, with a warning" {
	change '.linux.namespaces += [{ type: "net" }]'
	expect_deviation 'config: namespace "net" is called "network"'
	reset_config
	change '.process.args = ["true"] | .linux.namespaces |=
		map(if .type == "mount" then .type = "mnt" else . end)'
	expect_deviation 'config: namespace "mnt" is called "mount"'
}

@test "what is warned of at create is not said again later" {
	local name=test-$BATS_TEST_NUMBER-$$

	change 'del(.ociVersion) | .process.args = ["sleep", "100"] |
		.hooks.poststop = [{ path: "/bin/true" }]'
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" run --detach \
		--bundle "$bundle" "$name" 3>&- >/dev/null 2>&1 </dev/null
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" \
		--log-level=warning exec "$name" true
	expect_output ''
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" \
		--log-level=warning delete --force "$name"
	expect_output ''
}

@test "root.path: it has to be a directory" {
	change '.root.path = "config.json"'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: the root $bundle/config.json: Not a directory"
}

@test "a file goes onto a file, a directory onto a directory" {
	change '.mounts += [{ destination: "/tmp", source: "/etc/passwd", options: ["bind"] }]'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: mount on /tmp: /etc/passwd can't be mounted onto a directory: Not a directory"
	change '.mounts[2] = { destination: "/etc/passwd", source: "/etc", options: ["bind"] }'
	in_runtime
	expect_status 1
	expect_text 'mount on /etc/passwd: '
	expect_text 'Not a directory'
}

# The bundle where parts of /proc and /sys are covered, as in a container.
in_covered()
{
	run unshare -Urm sh -c 'mount -t tmpfs cover /proc/fs &&
		mount -t tmpfs cover /sys/firmware && exec "$@"' - \
		"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" "$@" \
		run --bundle "$bundle" "test-$BATS_TEST_NUMBER-$$"
}

@test "under covers, the /proc and /sys outside stand in, with the covers" {
	change '.linux.namespaces += [{ type: "network" }] | .mounts += [
		{ destination: "/sys", type: "sysfs", source: "sysfs" }] |
		.process.args = ["sh", "-c",
			"ls -d /proc/self/fd/0; ls /proc/fs /sys/firmware; grep /sys/firmware /proc/self/mounts; touch /sys/x"]'
	in_covered --log-level=warning
	expect_line 'holt-runtime: warning: mount on /proc: the /proc outside is partly covered, so the kernel refuses a new one: that outside stands in for it, and shows processes that are not the container'"'s"
	expect_line /proc/self/fd/0
	expect_match 'cover /sys/firmware tmpfs ro'
	expect_text "touch: /sys/x: Read-only file system"
	in_covered --strict
	expect_status 1
	expect_text 'mount on /proc: mount a new proc: the /proc outside is partly covered'
}

@test "devices.path: a device has the path it is given, whatever the host calls it" {
	change '.linux.devices = [
		{ path: "/dev/nothing", type: "c", major: 1, minor: 3 },
		{ path: "/dev/deep/down/dice", type: "c", major: 1, minor: 8 }] |
		.process.args = ["sh", "-c", "echo x >/dev/nothing &&
			head -c 4 /dev/deep/down/dice | wc -c"]'
	in_runtime
	expect_status 0
	expect_output 4
	change '.linux.devices = [{ path: "/dev/x", type: "c", major: 99, minor: 99 }]'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: mount on /dev/x: device 99:99 can't be made in a user namespace, and the host has no node of it at /dev/x to be bound"
	change '.linux.devices = [{ path: "/etc/passwd", type: "c", major: 99, minor: 99 }]'
	in_runtime
	expect_status 1
	expect_output 'holt-runtime: mount on /etc/passwd: /etc/passwd is not device 99:99'
}

@test "the domain name may be a sysctl" {
	change '.linux.namespaces += [{ type: "uts" }] |
		.linux.sysctl = { "kernel.domainname": "some.where" } |
		.process.args = ["cat", "/proc/sys/kernel/domainname"]'
	in_runtime
	expect_status 0
	expect_output some.where
	change '.linux.namespaces |= map(select(.type != "uts"))'
	in_runtime
	expect_status 1
	expect_text "kernel.domainname needs the container's own uts namespace"
}

@test "config.required: what is missing is named" {
	expect_refused_for \
		'del(.root)' '/root: missing' \
		'del(.root.path)' '/root/path: missing' \
		'del(.mounts[0].destination)' '/mounts/0/destination: missing' \
		'del(.process.args)' '/process/args: missing' \
		'del(.process.cwd)' '/process/cwd: missing' \
		'.process.consoleSize = { height: 3 }' '/process/consoleSize/width: missing' \
		'.process.rlimits = [{ soft: 1, hard: 1 }]' '/process/rlimits/0/type: missing' \
		'.process.rlimits = [{ type: "RLIMIT_CORE", hard: 1 }]' '/process/rlimits/0/soft: missing' \
		'.process.rlimits = [{ type: "RLIMIT_CORE", soft: 1 }]' '/process/rlimits/0/hard: missing' \
		'.process.scheduler = { nice: 1 }' '/process/scheduler/policy: missing' \
		'.process.ioPriority = { priority: 1 }' '/process/ioPriority/class: missing' \
		'.hooks.poststop = [{ args: ["x"] }]' '/hooks/poststop/0/path: missing'
}

@test "config.unknown: what isn't known is ignored" {
	change '.nosuch = { a: [1] } | .process.nosuch = 1 | .linux.nosuch = "x" |
		.hooks.nosuch = [] | .mounts[0].nosuch = true |
		.vm = { hypervisor: {} } | .windows = { layerFolders: [] }'
	in_runtime --strict --log-level=warning
	expect_status 0
	expect_output ''
}

@test "root.readonly: the root can't be written, mounts can" {
	script 'touch /new && echo written; touch /dev/new && echo in a mount'
	in_runtime
	expect_output $'written\nin a mount'
	rm "$bundle/rootfs/new"
	change '.root.readonly = true'
	in_runtime
	expect_output $'touch: /new: Read-only file system\nin a mount'
	[ ! -e "$bundle/rootfs/new" ]
}

@test "mounts.order: each is made on what those before it have left" {
	change '.mounts += [
		{ destination: "/tmp", type: "tmpfs", source: "a", options: ["mode=700"] },
		{ destination: "/tmp/in", type: "tmpfs", source: "b", options: ["mode=711"] }]'
	script 'stat -c "%a %n" /tmp /tmp/in'
	in_runtime
	expect_output $'700 /tmp\n711 /tmp/in'
	change '.mounts[2:] |= reverse'
	in_runtime
	expect_line '700 /tmp'
	expect_text "can't stat '/tmp/in': No such file or directory"
}

@test "mounts.mappings: uidMappings and gidMappings go together" {
	change '.mounts += [{ destination: "/tmp", type: "bind", source: "/etc", options: ["bind"] }]'
	expect_refused_for \
		'.mounts[2].uidMappings = [{ containerID: 0, hostID: 0, size: 1 }]' \
			'/mounts/2: uidMappings and gidMappings go together' \
		'.mounts[2].gidMappings = [{ containerID: 0, hostID: 0, size: 1 }]' \
			'/mounts/2: uidMappings and gidMappings go together'
}

@test "process.consoleSize: ignored without a terminal" {
	change '.process.consoleSize = { height: 33, width: 77 }'
	script '[ -t 0 ] || echo no terminal'
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" run --bundle "$bundle" "test-$$" </dev/null
	expect_status 0
	expect_output 'no terminal'
}

@test "process.cwd: is absolute" {
	expect_refused_for '.process.cwd = "tmp"' '/process/cwd: "tmp" is not an absolute path' \
		'.process.cwd = ""' /process/cwd
	change '.process.cwd = "/tmp" | .process.args = ["pwd"]'
	in_runtime
	expect_output /tmp
}

@test "rlimits.type: an unknown one is an error" {
	expect_refused_for \
		'.process.rlimits = [{ type: "RLIMIT_X", soft: 1, hard: 1 }]' \
			'/process/rlimits/0/type: unknown limit "RLIMIT_X"' \
		'.process.rlimits = [{ type: "NOFILE", soft: 1, hard: 1 }]' /process/rlimits/0/type
}

@test "rlimits.values: both are those that were asked for" {
	change '.process.rlimits = [{ type: "RLIMIT_NOFILE", soft: 80, hard: 90 },
		{ type: "RLIMIT_MSGQUEUE", soft: 0, hard: 1024 }]'
	script 'ulimit -Sn; ulimit -Hn; grep msgqueue /proc/self/limits | tr -s " "'
	in_runtime
	expect_status 0
	expect_output $'80\n90\nMax msgqueue size 0 1024 bytes '
}

@test "oomScoreAdj.set: it is the process's" {
	change '.process.oomScoreAdj = 500 | .process.args = ["cat", "/proc/self/oom_score_adj"]'
	in_runtime
	expect_output 500
}

@test "oomScoreAdj.unset: it is the caller's" {
	change '.process.args = ["cat", "/proc/self/oom_score_adj"]'
	run bash -c 'echo 321 >/proc/self/oom_score_adj && exec "$HOLT_RUNTIME" --root "$1" run --bundle "$2" "$3"' \
		- "$BATS_TEST_TMPDIR/state" "$bundle" "test-$$"
	expect_output 321
}

@test "annotations.map: from strings to strings" {
	expect_refused_for '.annotations = []' '/annotations: expected object, got array' \
		'.annotations = { a: 5 }' '/annotations/a: expected string, got number'
	change '.annotations = {}'
	in_runtime --strict
	expect_status 0
}

@test "annotations.key: is not empty" {
	expect_refused_for '.annotations = { "": "x" }' /annotations/
}

@test "annotations.unknown: no error; a value may be empty" {
	change '.annotations = { "org.nobody.knows": "x", "key": "" }'
	in_runtime --strict --log-level=warning
	expect_status 0
	expect_output ''
}
