#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# runtime.md: a test for each of its sentences in spec_musts.txt. (Hooks have more
# to them: hooks.bats.)

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	seen=$BATS_TEST_TMPDIR/seen
	mkdir "$seen"
	change --arg seen "$seen" '.mounts += [
		{ destination: $seen, type: "bind", source: $seen, options: ["bind"] }]'
	export seen
}

teardown()
{
	local id

	for id in c1 c2 c3; do
		"$HOLT_RUNTIME" delete --force "$id"
	done
	expect_nothing_left
}

runtime()
{
	run "$HOLT_RUNTIME" "$@"
}

# A container keeps the output it is created with: not ours, which is waited
# for.
create()
{
	local id=$1

	shift
	run bash -c '"$HOLT_RUNTIME" create "$@" >$seen/output 2>&1 </dev/null' \
		- --bundle "$bundle" "$@" "$id"
	output=$(<"$seen/output")
}

# A property of the state.
get()
{
	"$HOLT_RUNTIME" state "$1" | jq -r ".$2"
}

expect_status_of()
{
	eventually has_status "$@" || differs "$1 is $(get "$1" status), not $2"
}

has_status()
{
	[ "$(get "$1" status)" = "$2" ]
}

# It exists as it was: nothing has touched it.
expect_unchanged()
{
	[ "$("$HOLT_RUNTIME" state "$1")" = "$2" ] ||
		differs "$1 has changed from: $2" "$("$HOLT_RUNTIME" state "$1")"
}

