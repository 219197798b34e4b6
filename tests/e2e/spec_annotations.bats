#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Annotations that engines and users of crun rely on. Those about hooks are
# tested with hooks, those about seccomp with seccomp, and so on.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	name=test-$BATS_TEST_NUMBER-$$
}

teardown()
{
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" delete --force "$name"
	expect_nothing_left
}

# Somebody at the socket $1 who takes one pidfd and writes to $1.said.
receive_pidfd()
{
	python3 "$BATS_TEST_DIRNAME/../lib/receive_fd.py" "$1" pidfd "$1.said" \
		3>&- &
	eventually test -S "$1"
}

@test "a pidfd of the container's init goes to run.oci.pidfd_receiver" {
	local socket=$BATS_TEST_TMPDIR/pidfd.sock other=$BATS_TEST_TMPDIR/o.sock

	receive_pidfd "$socket"
	receive_pidfd "$other"
	change '.process.args = ["sleep", "100"] |
		.annotations["run.oci.pidfd_receiver"] = $path' \
		--arg path "$socket"
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" create \
		--bundle "$bundle" --pid-file "$bundle/pid" \
		--pidfd-socket "$other" "$name" 3>&- >/dev/null 2>&1
	wait_for_file "$socket.said"
	wait_for_file "$other.said"
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" delete --force "$name"
	wait
	[ "$(<"$socket.said")" = "pid $(<"$bundle/pid")
ended" ] || differs "$(<"$socket.said")"
	[ "$(<"$other.said")" = "$(<"$socket.said")" ] ||
		differs "$(<"$other.said")"
}

@test "a pidfd receiver that isn't there is an error" {
	change '.annotations["run.oci.pidfd_receiver"] = "/nowhere"'
	in_runtime
	expect_status 1
	expect_output 'holt-runtime: run.oci.pidfd_receiver: open the socket /nowhere: No such file or directory'
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" list --quiet
	expect_output ''
}

@test "what asks for another handler than executing a file is refused" {
	change '.annotations = { "module.wasm.image/variant": "compat" }'
	in_runtime
	expect_status 1
	expect_text '/annotations/module.wasm.image~1variant: handler "compat" is not supported'
	change '.annotations = { "run.oci.handler": "krun" }'
	in_runtime
	expect_status 1
	expect_text '/annotations/run.oci.handler: handler "krun" is not supported'
}
