#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime under podman: what only root may do, cgroups most of all.
# as-user: --user root

load ../lib/helpers
load ../lib/engines
load ../lib/client
load ../lib/podman

setup_file()
{
	setup_podman
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return # conmon may leave a file
}

teardown()
{
	remove_containers
	expect_no_cgroup
}

teardown_file()
{
	remove_podman
}

expect_no_cgroup()
{
	local found

	found=$(find /sys/fs/cgroup -type d -path '*libpod_parent/libpod-*' ! -name '*conmon*')
	[ -z "$found" ] || differs "cgroups are left: $found"
}

# The first of the files $1 that is in the container's own cgroup.
of_cgroup()
{
	local pid file dir

	pid=$(podman inspect --format '{{.State.Pid}}' box)
	for file; do
		while IFS=: read -r _ controllers dir; do
			cat "/sys/fs/cgroup/${controllers#name=}$dir/$file" && return
			cat "/sys/fs/cgroup/unified$dir/$file" && return
		done <"/proc/$pid/cgroup"
	done 2>/dev/null
	return 1
}

@test "the shipped settings are put where podman looks, and change nothing unasked" {
	run jq -r --arg file "$HOLT_CONTAINERS_CONF" '.[$file]' \
		<(meson introspect --installed "$(dirname "$HOLT_RUNTIME")")
	expect_match '/containers/containers.conf.d/holt.conf$'
	run /usr/bin/podman info --format '{{.Host.OCIRuntime.Name}}'
	expect_match '^(crun|runc)$'
	run podman info --format '{{.Host.OCIRuntime.Name}} {{.Host.OCIRuntime.Path}}'
	expect_output "holt-runtime $HOLT_RUNTIME"
}

@test "pause stops every process, and unpause lets them go on" {
	podman run -d --name box --network none box sh -c "$COUNTING"
	count=/proc/$(podman inspect --format '{{.State.Pid}}' box)/root/count
	eventually test -s "$count"
	podman pause box
	pod inspect --format '{{.State.Status}}' box
	expect_output paused
	before=$(<"$count")
	sleep 0.3
	[ "$(<"$count")" = "$before" ]
	pod exec box true
	[ "$status" -ne 0 ] || differs 'a paused container took a command'
	podman unpause box
	eventually goes_on "$count" "$before"
}

@test "limits are set, changed and seen" {
	start_box --memory 100m --pids-limit 50 --cpu-shares 512 --cpu-quota 50000 --cpuset-cpus 0
	[ "$(of_cgroup memory.limit_in_bytes memory.max)" = 104857600 ]
	[ "$(of_cgroup pids.max)" = 50 ]
	[[ $(of_cgroup cpu.cfs_quota_us cpu.max) =~ ^50000 ]]
	[ "$(of_cgroup cpuset.cpus)" = 0 ]
	pod stats --no-stream --format '{{.MemUsage}} {{.PIDs}}' box
	expect_match '/ 104.9MB 1$'
	pod update --memory 200m --cpu-quota 20000 box
	expect_status 0
	[ "$(of_cgroup memory.limit_in_bytes memory.max)" = 209715200 ]
	[[ $(of_cgroup cpu.cfs_quota_us cpu.max) =~ ^20000 ]]
}

@test "more than --memory is death" {
	podman run -d --name box --network none --memory 20m --memory-swap 20m box \
		sh -c 'x=a; until [ ${#x} -gt 300000000 ]; do x=$x$x; done'
	pod wait box
	expect_output 137
}

@test "--pids-limit holds" {
	once --pids-limit 5 box sh -c 'for i in 1 2 3 4 5 6; do sleep 10 & done; wait'
	expect_text "can't fork"
}

@test "the default network, a bridge" {
	pod run --rm box ip -o -4 address show dev eth0
	expect_status 0
	expect_text 'inet 10.88.'
}

@test "--privileged: every device, and mounting" {
	once --privileged box sh -c 'ls /dev/tty1 /dev/fuse; mknod /tmp/zero c 1 5 && head -c 1 /tmp/zero | wc -c'
	expect_line 1
	expect_line /dev/fuse
}

@test "devices that weren't given can't be used" {
	local try='mknod /fuse c 10 229 && dd if=/fuse count=0'

	once --cap-add MKNOD box sh -c "$try"
	expect_text 'Operation not permitted'
	once --device-cgroup-rule 'c 10:229 rwm' --cap-add MKNOD box sh -c "$try"
	expect_status 0
}

@test "--cgroupns and --cgroup-parent" {
	once --cgroupns host --cgroup-parent /holt-engines box cat /proc/self/cgroup
	expect_status 0
	expect_text /holt-engines/libpod-
	once --cgroupns private box cat /proc/self/cgroup
	expect_status 0
	expect_no_text libpod
	remove_cgroups holt-engines
}

@test "--uidmap: root inside is an ordinary user outside" {
	once --uidmap 0:700000:5000 --memory 50m --tmpfs /cache box \
		sh -c 'id -u; cat /proc/self/uid_map; stat -c %u /bin/sh; touch /cache/x && echo made'
	expect_status 0
	expect_match '^0
 +0 +700000 +5000
0
made$'
	start_box --uidmap 0:700000:5000
	pod exec --user app box id -u
	expect_output 1000
	[ "$(stat -c %u "/proc/$(podman inspect --format '{{.State.Pid}}' box)")" = 700000 ]
}
