#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The commands and options that callers of OCI runtimes know, a test for each row:
# global options first, then command by command. Those of `exec` are in
# runtime_exec.bats; what `update` changes, in cgroup_v1_root.bats.

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
}

teardown()
{
	remove_box
}

# Create "box" by the words given; what it says is in the file "said".
create()
{
	run bash -c '"$@" >said 2>&1 </dev/null 3>&- 4>&-' - "$RUNTIME" "$@"
	output=$(<said)
}

# The words create "box".
expect_created()
{
	create "$@"
	expect_status 0
	expect_output ''
	[ "$("$RUNTIME" state box | jq -r .status)" = created ] ||
		differs "$("$RUNTIME" state box)"
	rt delete --force box
	expect_status 0
}

# The other side of a socket "socket" for a descriptor of kind $1.
receive()
{
	python3 "$BATS_TEST_DIRNAME/../lib/receive_fd.py" "$PWD/socket" "$1" "$PWD/seen" 3>&- &
	eventually [ -S socket ]
}

has_stopped()
{
	[ "$("$RUNTIME" state box | jq -r .status)" = stopped ]
}

# The long options of the command $1, as its help lists them.
options_of()
{
	"$HOLT_RUNTIME" "$@" --help | grep -oE '^ +(-., )?--[a-z0-9-]+' |
		grep -oE -e '--[a-z0-9-]+'
}

