#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# An ordinary user's containers as units of her systemd, called from a session,
# whose cgroup has nothing in common with her systemd's that were hers.
#
# vm: session

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
	! grep -q "user@$(id -u).service" /proc/self/cgroup ||
		differs "this is for a session"
	make_bundle
	use_unit user.slice libpod "t$BATS_TEST_NUMBER"
	manager=/sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service
}

teardown()
{
	remove_box
	expect_no_unit
}

@test "a container is in its scope" {
	start_box
	find_group
	[ "$group" = "$manager/user.slice/$unit" ] || differs "$group"
}

@test "exec runs in the container's cgroup" {
	map_ranges
	start_box
	find_group
	rt exec box cat /proc/self/cgroup
	expect_output 0::/
	"$RUNTIME" exec --detach --pid-file "$PWD/pid" --user 7 box sleep 2000
	[ "$(cut -d: -f3 "/proc/$(<pid)/cgroup")" = "${group#/sys/fs/cgroup}" ]
	rt exec box sh -c 'exit 5'
	expect_status 5
	rt exec box /nowhere
	expect_failure 'no such file or directory'
}

@test "exec runs in a cgroup below the container's" {
	mount_cgroup
	start_box
	rt exec box mkdir /sys/fs/cgroup/below
	expect_status 0
	rt exec --cgroup below box cat /proc/self/cgroup
	expect_output 0::/below
	rt exec --cgroup nowhere box true
	expect_failure nowhere
}

@test "subgroups are in reach, too" {
	change '.annotations = { "run.oci.systemd.subgroup": "a", "run.oci.delegate-cgroup": "b" }'
	start_box
	find_group
	[ "$group" = "$manager/user.slice/$unit/a/b" ] || differs "$group"
	rt exec box cat /proc/self/cgroup
	expect_output 0::/b
}

@test "exec that is killed leaves nothing in the container" {
	start_box
	find_group
	run strace -o /dev/null -e trace=ppoll -e inject=ppoll:signal=KILL:when=1 \
		"$RUNTIME" exec box sleep 2000
	eventually eval '[ "$(wc -l <"$group/cgroup.procs")" -eq 1 ]'
}
