#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime and sd_notify(3): a container that says when it is ready.

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
	cat >"$bundle/rootfs/notify" <<-'EOF'
	#!/bin/sh
	# No socket tool is in the root: the test's own program is.
	/inside say "$NOTIFY_SOCKET" "$1"
	EOF
	chmod +x "$bundle/rootfs/notify"
	change '.process.args = ["sh", "-c", "echo $NOTIFY_SOCKET
		while [ ! -e /go ]; do sleep 0.05; done
		/notify \"STATUS=nearly\"; /notify \"X=1\nREADY=1\nSTATUS=there\"
		exec sleep 1000"]'
	# Says what it is told, one datagram after the other.
	python3 - "$PWD/host" "$PWD/heard" 3>&- <<-'EOF' &
	import array, os, socket, sys
	sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	sock.bind(sys.argv[1])
	with open(sys.argv[2], "w") as heard:
	    while True:
	        text, control, _, _ = sock.recvmsg(4096, 64)
	        heard.write(text.decode() + "\n")
	        heard.flush()
	        for _, _, data in control:
	            os.close(array.array("i", data)[0])
	EOF
	listener=$!
	eventually [ -S host ]
	export NOTIFY_SOCKET=$PWD/host
}

teardown()
{
	kill "$listener"
	unset NOTIFY_SOCKET
	remove_box
}

# The caller has been told, once, and nothing that the container made up.
expect_told()
{
	init=$("$RUNTIME" state box | jq .pid)
	eventually grep -q BARRIER heard
	output=$(<heard)
	expect_output "READY=1
MAINPID=$init

BARRIER=1"
}

@test "start waits until the container is ready, and passes that on" {
	"$RUNTIME" create --bundle "$bundle" box >box.out 2>&1 3>&- </dev/null
	"$RUNTIME" start box 3>&- &
	starter=$!
	eventually grep -qx /run/notify/notify.sock box.out
	sleep 0.2
	[ ! -s heard ]
	kill -0 "$starter"
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
	touch "$bundle/rootfs/go"
	wait "$starter"
	expect_told
}

@test "run --detach waits likewise" {
	touch "$bundle/rootfs/go"
	start_box
	expect_told
}

@test "run passes it on while it stays" {
	touch "$bundle/rootfs/go"
	"$RUNTIME" run --bundle "$bundle" box >box.out 2>&1 3>&- </dev/null &
	runner=$!
	eventually grep -q BARRIER heard
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
	expect_told
	"$RUNTIME" kill box KILL
	status=0
	wait "$runner" || status=$?
	expect_status 137
}

@test "a container that ends without a word ends the waiting" {
	change '.process.args = ["sh", "-c", "sleep 0.2"]'
	start_box
	[ ! -s heard ]
}

@test "nothing can be left where the socket is" {
	touch "$bundle/rootfs/go"
	start_box
	rt exec box touch /run/notify/file
	expect_text "Read-only file system"
	rt exec box rm /run/notify/notify.sock
	expect_text "Read-only file system"
}

@test "without NOTIFY_SOCKET there is none" {
	unset NOTIFY_SOCKET
	touch "$bundle/rootfs/go"
	start_box
	rt exec box ls /run
	expect_output ""
	NOTIFY_SOCKET=$PWD/host
}
