#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --empty /etc/subuid --empty /etc/subgid
# holt run for a user without subordinate ids: it runs, with just the user's own
# id, and says in one line what is lost and what would help.

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
	run --separate-stderr "$HOLT" run --network none "$@"
}

expect_warning()
{
	[ "$(wc -l <<<"$stderr")" -eq 1 ] || differs "wanted one line"
	[[ $stderr == 'holt: warning: only your own id is mapped: '* ]] || differs "wanted a warning"
	[[ $stderr == *"$1"* ]] || differs "wanted in the warning: $1"
}

@test "it runs, with one line of what is lost and what helps" {
	box host cat /proc/self/uid_map
	expect_status 0
	expect_match "^ +0 +$(id -u) +1$"
	expect_warning 'chown, other users and setgroups fail'
	expect_warning usermod
}

@test "everything but other ids works: busybox, overlay, terminal, network" {
	box busybox sh -c 'id -u; echo x >/etc/x; mount -t tmpfs t /mnt'
	expect_status 0
	expect_output 0
	box --rootfs "$BUSYBOX_ROOT:O" sh -c 'rm -r /home; ls -d /home'
	expect_status 1
	box -t busybox tty
	expect_status 0
	run --separate-stderr "$HOLT" run busybox ip -o addr show dev tap0
	expect_text 10.0.2.100
}

@test "other ids fail by name" {
	box -u 5 busybox true
	expect_status 125
	[[ $stderr == *'uid 5 is not mapped'* ]]
	box --userns nomap busybox true
	expect_status 125
	[[ $stderr == *'--userns=nomap'* ]]
	box busybox chown 5 /etc/passwd
	expect_status 1
}

@test "keep-id needs no range" {
	box --userns keep-id host id -u
	expect_status 0
	expect_output "$(id -u)"
	box --userns keep-id:uid=5,gid=6 busybox sh -c 'id -u; id -g'
	expect_output $'5\n6'
}

@test "hello says that there are no other ids" {
	box hello
	expect_status 0
	expect_warning ''
	expect_match "user ids +0 is $(id -u) outside; there are no others"
	expect_match "group ids +0 is $(id -g) outside; there are no others"
}

@test "holt bootstrap can't do without" {
	run env XDG_DATA_HOME="$BATS_TEST_TMPDIR/data" "$HOLT" bootstrap debian
	expect_refusal 'bootstrap debian: '
	expect_text /etc/subuid
	expect_text usermod
	[ ! -e "$BATS_TEST_TMPDIR/data" ] || differs 'it has made a store'
}