expect_error()
{
	[ "$status" -ne 0 ] || differs 'wanted an error'
	[ -n "$output" ] || differs 'wanted an error that says something'
	[ $# -eq 0 ] || expect_text "$1"
}

expect_no_container()
{
	runtime state "$1"
	expect_error 'does not exist'
}

sleeping()
{
	change '.process.args = ["sleep", "98763"]'
	create "${1:-c1}"
	expect_status 0
	runtime start "${1:-c1}"
	expect_status 0
}

# Add a hook to the point $1: the shell script $2.
hook()
{
	change --arg point "$1" --arg script "$2" \
		'.hooks[$point] += [{ path: "/bin/sh", args: ["sh", "-c", $script] }]'
}

@test "scope.operations: state, start, kill and delete work for who created it" {
	sleeping
	runtime state c1
	expect_status 0
	runtime kill c1 KILL
	expect_status 0
	expect_status_of c1 stopped
	runtime delete c1
	expect_status 0
}

@test "state.ociVersion: the version that the state complies with" {
	create c1
	[ "$(get c1 ociVersion)" = 1.3.0 ]
}

@test "state.id: each container has its own" {
	create c1
	create c2
	[ "$(get c1 id)" = c1 ]
	[ "$(get c2 id)" = c2 ]
	[ "$(get c1 pid)" != "$(get c2 pid)" ]
}

@test "state.status: creating, created, running, stopped" {
	hook createRuntime "'$HOLT_RUNTIME' state c1 >$seen/creating"
	change '.process.args = ["sleep", "98763"]'
	create c1
	expect_status 0
	[ "$(jq -r .status "$seen/creating")" = creating ]
	[ "$(get c1 status)" = created ]
	runtime start c1
	[ "$(get c1 status)" = running ]
	runtime kill c1 KILL
	expect_status_of c1 stopped
}

@test "state.pid: of the container's process, as the host sees it" {
	sleeping
	pid=$(get c1 pid)
	[ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" = 'sleep 98763 ' ]
	[ "$(awk '/^NSpid:/ { print $NF }' "/proc/$pid/status")" = 1 ]
	# The same before it was started.
	create c2
	[ "$(awk '/^NSpid:/ { print $NF }' "/proc/$(get c2 pid)/status")" = 1 ]
}

@test "state.bundle: absolute, however it was given" {
	create c1
	[ "$(get c1 bundle)" = "$bundle" ]
	cd "$bundle/.."
	bundle=./bundle/../bundle
	create c2
	[ "$(get c2 bundle)" = "$PWD/bundle" ]
	cd bundle
	bash -c '"$HOLT_RUNTIME" create c3 >/dev/null </dev/null'
	[ "$(get c3 bundle)" = "$PWD" ]
}

@test "state.annotations: a map, or absent where there are none" {
	create c1
	[ "$(get c1 'annotations // {} | length')" = 0 ]
	change '.annotations = { "org.example.key": "b \"c\" =d", "org.example.none": "" }'
	create c2
	[ "$("$HOLT_RUNTIME" state c2 | jq -c '.annotations | to_entries | sort | from_entries')" = \
		'{"org.example.key":"b \"c\" =d","org.example.none":""}' ]
}

@test "state.pattern: JSON with the types of the specification" {
	change '.annotations = { "a": "b" }'
	create c1
	"$HOLT_RUNTIME" state c1 >"$seen/state"
	jq -e '(.ociVersion | type) == "string" and (.id | type) == "string"
		and (.status | type) == "string" and (.pid | type) == "number"
		and (.bundle | type) == "string" and (.annotations | type) == "object"
		and (.annotations.a | type) == "string"' "$seen/state"
}

@test "lifecycle.environment: what config.json asks for and can't be had is an error" {
	change '.mounts += [{ destination: "/x", type: "nosuchfs", source: "x" }]'
	create c1
	expect_error nosuchfs
	expect_no_container c1
}

@test "lifecycle.not-run: create does not run the program" {
	script "echo ran >$seen/ran"
	create c1
	sleep 0.3
	[ ! -e "$seen/ran" ]
	[ "$(get c1 status)" = created ]
	runtime delete --force c1
	[ ! -e "$seen/ran" ]
}

@test "lifecycle.config: a change after create has no effect" {
	script "echo first >$seen/ran"
	hook poststop "echo first >$seen/stopped"
	change '.annotations = { "a": "first" }'
	create c1
	change '.annotations.a = "second" | .process.args[2] |= sub("first"; "second")
		| .hooks.poststop[0].args[2] |= sub("first"; "second")
		| .hooks.startContainer = [{ path: "/nosuch" }]'
	runtime start c1
	expect_status 0
	expect_status_of c1 stopped
	[ "$(<"$seen/ran")" = first ]
	[ "$(get c1 annotations.a)" = first ]
	rm "$bundle/config.json"
	runtime delete c1
	expect_status 0
	[ "$(<"$seen/stopped")" = first ]
}

@test "lifecycle.run: start runs the program" {
	script "echo ran >$seen/ran"
	create c1
	runtime start c1
	expect_status 0
	expect_status_of c1 stopped
	[ "$(<"$seen/ran")" = ran ]
}

@test "lifecycle.hooks-create: prestart, createRuntime, createContainer, before create returns" {
	for point in createContainer createRuntime prestart startContainer poststart; do
		hook "$point" "echo $point >>$seen/order"
	done
	create c1
	expect_status 0
	[ "$(tr '\n' ' ' <"$seen/order")" = 'prestart createRuntime createContainer ' ]
}

@test "lifecycle.hooks-start: startContainer, the program, poststart" {
	hook startContainer "echo startContainer >>$seen/order"
	hook poststart "until [ -e $seen/ran ]; do sleep 0.1; done; echo poststart >>$seen/order"
	script "echo program >>$seen/order; touch $seen/ran"
	create c1
	[ ! -e "$seen/order" ]
	runtime start c1
	expect_status 0
	[ "$(tr '\n' ' ' <"$seen/order")" = 'startContainer program poststart ' ]
}

@test "lifecycle.hooks-failed: an error, the container is destroyed, poststop is run" {
	for point in prestart createRuntime createContainer startContainer poststart; do
		change 'del(.hooks) | .process.args = ["sleep", "98763"]'
		rm -f "$seen"/{pid,stopped}
		hook "$point" "jq .pid >$seen/pid; exit 1"
		[[ $point != *Container ]] ||
			change --arg point "$point" '.hooks[$point][0].args[2] = "exit 1"'
		hook poststop "echo x >>$seen/stopped"
		create c1
		if [[ $point == start* || $point == poststart ]]; then
			expect_status 0
			pid=$(get c1 pid)
			runtime start c1
		else
			pid=$(cat "$seen/pid" 2>/dev/null || echo none)
		fi
		expect_error "$point hook"
		[ ! -e "/proc/$pid" ] || differs "process $pid is still there"
		expect_no_container c1
		[ "$(<"$seen/stopped")" = x ]
	done
}

@test "lifecycle.destroyed: delete leaves nothing that create made" {
	sleeping
	pid=$(get c1 pid)
	runtime kill c1 KILL
	expect_status_of c1 stopped
	runtime delete c1
	expect_status 0
	expect_no_container c1
	[ ! -e "/proc/$pid" ]
	expect_nothing_left
}

@test "lifecycle.poststop: run by delete before it returns; a failure is a warning" {
	script true
	hook poststop 'exit 1'
	hook poststop "sleep 0.2; echo second >$seen/stopped"
	create c1
	runtime start c1
	expect_status_of c1 stopped
	[ ! -e "$seen/stopped" ]
	runtime --log-level=warning delete c1
	expect_status 0
	expect_text 'poststop hook #0 (/bin/sh): exit status 1'
	[ "$(<"$seen/stopped")" = second ]
	expect_no_container c1
}

@test "errors.no-trace: after an error everything is as it was" {
	before=$(find "$bundle/rootfs" | sort)
	change '.process.args = ["/nosuch"]'
	create c1
	expect_error 'no such file or directory'
	change '.process.args = ["sh"] | .linux.sysctl = { "net.nosuch": "1" }'
	create c1
	expect_error net.nosuch
	expect_no_container c1
	[ "$("$HOLT_RUNTIME" list -q)" = '' ]
	# A mount's target is made where it is missing, and that is all there is.
	diff <(echo "$before") <(find "$bundle/rootfs" | grep -vF "$bundle/rootfs/tmp/" | sort)
	expect_nothing_left
}

@test "warnings.go-on: what is warned of doesn't stop anything" {
	change '.process.capabilities = { bounding: ["CAP_ZZZ"] }
		| .process.args = ["sh", "-c", "exit 3"]'
	run "$HOLT_RUNTIME" --log-level=warning run --bundle "$bundle" c1
	expect_status 3
	expect_text CAP_ZZZ
}

@test "state.no-id: an error" {
	runtime state
	expect_error
}

@test "state.unknown: an error" {
	runtime state c1
	expect_status 1
	expect_text 'container `c1` does not exist'
}

@test "state.returned: the state, and only that, on standard output" {
	create c1
	run --separate-stderr "$HOLT_RUNTIME" state c1
	expect_status 0
	[ -z "$stderr" ]
	[ "$(jq -r .id <<<"$output")" = c1 ]
}

@test "create.no-bundle: an error, as is no ID" {
	runtime create
	expect_error
	runtime create --bundle "$BATS_TEST_TMPDIR/nosuch" c1
	expect_error nosuch
	mkdir "$BATS_TEST_TMPDIR/empty"
	cd "$BATS_TEST_TMPDIR/empty"
	runtime create c1
	expect_error config.json
	runtime create ''
	expect_error
	[ "$("$HOLT_RUNTIME" list -q)" = '' ]
}

@test "create.not-unique: an error, and the container of that ID is not touched" {
	sleeping
	state=$("$HOLT_RUNTIME" state c1)
	hook poststop "echo x >$seen/stopped"
	create c1
	expect_error 'container with given ID already exists: c1'
	expect_unchanged c1 "$state"
	[ ! -e "$seen/stopped" ]
	runtime kill c1 KILL
	expect_status_of c1 stopped
	# A stopped one has its ID until it is deleted.
	create c1
	expect_error 'container with given ID already exists: c1'
}

@test "create.bad-id: an error, and no new container" {
	for id in '' . .. a/b ../x 'a b' 'ä' '.x' $'a\n' "$(printf 'x%.0s' {1..2000})"; do
		create "$id"
		expect_error
	done
	[ "$("$HOLT_RUNTIME" list -q)" = '' ]
	expect_nothing_left
}

@test "create.new: a container that is created when the command returns" {
	create c1
	expect_status 0
	[ "$(get c1 status)" = created ]
	runtime list -q
	expect_output c1
}

@test "create.properties: all but process are applied before start" {
	change '.hostname = "inside" | .linux.namespaces += [{ type: "uts" }, { type: "ipc" }]
		| .mounts += [{ destination: "/new", type: "tmpfs", source: "new",
			options: ["size=64k", "ro"] }]
		| .linux.maskedPaths = ["/proc/version"] | .linux.readonlyPaths = ["/proc/sys"]
		| .linux.sysctl = { "kernel.msgmax": "4321" } | .root.readonly = true'
	create c1
	expect_status 0
	mounts=/proc/$(get c1 pid)/mountinfo
	grep -q ' /new ro.* - tmpfs new .*size=64k' "$mounts" || differs "$(<"$mounts")"
	grep -q ' /proc/version ' "$mounts"
	grep -q ' /proc/sys ro' "$mounts"
	grep -q ' / ro' "$mounts"
	runtime exec c1 sh -c 'hostname; cat /proc/sys/kernel/msgmax'
	expect_status 0
	expect_output $'inside\n4321'
}

@test "create.args: not applied until start" {
	change '.process.args = ["sleep", "98763"]'
	create c1
	[[ $(tr '\0' ' ' <"/proc/$(get c1 pid)/cmdline") != sleep* ]]
	runtime start c1
	[ "$(tr '\0' ' ' <"/proc/$(get c1 pid)/cmdline")" = 'sleep 98763 ' ]
}

@test "create.can't-apply: an error, and no new container" {
	for property in '.linux.rootfsPropagation = "zzz"' '.hostname = 5' \
		'.linux.namespaces += [{ type: "pid" }]' \
		'.process.rlimits = [{ type: "RLIMIT_NOFILE", soft: 9, hard: 9 }, { type: "RLIMIT_NOFILE", soft: 8, hard: 8 }]' \
		'.process.apparmorProfile = "nosuch"' \
		'.root.path = "nosuch"' \
		'.mounts += [{ destination: "/x", type: "bind", source: "/nosuch", options: ["bind"] }]' \
		'.linux.devices = [{ path: "/dev/x", type: "c", major: 4000, minor: 1 }]' \
		'.linux.seccomp = { defaultAction: "SCMP_ACT_NOSUCH" }' \
		'.ociVersion = "2.0.0"'; do
		cp "$bundle/config.json" "$seen/good.json"
		change "$property"
		create c1
		expect_error
		expect_no_container c1
		cp "$seen/good.json" "$bundle/config.json"
	done
	create c1
	expect_status 0
}

@test "start.no-id: an error" {
	runtime start
	expect_error
}

@test "start.not-created: an error without effect on the container" {
	runtime start c1
	expect_error 'container `c1` does not exist'
	script "echo x >>$seen/ran; exec sleep 98763"
	create c1
	runtime start c1
	wait_for_file "$seen/ran"
	state=$("$HOLT_RUNTIME" state c1)
	runtime start c1
	expect_error 'cannot start an already running container'
	expect_unchanged c1 "$state"
	runtime kill c1 KILL
	expect_status_of c1 stopped
	runtime start c1
	expect_error 'cannot start a container that has stopped'
	[ "$(get c1 status)" = stopped ]
	[ "$(<"$seen/ran")" = x ]
}

@test "start.program: as process says" {
	change --arg seen "$seen" '.process = { args: ["sh", "-c", "{ pwd; echo $A; umask; id -u; } >$SEEN/ran"],
		env: ["PATH=/bin", "A=b c", "SEEN=\($seen)"], cwd: "/tmp", user: { uid: 0, gid: 0, umask: 23 } }'
	create c1
	runtime start c1
	expect_status 0
	expect_status_of c1 stopped
	[ "$(<"$seen/ran")" = $'/tmp\nb c\n0027\n0' ] || differs "$(<"$seen/ran")"
}

@test "start.no-process: an error; create is none" {
	change 'del(.process)'
	create c1
	expect_status 0
	[ "$(get c1 status)" = created ]
	runtime start c1
	expect_error 'process not set'
	[ "$(get c1 status)" = created ]
}

@test "kill.no-id: an error" {
	runtime kill
	expect_error
}

@test "kill.not-running: an error without effect" {
	runtime kill c1 KILL
	expect_error 'container `c1` does not exist'
	sleeping
	runtime kill c1 KILL
	expect_status_of c1 stopped
	state=$("$HOLT_RUNTIME" state c1)
	for signal in KILL TERM; do
		runtime kill c1 "$signal"
		expect_error
		expect_unchanged c1 "$state"
	done
	runtime kill c1 KILL
	expect_output 'holt-runtime: container not running'
}

@test "kill.signal: the one that the process gets, by number or name" {
	script "trap 'echo usr1 >>$seen/got' USR1; trap 'echo usr2 >>$seen/got' USR2; trap 'echo term >>$seen/got; exit' TERM; echo x >$seen/ready; while :; do sleep 0.1; done"
	create c1
	runtime start c1
	wait_for_file "$seen/ready"
	for signal in USR1:usr1 SIGUSR2:usr2 10:usr1 sigusr2:usr2 :term; do
		rm -f "$seen/got"
		# shellcheck disable=SC2086
		runtime kill c1 ${signal%:*}
		expect_status 0
		wait_for_file "$seen/got"
		[ "$(<"$seen/got")" = "${signal#*:}" ]
	done
	expect_status_of c1 stopped
	# Whoever the process is.
	change '.process.user = { uid: 1000, gid: 1000 }'
	sleeping c3
	runtime kill c3 KILL
	expect_status 0
	expect_status_of c3 stopped
	# One that is created gets it too.
	create c2
	runtime kill c2 KILL
	expect_status 0
	expect_status_of c2 stopped
	runtime kill c2 NOSIG
	expect_error 'unknown signal "NOSIG"'
}

@test "delete.no-id: an error" {
	runtime delete
	expect_error
}

# One that is created is ended by delete, as engines expect who give up a
# container before they start it.
@test "delete.not-stopped: an error without effect" {
	runtime delete c1
	expect_error 'container `c1` does not exist'
	hook poststop "echo x >$seen/stopped"
	sleeping
	state=$("$HOLT_RUNTIME" state c1)
	runtime delete c1
	expect_error 'cannot delete container c1 that is not stopped: running'
	expect_unchanged c1 "$state"
	[ ! -e "$seen/stopped" ]
	create c2
	runtime delete c2
	expect_status 0
	expect_no_container c2
}

@test "delete.resources: those of create are gone" {
	sleeping
	runtime kill c1 KILL
	expect_status_of c1 stopped
	[ -n "$(find "$XDG_RUNTIME_DIR" -name state.json)" ]
	runtime delete c1
	expect_nothing_left
	[ -z "$(find "$XDG_RUNTIME_DIR" -name c1)" ]
}

@test "delete.not-ours: what was there before create stays" {
	change '.linux.namespaces += [{ type: "uts" }]'
	sleeping c2
	pid=$(get c2 pid)
	change --arg uts "/proc/$pid/ns/uts" --arg user "/proc/$pid/ns/user" '
		.linux.namespaces |= map(select(.type != "user" and .type != "uts")) +
			[{ type: "uts", path: $uts }, { type: "user", path: $user }]'
	create c1
	expect_status 0
	echo kept >"$seen/file"
	runtime start c1
	runtime delete --force c1
	expect_status 0
	[ "$(get c2 status)" = running ]
	[ "$(<"$seen/file")" = kept ]
	[ -x "$bundle/rootfs/bin/busybox" ]
	[ -s "$bundle/config.json" ]
}

@test "delete.id: can be used again" {
	for i in 1 2 3; do
		script "echo $i >>$seen/ran"
		create c1
		expect_status 0
		runtime start c1
		expect_status_of c1 stopped
		runtime delete c1
		expect_status 0
	done
	[ "$(tr '\n' ' ' <"$seen/ran")" = '1 2 3 ' ]
}

# Beyond the letter: cases that are easily got wrong.

# Run holt-runtime with these words 12 times at once. $succeeded is then how many
# did, and $seen/said what the others said.
at_once()
{
	local i pids=()

	rm -f "$seen"/said.*
	for i in {1..12}; do
		"$HOLT_RUNTIME" "$@" 3>&- </dev/null >"$seen/said.$i" 2>&1 &
		pids+=($!)
	done
	succeeded=0
	for i in "${pids[@]}"; do
		! wait "$i" || succeeded=$((succeeded + 1))
	done
	cat "$seen"/said.* >"$seen/said"
}

@test "of many who do the same at once, one does it" {
	script "echo x >>$seen/ran; exec sleep 98763"
	hook poststop "echo x >>$seen/stopped"
	at_once create --bundle "$bundle" c1
	[ "$succeeded" -eq 1 ] || differs "$succeeded created it" "$(<"$seen/said")"
	[ "$(grep -c 'container with given ID already exists: c1$' "$seen/said")" -eq 11 ] ||
		differs "$(<"$seen/said")"
	[ ! -e "$seen/stopped" ]
	at_once start c1
	[ "$succeeded" -eq 1 ] || differs "$succeeded started it" "$(<"$seen/said")"
	[ "$(grep -c 'cannot start an already running container$' "$seen/said")" -eq 11 ] ||
		differs "$(<"$seen/said")"
	wait_for_file "$seen/ran"
	[ "$(<"$seen/ran")" = x ]
	at_once kill c1 KILL
	expect_status_of c1 stopped
	at_once delete c1
	[ "$succeeded" -eq 1 ] || differs "$succeeded deleted it" "$(<"$seen/said")"
	[ "$(grep -c 'container `c1` does not exist$' "$seen/said")" -eq 11 ] ||
		differs "$(<"$seen/said")"
	[ "$(<"$seen/stopped")" = x ]

	sleeping
	at_once delete --force c1
	[ "$succeeded" -eq 12 ] || differs "$succeeded deleted it" "$(<"$seen/said")"
	[ "$(<"$seen/stopped")" = $'x\nx' ]
}

# The process that the exec has brought into the container.
find_inner()
{
	inner=$(pgrep --parent "$exec" -x sleep)
}

@test "an init that can't go, for somebody doesn't reap, has stopped" {
	sleeping
	pid=$(get c1 pid)
	"$HOLT_RUNTIME" exec c1 sleep 98763 3>&- &
	exec=$!
	eventually find_inner
	# Who waits for the second process doesn't take note of its end, and the
	# end of a PID namespace waits for that.
	kill -STOP "$exec"
	runtime kill c1 KILL
	expect_status 0
	eventually grep -q ') Z ' "/proc/$inner/stat"
	[ -e "/proc/$pid/stat" ] || differs "process $pid was to be there still"
	[[ $(<"/proc/$pid/stat") != *') Z '* ]]
	expect_status_of c1 stopped
	[ "$(get c1 pid)" = 0 ]
	runtime kill c1 KILL
	expect_error 'container not running'
	runtime exec c1 true
	expect_status 255
	runtime delete c1
	expect_status 0
	expect_no_container c1
	kill -CONT "$exec"
	wait "$exec" || :
}

@test "another process with the number of the container's is never signalled" {
	sleeping
	runtime kill c1 KILL
	expect_status_of c1 stopped
	file=$(find "$XDG_RUNTIME_DIR" -name state.json)
	sleep 98764 3>&- &
	other=$!
	jq --argjson pid "$other" '.pid = $pid' "$file" >"$seen/edited"
	cat "$seen/edited" >"$file"
	[ "$(get c1 status)" = stopped ]
	[ "$(get c1 pid)" = 0 ]
	for signal in KILL TERM; do
		runtime kill c1 "$signal"
		expect_status 1
		expect_output 'holt-runtime: container not running'
	done
	runtime kill --all c1 KILL
	runtime exec c1 true
	expect_status 255
	runtime delete --force c1
	expect_status 0
	kill -0 "$other" || differs "the other process was hit"
	kill "$other"
}
