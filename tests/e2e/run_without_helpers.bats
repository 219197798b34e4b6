#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --empty /usr/bin/newuidmap
# holt run where newuidmap is missing: it runs, with just the user's own
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
	expect_warning uidmap
}

@test "what can't do without the ranges says which program is missing" {
	box --userns nomap busybox true
	expect_status 125
	[[ $stderr == *--userns=nomap*newuidmap* ]]
	box -u 5 busybox true
	expect_status 125
}

@test "keep-id needs no helper" {
	box --userns keep-id host id -u
	expect_status 0
	expect_output "$(id -u)"
}