@test "each command and option that there is has a test" {
	local command option missing='' tests

	tests=$(cat "$BATS_TEST_DIRNAME"/{compat,cgroup,runtime,spec}_*.bats)
	for option in $(options_of | sort -u); do
		grep -qE -e "(rt|run|create|in_runtime|RUNTIME\") .*$option\b" <<<"$tests" ||
			missing+=" $option"
	done
	while read -r command; do
		for option in $(options_of "$command"); do
			# Calls go on in the next line or two.
			grep -E "\b$command\b" -A 2 <<<"$tests" |
				grep -qE -e "$option\b" || missing+=" $command $option"
		done
	done < <("$HOLT_RUNTIME" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
	[ -z "$missing" ] || differs "no test of:$missing"
}

@test "--version and --help, of each command too" {
	local command

	rt --version
	expect_match '^holt version '
	for command in create start run state kill delete exec list pause resume update events \
		features spec ps; do
		rt "$command" --help # create --help, start --help, run --help, state --help
		expect_status 0
		expect_match "^Usage: holt-runtime $command\b"
	done
}

@test "--root: in either spelling; the usual one is in the caller's runtime directory" {
	change '.process.args = ["true"]'
	run "$HOLT_RUNTIME" --root="$PWD/other" run --bundle "$bundle" box
	expect_status 0
	[ "$(stat -c %a other)" = 700 ] || differs "$(stat -c %a other)"
	run "$HOLT_RUNTIME" run --keep --bundle "$bundle" box
	expect_status 0
	[ -d "$XDG_RUNTIME_DIR/holt/runtime/box" ] || differs "$(ls -lR "$XDG_RUNTIME_DIR")"
	run "$HOLT_RUNTIME" delete box
	expect_status 0
}

@test "--root: without a runtime directory, one of the caller's own in /tmp" {
	change '.process.args = ["true"]'
	run env XDG_RUNTIME_DIR= "$HOLT_RUNTIME" run --keep --bundle "$bundle" box
	expect_status 0
	[ "$(stat -c '%a %u' "/tmp/holt-$(id -u)")" = "700 $(id -u)" ] || differs "$(ls -ld /tmp/holt*)"
	run env -u XDG_RUNTIME_DIR "$HOLT_RUNTIME" delete box
	expect_status 0
	rm -r "/tmp/holt-$(id -u)"
	ln -s "$PWD" "/tmp/holt-$(id -u)"
	run env -u XDG_RUNTIME_DIR "$HOLT_RUNTIME" run --bundle "$bundle" box
	rm "/tmp/holt-$(id -u)"
	expect_status 1
	expect_text "/tmp/holt-$(id -u)"
}

@test "--log, --log-format: an error is on stderr and, alone, in the log" {
	run "$RUNTIME" --log-format=json --log "$PWD/log" state box
	expect_status 1
	expect_output 'holt-runtime: container `box` does not exist'
	jq -e '.level == "error" and .msg == "container `box` does not exist" and
		(.time | test("^[0-9]{4}-[0-9-]{5}T[0-9:]{8}(\\.[0-9]+)?Z$"))' log ||
		differs "$(<log)"
	[ "$(wc -l <log)" -eq 1 ]
	[ "$(stat -c %a log)" = 644 ]
	"$RUNTIME" --log "file:$PWD/log" --log-format json state box || :
	[ "$(wc -l <log)" -eq 2 ] || differs 'not appended'
	"$RUNTIME" --log "$PWD/text" --log-format text state box || :
	grep -q 'container `box` does not exist' text
	rt --log-format=xml state box
	expect_status 1
	expect_text xml
	rt --log "$PWD/no/such" state box
	expect_status 1
	expect_text "$PWD/no/such"
}

@test "--log-level, --debug: what is less than an error only if wanted" {
	change '.annotations["run.holt.nothing"] = "x" | .process.args = ["true"] |
		.process.capabilities.bounding += ["CAP_NOSUCH"]'
	run "$RUNTIME" --log "$PWD/log" --log-format json run -b "$bundle" box
	expect_status 0
	[ ! -s log ] || differs "$(<log)"
	run "$RUNTIME" --log "$PWD/log" --log-format json --log-level=warning run -b "$bundle" box
	expect_status 0
	[ "$(jq -r .level log)" = warning ] || differs "$(<log)"
	run "$RUNTIME" --debug --log "$PWD/debug" run -b "$bundle" box
	expect_status 0
	[ -s debug ] || differs 'nothing was logged'
	rt --log-level=loud state box
	expect_status 1
	expect_text loud
}

@test "--cgroup-manager, --systemd-cgroup, --rootless: values" {
	rt --cgroup-manager=cgroupfs state box
	expect_text 'does not exist'
	rt --cgroup-manager systemd state box
	expect_text 'does not exist'
	rt --systemd-cgroup state box
	expect_text 'does not exist'
	rt -s state box
	expect_text 'does not exist'
	rt --cgroup-manager=magic state box
	expect_status 1
	expect_text magic
	for mode in true auto; do
		expect_created --cgroup-manager disabled --rootless=$mode create --bundle "$bundle" box
	done
	rt --rootless=perhaps state box
	expect_status 1
	expect_text perhaps
}

@test "--rootless=false: a cgroup that can't be had is an error" {
	create --rootless=false create --bundle "$bundle" box
	expect_status 1
	expect_text '--rootless=false forbids to do without'
}

@test "--criu is taken, and warned of" {
	rt --log-level=warning --criu /usr/sbin/criu list -q
	expect_status 0
	expect_text criu
}

@test "options stand before and after words, and are written in every way" {
	expect_created create --bundle "$bundle" box
	expect_created create --bundle="$bundle" box
	expect_created create -bundle "$bundle" box
	expect_created create -bundle="$bundle" box
	expect_created create -b "$bundle" box
	expect_created create box -b "$bundle"
	expect_created create -- box "$bundle"
}

@test "create: --bundle, or a path after the id, or where we are" {
	expect_created create box "$bundle"
	cd "$bundle"
	expect_created create box
}

@test "create: --config takes another file" {
	mv "$bundle/config.json" other.json
	expect_created create --bundle "$bundle" --config "$PWD/other.json" box
	expect_created create -b "$bundle" -f other.json box
}

@test "create: --pid-file has the pid without an end of line" {
	create create --bundle "$bundle" --pid-file pid box
	expect_status 0
	[ "$(od -An -c pid | grep -c '\\n')" -eq 0 ]
	[ "$(<pid)" = "$("$RUNTIME" state box | jq .pid)" ] || differs "$(<pid)"
	# A child of the nearest subreaper, never of one of ours.
	parent=$(awk '/^PPid:/ { print $2 }' "/proc/$(<pid)/status")
	[[ $(<"/proc/$parent/comm") != holt* ]] || differs "$(<"/proc/$parent/comm")"
}

@test "create: --console-socket gets the terminal" {
	change '.process.terminal = true | .process.args = ["tty"]'
	receive tty
	create create --bundle "$bundle" --console-socket "$PWD/socket" box
	expect_status 0
	"$RUNTIME" start box
	wait
	output=$(<seen)
	expect_line /dev/pts/0
}

@test "create: --pidfd-socket gets a pidfd" {
	change '.process.args = ["true"]'
	receive pidfd
	create create --bundle "$bundle" --pidfd-socket "$PWD/socket" --pid-file pid box
	expect_status 0
	"$RUNTIME" start box
	wait
	[ "$(head -n1 seen)" = "pid $(<pid)" ] || differs "$(<seen)"
}

@test "create: --no-pivot and --no-subreaper are taken and change nothing" {
	expect_created create --bundle "$bundle" --no-pivot --no-subreaper box
}

@test "create, run, exec: a session keyring of its own, or with --no-new-keyring the caller's" {
	change '.process.args = ["/inside", "find-key", "mark"]'
	run "$INSIDE" with-key mark "$RUNTIME" run --bundle "$bundle" box
	expect_output ENOKEY
	run "$INSIDE" with-key mark "$RUNTIME" run --no-new-keyring --bundle "$bundle" box
	expect_output found
	create create --no-new-keyring --bundle "$bundle" box
	expect_status 0
	run "$INSIDE" with-key mark "$RUNTIME" exec box /inside find-key mark
	expect_output ENOKEY
	run "$INSIDE" with-key mark "$RUNTIME" exec --no-new-keyring box /inside find-key mark
	expect_output found
}

@test "create, run: --preserve-fds passes on what is there, with holes" {
	echo five >five
	change '.process.args = ["/inside", "descriptors"]'
	run "$RUNTIME" run --preserve-fds 3 --bundle "$bundle" box 3>&- 4>&- 5<five 6<five
	expect_output $'0\n1\n2\n5'
}

@test "run: stays, has the command's status, and leaves nothing" {
	change '.process.args = ["sh", "-c", "exit 7"]'
	rt run --bundle "$bundle" box
	expect_status 7
	change '.process.args = ["sleep", "1000"]'
	(eventually "$RUNTIME" kill box KILL) 3>&- &
	rt run --no-subreaper --bundle "$bundle" box
	expect_status 137
	rt list -q
	expect_output ''
}

@test "run: --keep leaves the container, stopped" {
	change '.process.args = ["true"]'
	rt run --keep --bundle "$bundle" box
	expect_status 0
	has_stopped
	rt delete box
	expect_status 0
}

@test "run: --detach returns while it runs" {
	start_box
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
}

@test "run: options of create are its own" {
	mv "$bundle/config.json" other.json
	jq '.process.terminal = true | .process.args = ["tty"]' other.json >tty.json
	receive tty
	rt run --bundle "$bundle" --config tty.json --pid-file pid --no-pivot \
		--console-socket "$PWD/socket" box
	expect_status 0
	wait
	[ -s pid ]
	rm socket
	receive pidfd
	"$RUNTIME" run --detach --bundle "$bundle" --config other.json --pid-file pid \
		--pidfd-socket "$PWD/socket" box >out 2>&1 </dev/null 3>&- 4>&-
	rt kill box KILL
	wait
	[ "$(head -n1 seen)" = "pid $(<pid)" ] || differs "$(<seen)"
}

@test "kill: a number, a name with and without SIG, SIGRTMIN and beyond; TERM if not said" {
	local word

	change '.process.args = ["sh", "-c",
		"trap \"echo got >/tmp/got\" TERM USR1 34 37 61; echo >/tmp/ready; while :; do sleep 0.05; done"] |
		.mounts += [{ destination: "/tmp", type: "bind", source: $tmp, options: ["bind"] }]' \
		--arg tmp "$PWD/tmp"
	mkdir tmp
	start_box
	eventually [ -e tmp/ready ]
	for word in '' 15 TERM SIGTERM term 10 USR1 SIGUSR1 RTMIN SIGRTMIN RTMIN+3 SIGRTMIN+3 \
		SIGRTMAX-3 37; do
		rm -f tmp/got
		# shellcheck disable=SC2086
		rt kill box $word
		expect_status 0
		eventually [ -e tmp/got ]
	done
}

