#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --user root
# linux.resources on cgroup v1, where the machine's root makes the cgroups: what
# config.json and `update` ask for is what the files of each controller say.

load ../lib/helpers
load ../lib/box

setup_file()
{
	setup_busybox_root
	setup_runtime
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
}

setup()
{
	path=/holt-v1-test-$$
	make_bundle
	drop_user_namespace
	change --arg path "$path" '.linux.cgroupsPath = $path |
		.linux.namespaces |= map(select(.type != "cgroup")) | del(.process.oomScoreAdj)'
}

teardown()
{
	remove_box
	[ -z "$(find /sys/fs/cgroup -name "${path#/}")" ] || differs 'cgroups are left'
}

# The file $1, "memory.limit_in_bytes", of the container's cgroup.
limit()
{
	cat "/sys/fs/cgroup/${1%%.*}$path/$1"
}

# Pairs of a file and what is in it.
expect_limits()
{
	while [ $# -gt 0 ]; do
		[ "$(limit "$1")" = "$2" ] || differs "$1: $(limit "$1"), not $2"
		shift 2
	done
}

with_resources()
{
	change "$@" '.linux.resources = ('"$resources"')'
	start_box
}

@test "memory: limit, reservation, swap, swappiness, disableOOMKiller" {
	resources='{ memory: { limit: 67108864, reservation: 33554432, swap: 134217728,
		swappiness: 10, disableOOMKiller: true } }'
	with_resources
	expect_limits memory.limit_in_bytes 67108864 \
		memory.soft_limit_in_bytes 33554432 \
		memory.memsw.limit_in_bytes 134217728 memory.swappiness 10
	limit memory.oom_control | grep -qx 'oom_kill_disable 1'
}

@test "cpu: shares, quota, period, burst, cpus, mems" {
	resources='{ cpu: { shares: 512, quota: 20000, period: 50000, burst: 10000,
		cpus: "0", mems: "0" } }'
	with_resources
	expect_limits cpu.shares 512 cpu.cfs_quota_us 20000 cpu.cfs_period_us 50000 \
		cpu.cfs_burst_us 10000 cpuset.cpus 0 cpuset.mems 0
	rt exec box grep Cpus_allowed_list /proc/self/status
	expect_output 'Cpus_allowed_list:	0'
}

@test "cpu: idle" {
	resources='{ cpu: { idle: 1 } }'
	with_resources
	expect_limits cpu.idle 1
}

@test "pids: a limit, by which a fork fails" {
	resources='{ pids: { limit: 3 } }'
	with_resources
	expect_limits pids.max 3
	rt exec box sh -c 'sleep 9 & sleep 9 & sleep 9 & wait'
	[ "$status" -ne 0 ] || differs 'wanted no more processes'
	expect_text "can't fork"
}

@test "blockIO: throttle devices" {
	local device major minor

	device=$(lsblk -dnro MAJ:MIN | head -n1)
	major=${device%:*} minor=${device#*:}
	resources='{ blockIO: {
		throttleReadBpsDevice: [{ major: $major, minor: $minor, rate: 1048576 }],
		throttleWriteBpsDevice: [{ major: $major, minor: $minor, rate: 2097152 }],
		throttleReadIOPSDevice: [{ major: $major, minor: $minor, rate: 100 }],
		throttleWriteIOPSDevice: [{ major: $major, minor: $minor, rate: 200 }] } }'
	with_resources --argjson major "$major" --argjson minor "$minor"
	expect_limits blkio.throttle.read_bps_device "$device 1048576" \
		blkio.throttle.write_bps_device "$device 2097152" \
		blkio.throttle.read_iops_device "$device 100" \
		blkio.throttle.write_iops_device "$device 200"
}

