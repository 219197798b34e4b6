#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Root's containers on cgroup v2: every resource of the specification.
#
# vm: root

load ../lib/helpers
load ../lib/box
load ../lib/cgroup

setup_file()
{
	setup_busybox_root
	setup_runtime
	export SCOPE=/sys/fs/cgroup/holt-test
	disk=$(</sys/block/nvme0n1/dev)
	export disk
}

setup()
{
	make_bundle
	drop_user_namespace
	use_group
}

teardown()
{
	remove_box
	expect_no_group
}

@test "memory, cpu, cpuset and pids" {
	change '.linux.resources = {
		memory: { limit: 50331648, swap: 67108864, reservation: 8388608 },
		cpu: { quota: 50000, period: 200000, burst: 10000, shares: 512, cpus: "1", mems: "0" },
		pids: { limit: 30 } }'
	start_box
	expect_file memory.max 50331648
	expect_file memory.swap.max 16777216
	expect_file memory.low 8388608
	expect_file cpu.max "50000 200000"
	expect_file cpu.max.burst 10000
	expect_file cpu.weight 59
	expect_file cpuset.cpus 1
	expect_file cpuset.cpus.effective 1
	expect_file cpuset.mems 0
	expect_file pids.max 30
	rt exec box grep Cpus_allowed_list /proc/self/status
	expect_output $'Cpus_allowed_list:\t1'
	"$RUNTIME" update --cpuset-cpus 0-1 --cpu-idle 1 box
	expect_file cpuset.cpus 0-1
	expect_file cpu.idle 1
	"$RUNTIME" delete --force box
	change '.linux.resources = { cpu: { idle: 1 } }'
	start_box
	expect_file cpu.idle 1
}

@test "weights and rates of block devices" {
	change --arg disk "$disk" '($disk | split(":") | map(tonumber)) as [$major, $minor] |
		{ major: $major, minor: $minor } as $disk | .linux.resources.blockIO = {
			weight: 505,
			throttleReadBpsDevice: [$disk + { rate: 1048576 }],
			throttleWriteBpsDevice: [$disk + { rate: 2097152 }],
			throttleReadIOPSDevice: [$disk + { rate: 100 }],
			throttleWriteIOPSDevice: [$disk + { rate: 200 }] }'
	start_box
	[[ $(<"$group/io.weight") == "default 5000"* ]] || differs "$(<"$group/io.weight")"
	expect_file io.max "$disk rbps=1048576 wbps=2097152 riops=100 wiops=200"
	"$RUNTIME" update --blkio-weight 10 box
	[[ $(<"$group/io.weight") == "default 1"* ]] || differs "$(<"$group/io.weight")"
}

@test "a rate for writing holds" {
	change --arg disk "$disk" '($disk | split(":") | map(tonumber)) as [$major, $minor] |
		.linux.resources.blockIO.throttleWriteBpsDevice = [{ major: $major, minor: $minor, rate: 1048576 }]'
	start_box
	SECONDS=0
	rt exec box dd if=/dev/zero of=/file bs=1M count=4 conv=fsync
	expect_status 0
	[ "$SECONDS" -ge 3 ] || differs "4 MB at 1 MB/s in $SECONDS s"
	rt events --stats box
	[ "$(jq '[.data.blkio.ioServiceBytesRecursive[] | select(.op == "Write").value] | add >= 4194304' <<<"$output")" = true ]
}

@test "a device that isn't there is named" {
	change '.linux.resources.blockIO.throttleReadBpsDevice = [{ major: 240, minor: 77, rate: 1000 }]'
	rt create --bundle "$bundle" box
	expect_status 1
	expect_text io.max
	expect_text 240:77
}

@test "huge pages" {
	[ -e /sys/fs/cgroup/system.slice/hugetlb.2MB.max ] ||
		differs "this kernel has no huge pages: $(ls /sys/kernel/mm/hugepages)"
	change '.linux.resources.hugepageLimits = [{ pageSize: "2MB", limit: 4194304 }]'
	start_box
	expect_file hugetlb.2MB.max 4194304
	expect_file hugetlb.2MB.rsvd.max 4194304
	rt events --stats box
	jq -e '.data.hugetlb["2MB"].failcnt == 0' <<<"$output"
	"$RUNTIME" delete --force box
	change '.linux.resources.hugepageLimits = [{ pageSize: "3MB", limit: 0 }]'
	rt create --bundle "$bundle" box
	expect_status 1
	expect_text hugetlb.3MB
}

@test "rdma devices that aren't there are named" {
	change '.linux.resources.rdma = { mlx5_0: { hcaHandles: 3, hcaObjects: 100 } }'
	rt create --bundle "$bundle" box
	expect_status 1
	expect_text rdma.max
	expect_text mlx5_0
}

@test "unified.enabled: any file can be set, and its controller is enabled for that" {
	[ ! -e "$SCOPE" ] || differs "$SCOPE is there"
	change '.linux.resources.unified = { "memory.high": "41943040", "memory.oom.group": "1",
		"cpuset.cpus": "0", "cpu.weight": "77", "cgroup.max.depth": "3" }'
	start_box
	expect_file memory.high 41943040
	expect_file memory.oom.group 1
	expect_file cpuset.cpus 0
	expect_file cpu.weight 77
	expect_file cgroup.max.depth 3
}