@test "kill: --all reaches every process of the container" {
	change '.process.args = ["sh", "-c", "sleep 1000 & sleep 1000 & sleep 1000 & wait; wait; sleep 1000"]'
	start_box
	eventually processes_are 4
	rt kill --all box KILL
	expect_status 0
	eventually has_stopped
	start_anew
	rt kill -a box 9
	expect_status 0
	eventually has_stopped
}

start_anew()
{
	rt delete --force box
	start_box
}

processes_are()
{
	[ "$("$RUNTIME" ps --format json box | jq length)" -eq "$1" ]
}

@test "delete: only what has ended, unless --force" {
	start_box
	rt delete box
	expect_status 1
	expect_text running
	rt delete -f box
	expect_status 0
	rt delete box
	expect_status 1
	rt delete --force box
	expect_status 0
}

@test "list: table, json, ids" {
	start_box
	rt list --format=table
	expect_match '^ID +PID +STATUS +BUNDLE +CREATED +OWNER'
	rt list -f json
	[ "$(jq -r '.[].id' <<<"$output")" = box ]
	rt list -q
	expect_output box
	rt list --quiet
	expect_output box
	rt list --format yaml
	expect_status 1
	expect_text yaml
}

@test "ps: table and json, and ps(1)'s words" {
	start_box
	rt ps box
	expect_match '^UID +PID +PPID '
	expect_text 'sleep 1000'
	rt ps -f json box
	jq -e '. == [$pid]' --argjson pid "$("$RUNTIME" state box | jq .pid)" <<<"$output"
	rt ps --format table box -o pid,args
	expect_match '^ *PID +COMMAND'
}

