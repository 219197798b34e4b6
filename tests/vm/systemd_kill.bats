#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What ends, fails or is killed leaves no unit of an ordinary user's systemd.

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
}

teardown()
{
	remove_box
	expect_no_unit
}

@test "delete takes those along that don't want to end" {
	change '.process.args = ["sh", "-c", "trap : TERM
		(trap : TERM; echo >/ready; while :; do sleep 1; done) & while :; do sleep 1; done"]'
	start_box
	wait_for_file "$bundle/rootfs/ready"
	"$RUNTIME" kill box TERM
	SECONDS=0
	"$RUNTIME" delete --force box
	[ "$SECONDS" -lt 15 ]
	expect_no_unit
}

@test "a container that has ended leaves no unit" {
	change '.process.args = ["sh", "-c", "exit 7"]'
	rt run --bundle "$bundle" box
	expect_status 7
	expect_no_unit
	run_apart "$RUNTIME" create --bundle "$bundle" box
	"$RUNTIME" start box
	expect_no_unit
	[ "$("$RUNTIME" state box | jq -r .status)" = stopped ]
	"$RUNTIME" delete box
}

@test "a create that fails leaves no unit" {
	change '.process.args = ["/nowhere"]'
	rt create --bundle "$bundle" box
	expect_no_box 'no such file or directory'
	change '.process.args = ["true"] | .hooks.createRuntime = [{ path: "/bin/false" }]'
	rt create --bundle "$bundle" box
	expect_no_box /bin/false
	change 'del(.hooks) | .linux.resources.unified = { "memory.nosuch": "1" }'
	rt create --bundle "$bundle" box
	expect_no_box memory.nosuch
}

@test "what a failed unit of that name has left is no hindrance" {
	XDG_RUNTIME_DIR=/run/user/$(id -u) systemd-run --user --quiet --unit "$unit" --scope \
		--property RuntimeMaxSec=100ms sleep 30 || :
	expect_property ActiveState failed
	start_box
	expect_property ActiveState active
}

@test "a unit that is there is another's, and stays" {
	run_apart "$RUNTIME" run --detach --bundle "$bundle" other
	rt create --bundle "$bundle" box
	expect_status 1
	expect_text "systemd can't start $unit"
	expect_text 'already'
	[ "$("$RUNTIME" state other | jq -r .status)" = running ]
	expect_property ActiveState active
	# Neither is it box's to take along.
	with_state_of_killed_create
	rt delete --force box
	expect_status 0
	[ "$("$RUNTIME" state other | jq -r .status)" = running ]
	"$RUNTIME" delete --force other
}

# As it is when create is killed while systemd makes the unit.
with_state_of_killed_create()
{
	strace -o /dev/null -e trace=recvmsg -e inject=recvmsg:signal=KILL:when=1 \
		"$RUNTIME" create --bundle "$bundle" box || :
	grep -q "\"$unit\"" "$BATS_FILE_TMPDIR/state/box/state.json"
}

@test "create killed at each word with systemd leaves what delete --force finds" {
	local call count killed=0

	# Before each word, and while waiting for each answer.
	for call in sendmsg ppoll; do
		for ((count = 1; count < 40; count++)); do
			run_apart strace -o trace -e "trace=$call" \
				-e "inject=$call:signal=KILL:when=$count" \
				"$RUNTIME" create --bundle "$bundle" box
			"$RUNTIME" delete --force box
			expect_no_unit
			[ -z "$(pgrep -u "$(id -u)" -f "state create --bundle $bundle")" ]
			grep -q SIGKILL trace || break
			killed=$((killed + 1))
		done
	done
	echo "killed $killed times"
	[ "$killed" -gt 5 ]
}
