#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime events: what has happened, and what containers use.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	state=$BATS_TEST_TMPDIR/state
	name=test-$BATS_TEST_NUMBER-$$
	change '.process.args = ["sleep", "100"]'
}

teardown()
{
	rt delete --force "$name"
	expect_nothing_left
}

rt()
{
	run "$HOLT_RUNTIME" --root "$state" "$@"
}

# Let the bundle run, in the background. More words are options.
start_container()
{
	"$HOLT_RUNTIME" --root "$state" "$@" run --detach --bundle "$bundle" \
		--pid-file "$bundle/pid" "$name" 3>&- >/dev/null 2>&1 </dev/null
}

# What has happened, each with its pid and status.
history()
{
	rt events "$@"
	jq -r '[.type, .id, .pid, .status] | map(select(. != null)) | join(" ")' \
		<<<"$output"
}

@test "everything that happens to a container is there, once" {
	local pid exec_pid other=$name-run

	"$HOLT_RUNTIME" --root "$state" create --bundle "$bundle" \
		--pid-file "$bundle/pid" "$name" 3>&- >/dev/null 2>&1 </dev/null
	pid=$(<"$bundle/pid")
	rt start "$name"
	rt exec --pid-file "$bundle/exec.pid" "$name" true
	exec_pid=$(<"$bundle/exec.pid")
	rt exec "$name" nosuch
	rt pause --force "$name"
	rt resume "$name"
	rt update "$name"
	rt kill "$name" KILL
	rt delete --force "$name"
	output=$(history "$name")
	expect_output "create $name $pid
start $name $pid
exec $name $exec_pid
pause $name $pid
resume $name $pid
update $name $pid
exit $name $pid
delete $name $pid"

	change '.process.args = ["sh", "-c", "exit 3"]'
	rt run --bundle "$bundle" "$other"
	expect_status 3
	output=$(history "$other" | sed -E 's/ [0-9]+( 3)?$/\1/')
	expect_output "create $other
start $other
exit $other 3
delete $other"
	rt run --keep --bundle "$bundle" "$other"
	rt delete "$other"
	output=$(history "$other" | sed -E 's/ [0-9]+( 3)?$/\1/' | tail -n 4)
	expect_output "create $other
start $other
exit $other 3
delete $other"
}

# The property $1 of the last line of the output has what jq program $2 wants.
expect_data()
{
	tail -n 1 <<<"$output" | jq -e ".data$1 | $2" >/dev/null ||
		differs "wanted of data$1: $2"
}

@test "without a cgroup, stats are what the processes use" {
	change '.process.args = ["sh", "-c", "sleep 100 & i=0
		while [ $i -lt 300000 ]; do i=$((i + 1)); done; wait"] |
		.linux.namespaces += [{ "type": "network" }]'
	start_container --cgroup-manager=disabled
	for ((tries = 0; tries < 100; tries++)); do
		rt events --stats "$name"
		expect_status 0
		jq -e '.data.cpu.usage.user > 50000000' <<<"$output" >/dev/null &&
			break
		sleep 0.1
	done
	jq -e --arg id "$name" '.type == "stats" and .id == $id' <<<"$output"
	expect_data .cpu.usage '.user > 50000000 and .total == .user + .kernel'
	expect_data .memory.usage '.usage > 0 and .usage < 1000000000'
	expect_data .pids '.current == 2'
	expect_data .network_interfaces 'map(.Name) == ["lo"]'
	expect_data '.network_interfaces[0]' 'keys == ["Name", "RxBytes", "RxDropped",
		"RxErrors", "RxPackets", "TxBytes", "TxDropped", "TxErrors", "TxPackets"]'
}

@test "a stream of stats ends with the container" {
	local seen=$BATS_TEST_TMPDIR/seen

	: >"$seen" # read below before it is written, perhaps
	rt events --interval 100ms
	expect_status 1
	start_container --cgroup-manager=disabled
	"$HOLT_RUNTIME" --root "$state" events -interval=100ms "$name" \
		>"$seen" 2>&1 3>&- &
	for ((tries = 0; tries < 100; tries++)); do
		[ "$(wc -l <"$seen")" -lt 4 ] || break
		sleep 0.1
	done
	kill -0 $! || differs 'the stream has ended'
	rt kill "$name" KILL
	wait $! || differs "the stream failed: $(<"$seen")"
	[ "$(jq -s 'length > 3 and all(.type == "stats")' "$seen")" = true ] ||
		differs "$(<"$seen")"
	rt events --stats "$name"
	expect_status 1
	expect_output "holt-runtime: container with id $name is not running"
	rt events --interval 1s "$name"
	expect_status 1
	expect_output "holt-runtime: container with id $name is not running"
}

@test "who follows sees the first container of a root come and go" {
	local seen=$BATS_TEST_TMPDIR/seen

	"$HOLT_RUNTIME" --root "$state" events --follow >"$seen" 2>&1 3>&- &
	for ((tries = 0; tries < 100; tries++)); do
		[ ! -d "$state" ] || break
		sleep 0.05
	done
	sleep 0.2
	start_container
	rt delete --force "$name"
	for ((tries = 0; tries < 100; tries++)); do
		! grep -q '"delete"' "$seen" || break
		sleep 0.05
	done
	kill $!
	wait $! || :
	output=$(jq -r .type "$seen")
	expect_output $'create\nstart\nexit\ndelete'
}