@test "pause, resume: an error without a cgroup, unless --force" {
	start_box
	rt pause box
	if [ "$status" -ne 0 ]; then
		expect_text cgroup
		rt pause --force box
	fi
	expect_status 0
	rt state box
	expect_text '"status": "paused"'
	rt resume box
	expect_status 0
	rt state box
	expect_text '"status": "running"'
}

@test "update: a limit that can't be had is an error that names it" {
	local option

	start_box
	rt update --blkio-weight=100 box
	expect_status 1
	expect_text 'linux.resources.blockIO.weight needs the io controller'
	rt update --cpu-rt-period=1000000 --cpu-rt-runtime=900000 box
	expect_status 1
	expect_text 'linux.resources.cpu.realtime'
	rt update --l3-cache-schema=L3:0=f box
	expect_status 1
	expect_text 'need a container with intelRdt'
	rt update --mem-bw-schema=MB:0=50 box
	expect_status 1
	expect_text 'need a container with intelRdt'
	rt update --memory=much box
	expect_status 1
	expect_text "'much' is not a size"
	rt update --pids-limit=many box
	expect_status 1
	expect_text "'many' is not a whole number"
	rt update --resources "$PWD/nosuch" box
	expect_status 1
	expect_text nosuch
	rt update --memory-limit=1 box
	expect_status 1
	expect_text 'flag provided but not defined: --memory-limit'
}

@test "spec: what it writes runs, in the current directory or --bundle's" {
	rm "$bundle/config.json"
	rt spec --rootless --bundle "$bundle"
	expect_status 0
	change '.process.args = ["id", "-u"] | .process.terminal = false'
	rt run -b "$bundle" box
	expect_status 0
	expect_output 0
	rt spec -b "$bundle"
	expect_status 1
	expect_text 'config.json'
	mkdir here
	cd here
	rt spec
	expect_status 0
	jq -e '.ociVersion == "1.3.0" and .process.args == ["sh"] and
		(.linux.namespaces | map(.type) | index("user") == null)' config.json
	cd ..
}

@test "events: --stats, --interval, --since, --follow" {
	start_box
	rt events --stats box
	expect_status 0
	[ "$(jq -r .type <<<"$output")" = stats ]
	rt events --since=1h box
	expect_text '"start"'
	rt events --since 2000-01-01T00:00:00Z box
	expect_text '"start"'
	"$RUNTIME" events --interval 100ms box >stream 3>&- &
	eventually [ -s stream ]
	"$RUNTIME" kill box KILL
	wait $! || differs 'the stream failed'
	[ "$(head -n1 stream | jq -r .type)" = stats ]
	eventually has_stopped
	"$RUNTIME" events --follow box >followed 3>&- &
	rt delete box
	eventually grep -q '"delete"' followed
	kill $!
}

@test "checkpoint, restore: fail and say why, also to who asks for help" {
	for word in 'checkpoint --help' 'checkpoint box' \
		'restore --bundle b -no-subreaper box'; do
		# shellcheck disable=SC2086
		rt $word
		expect_status 1
		expect_text 'not supported'
	done
}

@test "features: JSON, wherever it is asked" {
	run env -i "$HOLT_RUNTIME" features
	expect_status 0
	[ "$(jq -r .ociVersionMax <<<"$output")" = 1.3.0 ]
}
