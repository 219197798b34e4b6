#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime create with a terminal.

load ../lib/helpers
load ../lib/box

setup_file()
{
	setup_busybox_root
	setup_runtime
}

setup()
{
	make_bundle
	change '.process.terminal = true | .process.args = ["sh", "-c",
		"tty; test -t 0 && test -t 1 && test -t 2 && echo ours"]'
	python3 "$BATS_TEST_DIRNAME/../lib/receive_fd.py" "$PWD/console" tty "$PWD/seen" 3>&- &
	receiver=$!
	eventually [ -S console ]
}

teardown()
{
	kill "$receiver" 2>/dev/null || :
	remove_box
}

@test "create with a terminal keeps nothing of the caller's output" {
	# As containerd does: what create says is read to its end.
	run timeout 20 sh -c '"$0" create --bundle bundle --console-socket console box 2>&1 | cat' \
		"$RUNTIME"
	expect_status 0
	expect_output ''
	rt state box
	expect_text '"created"'
	"$RUNTIME" start box
	wait "$receiver"
	output=$(<seen)
	expect_match '^name /dev/'
	expect_line /dev/pts/0
	expect_line ours
}
