#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --user root
# What config.json can ask for where the caller is the machine's root: cgroup
# v1 mounts, device nodes, propagation.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	[ "$(id -u)" -eq 0 ] || skip_unless_strict 'this needs root'
	make_bundle
}

teardown()
{
	expect_nothing_left
}

is_v2()
{
	[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]
}

with_cgroups()
{
	change '.mounts += [
		{ destination: "/sys", type: "sysfs", source: "sysfs", options: ["ro"] },
		{ destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
		  options: ["nosuid", "noexec", "nodev", "relatime", "ro"] }]'
	script 'grep " /sys/fs/cgroup" /proc/self/mountinfo | cut -d" " -f4,5,6,9; mkdir /sys/fs/cgroup/x
		grep memory /proc/self/cgroup; head -n1 /sys/fs/cgroup/memory/tasks'
}

@test "cgroup v1 shows the container's own cgroup of each controller" {
	! is_v2 || skip 'this machine has cgroup v2'
	with_cgroups
	in_runtime
	expect_status 0
	expect_match '/ /sys/fs/cgroup ro,nosuid,nodev,noexec'
	expect_match '/[a-z0-9].* /sys/fs/cgroup/memory ro,nosuid,nodev,noexec.* cgroup'
	expect_text 'Read-only file system'
	expect_line 1
}

@test "a cgroup namespace begins at the container's own cgroup" {
	! is_v2 || skip 'this machine has cgroup v2'
	change '.linux.namespaces += [{ type: "cgroup" }]'
	with_cgroups
	in_runtime
	expect_status 0
	expect_match '/ /sys/fs/cgroup/memory ro,nosuid,nodev,noexec.* cgroup'
	expect_match '[0-9]+:memory:/'$'\n1$'
}

@test "cgroups can be written where that is asked for" {
	! is_v2 || skip 'this machine has cgroup v2'
	with_cgroups
	change '.mounts[-1].options = ["rw"]'
	script 'mkdir /sys/fs/cgroup/memory/x && ls /sys/fs/cgroup/memory/x/tasks && rmdir /sys/fs/cgroup/memory/x'
	in_runtime
	expect_output /sys/fs/cgroup/memory/x/tasks
}

@test "device nodes are made as they are described" {
	change '.linux.devices = [
		{ path: "/dev/zwei", type: "c", major: 1, minor: 5, fileMode: 420, uid: 7, gid: 8 },
		{ path: "/dev/pipe", type: "p", fileMode: 432 }]'
	script 'stat -c "%n %F %a %t:%T %u:%g" /dev/zwei /dev/pipe'
	in_bundle
	expect_status 0
	expect_match '/dev/zwei character special file 644 1:5 7:8'
	expect_match '/dev/pipe fifo 660 0:0 0:0'
}

@test "a device that is there and another is refused" {
	change '.linux.devices = [{ path: "/dev/null", type: "c", major: 1, minor: 5 }]'
	in_bundle
	expect_refusal '/dev/null'
	reset_config
	echo >"$bundle/rootfs/node"
	change '.linux.devices = [{ path: "/node", type: "c", major: 1, minor: 5 }]'
	in_bundle
	expect_refusal '/node exists and is not the device asked for'
}

@test "mounts on the host reach a slave in the container, and none comes back" {
	mkdir "$BATS_TEST_TMPDIR/volume"
	mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/volume"
	mount --make-shared "$BATS_TEST_TMPDIR/volume"
	mkdir "$BATS_TEST_TMPDIR/volume/"{host,container}
	change --arg source "$BATS_TEST_TMPDIR/volume" '.mounts += [{ destination: "/m", type: "bind",
		source: $source, options: ["rbind", "rslave"] }] |
		.process.capabilities = { bounding: ["CAP_SYS_ADMIN"], effective: ["CAP_SYS_ADMIN"], permitted: ["CAP_SYS_ADMIN"] } |
		.linux.rootfsPropagation = "rslave"'
	script 'mount -t tmpfs tmpfs /m/container && touch /m/container/inside; echo ready >/m/ready
		i=0; until [ -e /m/host/outside ] || [ $i -gt 50 ]; do i=$((i + 1)); sleep 0.1; done; ls /m/host'
	"$HOLT" run --bundle "$bundle" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	until [ -e "$BATS_TEST_TMPDIR/volume/ready" ]; do sleep 0.05; done
	mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/volume/host"
	touch "$BATS_TEST_TMPDIR/volume/host/outside"
	wait
	output=$(cat "$BATS_TEST_TMPDIR/out") status=0
	found=$(ls "$BATS_TEST_TMPDIR/volume/container")
	umount -R "$BATS_TEST_TMPDIR/volume"
	expect_output outside
	[ -z "$found" ] || differs "a mount came back: $found"
}

@test "a volume that is shared carries mounts of the container to the host" {
	mkdir "$BATS_TEST_TMPDIR/volume"
	mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/volume"
	mount --make-shared "$BATS_TEST_TMPDIR/volume"
	mkdir "$BATS_TEST_TMPDIR/volume/m"
	change --arg source "$BATS_TEST_TMPDIR/volume" '.mounts += [{ destination: "/m", type: "bind",
		source: $source, options: ["rbind", "rshared"] }] |
		.process.capabilities = { bounding: ["CAP_SYS_ADMIN"], effective: ["CAP_SYS_ADMIN"], permitted: ["CAP_SYS_ADMIN"] } |
		.linux.rootfsPropagation = "shared"'
	script 'mount -t tmpfs tmpfs /m/m && touch /m/m/inside'
	in_bundle
	found=$(ls "$BATS_TEST_TMPDIR/volume/m")
	umount -R "$BATS_TEST_TMPDIR/volume"
	expect_status 0
	[ "$found" = inside ] || differs 'the mount has not come through'
}
