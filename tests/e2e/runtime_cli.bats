#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The command line of holt-runtime as its callers have it.

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

@test "the version, as docker, podman and go-runc read it" {
	local word

	for word in --version -version -v -V; do
		run "$HOLT_RUNTIME" "$word"
		expect_status 0
		[[ ${lines[0]} =~ ^holt\ version\ [0-9]+\.[0-9]+\.[0-9]+$ ]] ||
			differs 'wanted a version'
		[[ ${lines[1]} == 'commit: '* ]] || differs 'wanted a commit'
		expect_line 'spec: 1.3.0'
		expect_match $'\nlibseccomp: [0-9]+\.[0-9]+\.[0-9]+$'
		[ "$(grep -ci version <<<"$output")" -eq 1 ] ||
			differs 'wanted one line of a version'
	done
	for word in runc crun; do
		ln -s "$HOLT_RUNTIME" "$BATS_TEST_TMPDIR/$word"
		run "$BATS_TEST_TMPDIR/$word" --version
		[[ ${lines[0]} == "$word version "* ]] || differs "wanted $word's"
	done
}

@test "help in four ways" {
	local word

	for word in --help -help -h '-?'; do
		run "$HOLT_RUNTIME" "$word"
		expect_status 0
		expect_text 'Usage: holt-runtime'
		run "$HOLT_RUNTIME" start "$word"
		expect_status 0
		expect_text 'Usage: holt-runtime start'
	done
}

@test "an option that isn't there is one that is not defined" {
	rt --nosuch state "$name"
	expect_status 1
	expect_match '^holt-runtime: flag provided but not defined: --nosuch;'
	rt -nosuch=1 state "$name"
	expect_status 1
	expect_match '^holt-runtime: flag provided but not defined: -nosuch;'
	rt state "$name" -x
	expect_status 1
	expect_match '^holt-runtime: state: flag provided but not defined: -x;'
}

@test "a root that isn't there holds no containers, and isn't made" {
	rt list
	expect_status 0
	expect_output 'ID    PID    STATUS    BUNDLE    CREATED    OWNER'
	rt list --format json
	expect_status 0
	expect_output '[]'
	rt list --quiet
	expect_status 0
	expect_output ''
	rt state "$name"
	expect_status 1
	expect_output "holt-runtime: container \`$name\` does not exist"
	rt kill "$name" KILL
	expect_status 1
	expect_output "holt-runtime: container \`$name\` does not exist"
	rt delete --force "$name"
	expect_status 0
	rt events
	expect_status 0
	expect_output ''
	[ ! -e "$state" ] || differs 'it was made'
	state=/proc/nowhere/state
	rt list --format json
	expect_status 0
	expect_output '[]'
}

# A created container $1.
create_one()
{
	"$HOLT_RUNTIME" --root "$state" create --bundle "$bundle" "$1" \
		3>&- >/dev/null 2>&1 </dev/null
}

@test "delete and kill take several, by pattern and by regular expression" {
	local id

	change '.process.args = ["sleep", "100"]'
	for id in a-1 a-2 ab b.1 c1; do
		create_one "$id"
	done
	rt kill --regex 'a-*' KILL
	expect_status 0
	for id in a-1 a-2; do
		rt state "$id"
		for ((tries = 0; tries < 200; tries++)); do
			[[ $output != *stopped* ]] || break
			sleep 0.1
			rt state "$id"
		done
		expect_text '"status": "stopped"'
	done
	rt delete --regex 'a-*'
	expect_status 0
	rt list -q
	expect_output $'ab\nb.1\nc1'
	rt delete -r '^a|c[0-9]'
	expect_status 0
	rt list -q
	expect_output b.1
	create_one d1
	rt delete b.1 d1
	expect_status 0
	rt list -q
	expect_output ''
	rt delete --regex '('
	expect_status 1
	expect_text "--regex '(': "
}

@test "update knows limits that kernels have no more, and warns" {
	change '.process.args = ["sleep", "100"]'
	create_one "$name"
	rt --log-level=warning update --kernel-memory 10m \
		--kernel-memory-tcp=10m "$name"
	expect_status 0
	expect_text 'warning: update: --kernel-memory and --kernel-memory-tcp are ignored'
}

@test "features says what is done: idmapped mounts, network devices" {
	run "$HOLT_RUNTIME" features
	expect_status 0
	jq -e '.linux | .mountExtensions.idmap.enabled and .netDevices.enabled' \
		<<<"$output" >/dev/null || differs 'wanted both'
}

# State of the processes in the container, one letter each.
states()
{
	rt ps "$name" -o stat=
	cut -c1 <<<"$output" | tr -d '\n'
}

@test "without a cgroup pause wants to be told to use signals" {
	change '.process.args = ["sh", "-c", "sleep 100 & sleep 100 & wait"]'
	"$HOLT_RUNTIME" --root "$state" --cgroup-manager=disabled run --detach \
		--bundle "$bundle" "$name" 3>&- >/dev/null 2>&1 </dev/null
	rt pause "$name"
	expect_status 1
	expect_output "holt-runtime: cannot pause container $name: it has no cgroup that could be frozen; 'pause --force' stops its processes by SIGSTOP"
	rt pause --force "$name"
	expect_status 0
	[ "$(states)" = TTT ] || differs "states: $(states)"
	rt state "$name"
	expect_text '"status": "paused"'
	rt pause --force "$name"
	expect_status 1
	expect_text "it is paused"
	rt exec "$name" true
	expect_status 255
	expect_text 'cannot exec in a paused container'
	rt resume "$name"
	expect_status 0
	[ "$(states)" = SSS ] || differs "states: $(states)"
	rt state "$name"
	expect_text '"status": "running"'
	rt resume "$name"
	expect_status 1
	rt pause --force "$name"
	expect_status 0
	rt kill "$name" KILL
	expect_status 0
	rt delete --force "$name"
	expect_status 0
}

@test "one that was stopped and let go on by others can be resumed" {
	local pid

	change '.process.args = ["sh", "-c", "sleep 100 & wait"]'
	"$HOLT_RUNTIME" --root "$state" --cgroup-manager=disabled run --detach \
		--bundle "$bundle" --pid-file "$bundle/pid" "$name" \
		3>&- >/dev/null 2>&1 </dev/null
	rt pause --force "$name"
	expect_status 0
	kill -CONT "$(<"$bundle/pid")"
	rt state "$name"
	expect_text '"status": "running"'
	[ "$(states)" = ST ] || differs "states: $(states)"
	rt resume "$name"
	expect_status 0
	[ "$(states)" = SS ] || differs "states: $(states)"
}

@test "a container that forks all the time is stopped as a whole" {
	change '.process.args = ["sh", "-c", "while :; do sh -c : & done"]'
	"$HOLT_RUNTIME" --root "$state" --cgroup-manager=disabled run --detach \
		--bundle "$bundle" "$name" 3>&- >/dev/null 2>&1 </dev/null
	sleep 0.5
	rt pause --force "$name"
	expect_status 0
	rt ps "$name" -o stat=
	! grep -v '^ *[TZ]' <<<"$output" ||
		differs 'some are not stopped'
	rt delete --force "$name"
	expect_status 0
}
