#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# config-linux.md: tests of its sentences in spec_musts.txt that aren't with those
# of a part: spec_namespaces, seccomp, spec_root_user.

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

@test "linux.required: what is missing is named" {
	expect_refused_for \
		'.linux.namespaces += [{ path: "/x" }]' '/linux/namespaces/3/type: missing' \
		'.linux.uidMappings = [{ hostID: 0, size: 1 }]' '/linux/uidMappings/0/containerID: missing' \
		'.linux.uidMappings = [{ containerID: 0, size: 1 }]' '/linux/uidMappings/0/hostID: missing' \
		'.linux.gidMappings = [{ containerID: 0, hostID: 0 }]' '/linux/gidMappings/0/size: missing' \
		'.linux.devices = [{ path: "/x", major: 1, minor: 3 }]' '/linux/devices/0/type: missing' \
		'.linux.devices = [{ type: "c", major: 1, minor: 3 }]' '/linux/devices/0/path: missing' \
		'.linux.devices = [{ path: "/x", type: "c", minor: 3 }]' '/linux/devices/0/major: missing' \
		'.linux.devices = [{ path: "/x", type: "c", major: 1 }]' '/linux/devices/0/minor: missing' \
		'.linux.resources.devices = [{ access: "rwm" }]' '/linux/resources/devices/0/allow: missing' \
		'.linux.resources.blockIO.weightDevice = [{ minor: 1, weight: 10 }]' '/linux/resources/blockIO/weightDevice/0/major: missing' \
		'.linux.resources.blockIO.throttleReadBpsDevice = [{ major: 8, minor: 0 }]' '/linux/resources/blockIO/throttleReadBpsDevice/0/rate: missing' \
		'.linux.resources.hugepageLimits = [{ limit: 1 }]' '/linux/resources/hugepageLimits/0/pageSize: missing' \
		'.linux.resources.hugepageLimits = [{ pageSize: "2MB" }]' '/linux/resources/hugepageLimits/0/limit: missing' \
		'.linux.resources.network.priorities = [{ name: "x" }]' '/linux/resources/network/priorities/0/priority: missing' \
		'.linux.resources.network.priorities = [{ priority: 1 }]' '/linux/resources/network/priorities/0/name: missing' \
		'.linux.seccomp = { flags: [] }' '/linux/seccomp/defaultAction: missing' \
		'.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["mkdir"] }] }' '/linux/seccomp/syscalls/0/action: missing' \
		'.linux.personality = { flags: [] }' '/linux/personality/domain: missing' \
		'.linux.memoryPolicy = { nodes: "0" }' '/linux/memoryPolicy/mode: missing'
	for member in index value op; do
		expect_refused_for ".linux.seccomp = { defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [{ names: [\"mkdir\"],
			action: \"SCMP_ACT_ERRNO\", args: [{ index: 0, value: 1, op: \"SCMP_CMP_EQ\" } | del(.$member)] }] }" \
			"/linux/seccomp/syscalls/0/args/0/$member: missing"
	done
}

@test "namespaces.absolute: a path is" {
	expect_refused_for '.linux.namespaces += [{ type: "network", path: "proc/self/ns/net" }]' \
		'/linux/namespaces/3/path: "proc/self/ns/net" is not an absolute path'
}

# What the namespaces are in a container: "net net:[4026531840]" and so on.
show_namespaces='for n in cgroup ipc mnt net pid time user uts; do
	echo "$n $(readlink /proc/self/ns/$n)"; done'

@test "namespaces.new: one that has no path is new" {
	change '.linux.namespaces = [("cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts") | { type: . }]'
	script "$show_namespaces"
	in_runtime
	expect_status 0
	[ "${#lines[@]}" -eq 8 ] || differs 'wanted eight namespaces'
	for line in "${lines[@]}"; do
		[ "${line#* }" != "$(readlink "/proc/self/ns/${line%% *}")" ] || differs "$line is ours"
	done
}

@test "namespaces.inherited: one that isn't listed is the runtime's" {
	change '.linux.namespaces = [("mount", "user") | { type: . }]'
	script "$show_namespaces"
	in_runtime
	expect_status 0
	for n in cgroup ipc net pid time uts; do
		expect_line "$n $(readlink /proc/self/ns/$n)"
	done
}

@test "devices.default: they are there without being asked for" {
	script 'for n in null zero full random urandom tty; do stat -c "%n %F %t:%T" /dev/$n; done
		readlink /dev/ptmx; echo lost >/dev/null; head -c 2 /dev/zero | wc -c; echo x >/dev/full'
	in_runtime
	expect_status 1
	expect_output '/dev/null character special file 1:3
/dev/zero character special file 1:5
/dev/full character special file 1:7
/dev/random character special file 1:8
/dev/urandom character special file 1:9
/dev/tty character special file 5:0
pts/ptmx
2
sh: write error: No space left on device'
}

@test "devices.console: it is the terminal, where there is one" {
	script 'stat -L -c %t:%T /dev/console /dev/fd/0 | uniq -c | tr -s " "'
	change '.process.terminal = true | .mounts += [{ destination: "/dev/pts", type: "devpts", source: "devpts",
		options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] }]'
	in_bundle
	expect_status 0
	expect_match '^ 2 88:'
	change 'del(.process.terminal) | .process.args = ["ls", "/dev/console"]'
	in_bundle
	expect_status 1
}

@test "blockIO.weightDevice: has weight or leafWeight" {
	expect_refused_for '.linux.resources.blockIO.weightDevice = [{ major: 1, minor: 1 }]' \
		'/linux/resources/blockIO/weightDevice/0: neither weight nor leafWeight'
}

@test "rdma.limits: has hcaHandles or hcaObjects" {
	expect_refused_for '.linux.resources.rdma = { mlx5_1: {} }' \
		'/linux/resources/rdma/mlx5_1: neither hcaHandles nor hcaObjects'
}

@test "unified.controller: one that isn't there is an error, and is named" {
	change '.linux.resources.unified = { "nosuch.max": "5" }'
	in_runtime
	expect_status 1
	expect_text linux.resources.unified
	expect_text 'the nosuch controller'
}

@test "seccomp.metadata: not without listenerPath" {
	expect_refused_for '.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW", listenerMetadata: "x" }' \
		'/linux/seccomp: listenerMetadata without listenerPath'
}

@test "seccomp.names: there is one, at least" {
	expect_refused_for \
		'.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: [], action: "SCMP_ACT_ERRNO" }] }' \
			'/linux/seccomp/syscalls/0: no names' \
		'.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ action: "SCMP_ACT_ERRNO" }] }' \
			'/linux/seccomp/syscalls/0: no names'
}

@test "maskedPaths.absolute: each of them is" {
	expect_refused_for '.linux.maskedPaths = ["/proc/kcore", "proc/keys"]' \
		'/linux/maskedPaths/1: "proc/keys" is not an absolute path'
}

@test "readonlyPaths.absolute: each of them is" {
	expect_refused_for '.linux.readonlyPaths = ["proc/sys"]' \
		'/linux/readonlyPaths/0: "proc/sys" is not an absolute path'
}