@test "devices: what isn't allowed can be made but not opened; the usual ones can" {
	resources='{ devices: [
		{ allow: false, access: "rwm" },
		{ allow: true, type: "c", major: 10, minor: 229, access: "rm" }] }'
	change '.process.capabilities |= map_values(. + ["CAP_MKNOD"]) |
		.mounts |= map(if .destination == "/dev" then .options = ["mode=755"] else . end)'
	with_resources
	rt exec box sh -c 'mknod /dev/fuse c 10 229 && : </dev/fuse'
	expect_status 0
	rt exec box sh -c ': >/dev/fuse'
	expect_text 'Operation not permitted'
	rt exec box sh -c 'mknod /dev/kmsg c 1 11 && cat /dev/kmsg'
	expect_status 1
	expect_text 'Operation not permitted'
	rt exec box sh -c 'mknod /dev/mine c 1 3 && echo x >/dev/mine && cat /dev/mine'
	expect_status 0
}

@test "a controller that this kernel lacks is named, and nothing is left" {
	[ ! -d /sys/fs/cgroup/hugetlb ] || differs 'this machine has it'
	change '.linux.resources = { hugepageLimits: [{ pageSize: "2MB", limit: 0 }] }'
	run start_box
	expect_status 1
	expect_text hugetlb
	rt list --quiet
	expect_output ''
}

@test "a cgroup with processes is refused, and they live on" {
	local theirs=/sys/fs/cgroup/pids$path other

	mkdir -p "$theirs/below"
	sleep 1000 3>&- &
	other=$!
	echo "$other" >"$theirs/below/cgroup.procs"
	rt create --bundle "$bundle" box
	expect_status 1
	expect_text "the cgroup $theirs has processes"
	change '.process.args = ["/nowhere"]'
	rt run --bundle "$bundle" box
	expect_status 1
	rt delete --force box
	expect_status 0
	kill -0 "$other" || differs 'it was killed'
	kill "$other"
	wait "$other" || :
	rmdir "$theirs/below" "$theirs"
}

@test "update: each option changes its limit" {
	resources='{ memory: { limit: 134217728 } }'
	with_resources
	rt update --memory 64m --memory-reservation=32m --memory-swap 128m box
	expect_status 0
	expect_limits memory.limit_in_bytes 67108864 \
		memory.soft_limit_in_bytes 33554432 \
		memory.memsw.limit_in_bytes 134217728
	rt update --memory=256m --memory-swap=-1 box
	expect_status 0
	expect_limits memory.limit_in_bytes 268435456
	rt update --cpu-period=50000 --cpu-quota 20000 --cpu-share 512 --cpu-burst 10000 box
	expect_status 0
	expect_limits cpu.cfs_quota_us 20000 cpu.cfs_period_us 50000 cpu.shares 512 \
		cpu.cfs_burst_us 10000
	rt update --cpu-burst 0 --cpu-quota -1 --pids-limit 20 box
	expect_status 0
	expect_limits cpu.cfs_quota_us -1 pids.max 20
	rt update --cpuset-cpus 0 --cpuset-mems 0 --pids-limit=-1 box
	expect_status 0
	expect_limits cpuset.cpus 0 cpuset.mems 0 pids.max max
	rt update --cpu-idle 1 box
	expect_status 0
	expect_limits cpu.idle 1
}

@test "update: resources from a file, or standard input, replace the options" {
	resources='{ pids: { limit: 30 } }'
	with_resources
	echo '{ "memory": { "limit": 67108864 }, "pids": { "limit": 40 } }' >"$bundle/resources"
	rt update --resources="$bundle/resources" box
	expect_status 0
	expect_limits memory.limit_in_bytes 67108864 pids.max 40
	run "$RUNTIME" update -r - box <<<'{ "pids": { "limit": 50 } }'
	expect_status 0
	expect_limits memory.limit_in_bytes 67108864 pids.max 50
	run "$RUNTIME" update --resources - box <<<'{ "pids": { "limit": "many" } }'
	expect_status 1
	expect_text /pids/limit
	expect_limits pids.max 50
}
