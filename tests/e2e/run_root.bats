#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --user root
# holt run for the host's root: every id is itself, and yet what root may do
# ends at the container's namespaces.

load ../lib/helpers

setup_file()
{
	setup_busybox_root
}

teardown()
{
	expect_nothing_left
}

box()
{
	run "$HOLT" run --network none "$@"
}

@test "every id is mapped to itself" {
	box busybox sh -c 'id -u; cat /proc/self/uid_map'
	expect_line 0
	expect_match '0 +0 +4294967295'
}

@test "files keep their owners" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box -u 1234:2345 -v "$BATS_TEST_TMPDIR:/d" busybox true
	expect_status 0
	box -v "$BATS_TEST_TMPDIR/d:/d" busybox sh -c 'touch /d/x; chown 1234:2345 /d/x'
	expect_status 0
	[ "$(stat -c %u:%g "$BATS_TEST_TMPDIR/d/x")" = 1234:2345 ]
}

@test "root inside doesn't reach the kernel's parameters, nor devices" {
	for root in host busybox; do
		box "$root" sh -c 'echo 1 >/proc/sys/vm/swappiness; umount /proc/sys; echo 1 >/proc/sys/vm/swappiness
			mount -o remount,rw /proc/sys; mount -t proc p /tmp; echo 1 >/tmp/sys/vm/swappiness
			echo x >/proc/sysrq-trigger; mknod /tmp/x b 8 0 && echo made; echo end'
		expect_line end
		expect_no_text made
		[ "$(cat /proc/sys/vm/swappiness)" != 1 ]
		[ "$(grep -c 'Read-only file system' <<<"$output")" -ge 2 ]
	done
}

@test "busybox doesn't mount for the machine's root unless asked to" {
	box busybox mount -t tmpfs t /mnt
	expect_status 1
	box --cap-add sys_admin busybox mount -t tmpfs t /mnt
	expect_status 0
}

@test "the root host can't be written" {
	box host sh -c 'touch /etc/x; touch /usr/x; touch /root/x && ls -A /root'
	[ "$(grep -c 'Read-only file system' <<<"$output")" -eq 2 ]
	expect_line x
	[ ! -e /root/x ]
}

@test "the network, the overlay and the terminal work" {
	run "$HOLT" run busybox ip -o addr show dev tap0
	expect_text 10.0.2.100
	box --rootfs "$BUSYBOX_ROOT:O" rm -r /home
	expect_status 0
	[ -d "$BUSYBOX_ROOT/home" ]
	box -t busybox tty
	expect_status 0
}

@test "a bundle without a user namespace runs as the host's root" {
	mkdir "$BATS_TEST_TMPDIR/b"
	jq -n --arg root "$BUSYBOX_ROOT" '{ ociVersion: "1.0.2", root: { path: $root, readonly: true },
		process: { terminal: false, user: { uid: 0, gid: 0 }, cwd: "/", env: ["PATH=/bin"],
			args: ["sh", "-c", "readlink /proc/self/ns/user; ls -l /dev/x; echo $$"] },
		mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
		linux: { namespaces: [{ type: "pid" }, { type: "mount" }],
			devices: [{ path: "/dev/x", type: "c", major: 1, minor: 5, fileMode: 384, uid: 7, gid: 8 }] } }' \
		>"$BATS_TEST_TMPDIR/b/config.json"
	run "$HOLT" run --bundle "$BATS_TEST_TMPDIR/b"
	expect_status 0
	expect_line "$(readlink /proc/self/ns/user)"
	expect_match 'crw------- +1 7 +8 +1, +5'
	expect_line 1
}

@test "a capability that we don't have is warned of, and the others are granted" {
	mkdir "$BATS_TEST_TMPDIR/b"
	jq -n --arg root "$BUSYBOX_ROOT" '["CAP_CHOWN", "CAP_SYS_RESOURCE"] as $caps |
		{ ociVersion: "1.3.0", root: { path: $root },
		process: { user: { uid: 0, gid: 0 }, cwd: "/", env: ["PATH=/bin"],
			args: ["grep", "Cap[IPE]", "/proc/self/status"],
			capabilities: { bounding: $caps, effective: $caps, permitted: $caps, inheritable: $caps } },
		mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
		linux: { namespaces: [{ type: "pid" }, { type: "mount" }] } }' \
		>"$BATS_TEST_TMPDIR/b/config.json"
	run setpriv --bounding-set=-sys_resource "$HOLT" run --bundle "$BATS_TEST_TMPDIR/b"
	expect_status 0
	expect_text "holt: warning: capabilities 0x1000000 are not granted: holt doesn't have them itself"
	[ "$(grep -c '0000000000000001$' <<<"$output")" -eq 3 ]
}
