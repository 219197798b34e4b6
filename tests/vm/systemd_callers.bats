#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# How an ordinary user's systemd is found, whatever the caller's surroundings.

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
	use_unit user.slice libpod "t$BATS_TEST_NUMBER"
	manager=/sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service
}

teardown()
{
	remove_box
	expect_no_unit
}

# A container can be made and deleted with no environment but the words.
expect_made_with()
{
	run_apart env -i "$@" "$HOLT_RUNTIME" --root "$BATS_FILE_TMPDIR/state" \
		--cgroup-manager=systemd create --bundle "$bundle" box
	expect_status 0
	expect_property ActiveState active
	run env -i "$@" "$HOLT_RUNTIME" --root "$BATS_FILE_TMPDIR/state" delete --force box
	expect_status 0
	expect_no_unit
}

@test "engines pass next to no environment" {
	expect_made_with
	expect_made_with XDG_RUNTIME_DIR=
	expect_made_with "XDG_RUNTIME_DIR=/run/user/$(id -u)"
	mkdir run
	ln -s "/run/user/$(id -u)/bus" run/bus
	expect_made_with "XDG_RUNTIME_DIR=$PWD/run"
	expect_made_with XDG_RUNTIME_DIR=/nowhere \
		"DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus"
}

@test "another bus is passed over" {
	mkdir run
	ln -s "/run/user/$(id -u)/bus" run/bus
	dbus-daemon --session --address="unix:path=$PWD/other" --print-pid=4 4>pid 3>&- &
	eventually test -s pid
	expect_made_with "XDG_RUNTIME_DIR=$PWD/run" "DBUS_SESSION_BUS_ADDRESS=unix:path=$PWD/other"
	kill "$(<pid)"
}

@test "no manager is an error with a remedy" {
	run env -i XDG_RUNTIME_DIR=/nowhere "$HOLT_RUNTIME" --root "$BATS_FILE_TMPDIR/state" \
		--cgroup-manager=systemd create --bundle "$bundle" box
	expect_no_box "no service manager of user $(id -u)"
	expect_text "'loginctl enable-linger $(id -u)'"
	expect_text dbus-user-session
	expect_text /nowhere/systemd/private
}

# The bundle is for who is root in a user namespace of her own.
as_mapped_root()
{
	change '.linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0'
}

@test "systemd outside of our PID namespace is not told our numbers" {
	as_mapped_root
	run unshare --user --map-root-user --pid --fork --mount-proc \
		"$RUNTIME" create --bundle "$bundle" box
	expect_no_box 'systemd is outside of our PID namespace'
}

@test "in a user namespace it is still the same user" {
	as_mapped_root
	run_apart unshare --user --map-root-user env -i "$HOLT_RUNTIME" \
		--root "$BATS_FILE_TMPDIR/state" --systemd-cgroup create --bundle "$bundle" box
	expect_status 0
	expect_property ActiveState active
	find_group
	[ "$group" = "$manager/user.slice/$unit" ] || differs "$group"
	unshare --user --map-root-user "$RUNTIME" delete --force box
	expect_no_unit
}

@test "features tells of systemd" {
	rt features
	[ "$(jq -c '.linux.cgroup | [.systemd, .systemdUser]' <<<"$output")" = '[true,true]' ]
}