@test "rules for devices" {
	change '.linux.resources.devices = [{ allow: false, access: "rwm" }] |
		.process.capabilities |= map_values(. + ["CAP_MKNOD"])'
	start_box
	try_devices
	expect_line null
	expect_text "can't open /tun: Operation not permitted"
	echo '{"devices": [{"allow": false}, {"allow": true, "type": "c", "major": 10, "minor": 200, "access": "rwm"}]}' |
		"$RUNTIME" update --resources - box
	try_devices
	expect_line null
	expect_line tun
	"$RUNTIME" delete --force box
	change '.linux.resources.devices += [{ allow: true, type: "c", major: 10, minor: 200, access: "m" }]'
	start_box
	try_devices
	expect_text "can't open /tun: Operation not permitted"
}

# The line that refuses $1 below linux.resources has $2 in it.
expect_refused()
{
	change ".linux.resources = $1"
	rt create --bundle "$bundle" box
	expect_status 1
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs 'wanted one line'
	expect_text "$2"
	expect_no_group
}

@test "unified.conversion: what v1 alone has is refused by name" {
	expect_refused '{ memory: { swappiness: 10 } }' memory.swappiness
	expect_refused '{ memory: { disableOOMKiller: true } }' memory.disableOOMKiller
	expect_refused '{ cpu: { realtimeRuntime: 1000 } }' cpu.realtimeRuntime
	expect_refused '{ blockIO: { leafWeight: 100 } }' blockIO.leafWeight
	expect_refused '{ network: { classID: 5 } }' network.classID
	expect_refused '{ network: { priorities: [{ name: "lo", priority: 3 }] } }' network.priorities
	expect_refused '{ unified: { "nosuch.max": "1" } }' nosuch
}

@test "cpu.burst: one above the quota is refused, by update too" {
	expect_refused '{ cpu: { quota: 20000, burst: 20001 } }' \
		'cpu.burst (20001) is above cpu.quota (20000)'
	change '.linux.resources = { cpu: { quota: 50000, burst: 50000 } }'
	start_box
	expect_file cpu.max.burst 50000
	rt update --cpu-quota 30000 --cpu-burst 30001 box
	expect_status 1
	expect_text 'cpu.burst (30001) is above cpu.quota (30000)'
	expect_file cpu.max "50000 100000"
	# Both become less, though neither could become so alone before the other.
	"$RUNTIME" update --cpu-quota 30000 --cpu-burst 20000 box
	expect_file cpu.max "30000 100000"
	expect_file cpu.max.burst 20000
	"$RUNTIME" update --cpu-quota -1 --cpu-burst 0 box
	expect_file cpu.max.burst 0
}

@test "pause stops everything until resume" {
	start_box
	"$RUNTIME" pause box
	expect_file cgroup.freeze 1
	[ "$(field cgroup.events frozen)" -eq 1 ]
	"$RUNTIME" resume box
	[ "$(field cgroup.events frozen)" -eq 0 ]
}

# A container with other ids than ours, which runs as uid 7, and mounts its cgroup.
with_users()
{
	map_others
	mount_cgroup
	change '.process.user = { uid: 7, gid: 8 }'
}

# Start it where the shell command $1 has changed what is mounted on /sys.
start_where()
{
	run_apart unshare --mount sh -c "$1"' && exec "$0" "$@"' \
		"$RUNTIME" create --bundle "$bundle" box
	expect_status 0
}

# What of the cgroup is the container's is its directory, and those of the files
# listed in the file $1 that are there.
expect_given()
{
	local given wanted

	given=$(cd "$group" && find . -maxdepth 1 ! -uid 0 -printf '%P %U %G\n' | sort)
	wanted=$(cd "$group" && { echo; sort "$1"; } | while read -r file; do
		[ -n "$file" ] && [ ! -e "$file" ] || echo "$file 100007 100008"
	done)
	[ "$given" = "$wanted" ] || differs "given: $given" "wanted: $wanted"
}

@test "cgroups.owner: files that the kernel lists are the container's, or aren't there" {
	with_users
	{ cat /sys/kernel/cgroup/delegate && echo memory.nosuch; } >files
	grep -qx cgroup.procs files
	start_where "mount --bind '$PWD/files' /sys/kernel/cgroup/delegate"
	expect_given "$PWD/files"
}

@test "cgroups.files: without the kernel's list it is the specification's" {
	with_users
	printf '%s\n' cgroup.procs cgroup.subtree_control cgroup.threads >files
	start_where 'mount -t tmpfs tmpfs /sys/kernel/cgroup'
	expect_given "$PWD/files"
}

@test "a cgroup that the container doesn't mount, or can't write, stays ours" {
	local way

	for way in '.mounts[-1].options = ["ro"]' 'del(.mounts[-1])' \
		'del(.linux.namespaces[] | select(.type == "cgroup"))'; do
		cp "$bundle/config.json" kept
		with_users
		change "$way"
		start_box
		[ -z "$(find "$group" ! -uid 0)" ] || differs "$way"
		"$RUNTIME" delete --force box
		mv kept "$bundle/config.json"
	done
}

@test "directories made on the way go, too" {
	use_group a/b/box
	start_box
	[ "$(<"$group/pids.max")" = max ]
	"$RUNTIME" delete --force box
	[ ! -e "$SCOPE" ]
}
