#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Root's containers as units of the machine's systemd.
#
# vm: root

load ../lib/helpers
load ../lib/box
load ../lib/cgroup
load ../lib/systemd

setup_file()
{
	setup_busybox_root
	setup_systemd_runtime
}

setup()
{
	make_bundle
	drop_user_namespace
	use_unit system.slice libpod "t$BATS_TEST_NUMBER"
}

teardown()
{
	remove_box
	expect_no_unit
}

@test "a container is a scope of the machine's" {
	start_box
	find_group
	[ "$group" = "/sys/fs/cgroup/system.slice/$unit" ] || differs "$group"
	expect_property Slice system.slice
	expect_property Delegate yes
	rt exec box cat /proc/self/cgroup
	expect_output 0::/
	"$RUNTIME" delete --force box
	expect_no_unit
	change 'del(.linux.cgroupsPath)'
	unit=holt-box.scope
	start_box
	expect_property Slice system.slice
	"$RUNTIME" delete --force box
	expect_no_unit
	use_unit kubepods-besteffort-pod1.slice cri-containerd x
	start_box
	find_group
	[ "$group" = "/sys/fs/cgroup/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/$unit" ] ||
		differs "$group"
}

@test "every controller's limits outlive a daemon-reload" {
	change '.linux.resources = {
		memory: { limit: 50331648, swap: 67108864, reservation: 8388608 },
		cpu: { quota: 50000, period: 200000, burst: 10000, shares: 512, cpus: "1", mems: "0" },
		blockIO: { weight: 505 },
		hugepageLimits: [{ pageSize: "2MB", limit: 4194304 }],
		pids: { limit: 30 } }'
	start_box
	find_group
	expect_property AllowedCPUs 1
	expect_property AllowedMemoryNodes 0
	expect_property IOWeight 5000
	expect_limits
	systemctl daemon-reload
	expect_limits
	"$RUNTIME" update --cpuset-cpus 0-1 --blkio-weight 10 box
	systemctl daemon-reload
	expect_file cpuset.cpus 0-1
	expect_file io.weight 'default 1'
	"$RUNTIME" update --cpu-idle 1 box
	expect_property CPUWeight idle
	systemctl daemon-reload
	expect_file cpu.idle 1
}

expect_limits()
{
	expect_file memory.max 50331648
	expect_file memory.low 8388608
	expect_file cpu.max "50000 200000"
	expect_file cpu.max.burst 10000
	expect_file cpu.weight 59
	expect_file cpuset.cpus 1
	expect_file cpuset.mems 0
	expect_file io.weight 'default 5000'
	expect_file pids.max 30
	[ ! -e "$group/hugetlb.2MB.max" ] || expect_file hugetlb.2MB.max 4194304
}

@test "rules for devices outlive a daemon-reload" {
	change '.linux.resources.devices = [{ allow: false, access: "rwm" }] |
		.process.capabilities |= map_values(. + ["CAP_MKNOD"])'
	start_box
	try_devices
	expect_line null
	expect_text "can't open /tun: Operation not permitted"
	systemctl daemon-reload
	systemctl set-property --runtime "$unit" CPUWeight=77
	try_devices
	expect_line null
	expect_text "can't open /tun: Operation not permitted"
	echo '{"devices": [{"allow": false}, {"allow": true, "type": "c", "major": 10, "minor": 200, "access": "rwm"}]}' |
		"$RUNTIME" update --resources - box
	try_devices
	expect_line null
	expect_line tun
}

@test "the root of a user namespace may divide its cgroup" {
	map_others
	mount_cgroup
	change '.linux.resources.pids.limit = 20'
	start_box
	find_group
	[ "$(stat -c %u "$group" "$group/cgroup.procs" "$group/cgroup.subtree_control" \
		"$group/pids.max" | paste -sd ' ')" = '100000 100000 100000 0' ]
	rt exec box sh -c 'cd /sys/fs/cgroup; mkdir in && echo 0 >in/cgroup.procs && echo moved
		echo max >pids.max'
	expect_line moved
	expect_text 'pids.max: Permission denied'
	"$RUNTIME" delete --force box
	expect_no_unit
}

@test "engines pass next to no environment, and an empty XDG_RUNTIME_DIR" {
	run_apart env -i XDG_RUNTIME_DIR= "$HOLT_RUNTIME" --root "$BATS_FILE_TMPDIR/state" \
		--systemd-cgroup create --bundle "$bundle" box
	expect_status 0
	expect_property ActiveState active
}

@test "where only the bus is to be seen systemd is asked there" {
	run_apart unshare --mount sh -c 'mount -t tmpfs tmpfs /run/systemd && exec "$0" "$@"' \
		"$RUNTIME" create --bundle "$bundle" box
	expect_status 0
	expect_property ActiveState active
	run unshare --mount sh -c 'mount -t tmpfs tmpfs /run/systemd && exec "$0" "$@"' \
		"$RUNTIME" delete --force box
	expect_status 0
	expect_no_unit
}

@test "without systemd there is an error with a remedy" {
	run unshare --mount sh -c 'mount -t tmpfs tmpfs /run/systemd &&
		mount -t tmpfs tmpfs /run/dbus && exec "$0" "$@"' \
		"$RUNTIME" create --bundle "$bundle" box
	expect_no_box 'no systemd to make a cgroup'
	expect_text --cgroup-manager=cgroupfs
}

@test "what is killed for want of memory is the container's own process" {
	change '.linux.resources.memory = { limit: 33554432, swap: 33554432 } |
		.process.args = ["dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"]'
	rt run --bundle "$bundle" box
	expect_status 137
	expect_no_unit
}

@test "create killed while systemd works leaves what delete --force finds" {
	local count

	for ((count = 1; count < 40; count++)); do
		run_apart strace -o trace -e trace=ppoll -e "inject=ppoll:signal=KILL:when=$count" \
			"$RUNTIME" create --bundle "$bundle" box
		"$RUNTIME" delete --force box
		expect_no_unit
		grep -q SIGKILL trace || break
	done
	[ "$count" -gt 2 ]
}
