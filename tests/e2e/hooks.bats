#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Hooks (config.md, "POSIX-platform Hooks"; runtime.md, "Lifecycle"): when each
# is run, where, with what, and what follows when it fails. The directory $seen
# has one path on the host and in the container: what is noted there tells the
# order of both sides.

load ../lib/helpers

points=(prestart createRuntime createContainer startContainer poststart poststop)

setup_file()
{
	setup_busybox_root
}

setup()
{
	bundle=$BATS_TEST_TMPDIR/bundle
	seen=$BATS_TEST_TMPDIR/seen
	mkdir "$bundle" "$seen"
	cp -al "$BUSYBOX_ROOT" "$bundle/rootfs"
	note_program >"$seen/note"
	chmod 0755 "$seen/note"
	spec >"$bundle/config.json"
	export seen
}

teardown()
{
	"$HOLT_RUNTIME" delete --force c1
	expect_nothing_left
}

# A hook that notes under the name $1 that it was run, and with what.
note_program()
{
	cat <<-EOF
	#!/bin/sh
	seen=$seen
	echo "\$1" >>\$seen/order
	pwd >\$seen/\$1.cwd
	env >\$seen/\$1.env
	readlink /proc/self/ns/mnt >\$seen/\$1.mnt
	hostname >\$seen/\$1.host
	cut -d' ' -f1,5,6 /proc/self/stat >\$seen/\$1.group
	cat >\$seen/\$1.json
	EOF
}

# A container whose command waits for the poststart hook, if it has any.
spec()
{
	cat <<-EOF
	{
		"ociVersion": "1.3.0",
		"process": {
			"user": { "uid": 0, "gid": 0 },
			"args": [ "sh", "-c", "[ ! -e $seen/wait ] || until [ -e $seen/poststart.json ]; do sleep 0.1; done; echo command >>$seen/order" ],
			"env": [ "PATH=/bin", "OF_PROCESS=yes" ],
			"cwd": "/"
		},
		"root": { "path": "rootfs" },
		"hostname": "inside",
		"mounts": [
			{ "destination": "/proc", "type": "proc", "source": "proc" },
			{ "destination": "/dev", "type": "tmpfs", "source": "tmpfs" },
			{ "destination": "$seen", "type": "bind", "source": "$seen", "options": [ "bind" ] }
		],
		"annotations": { "org.example.a": "b \"c\"" },
		"linux": {
			"namespaces": [ { "type": "pid" }, { "type": "ipc" }, { "type": "uts" },
				{ "type": "mount" }, { "type": "cgroup" }, { "type": "user" } ],
			"maskedPaths": [ "/proc/version" ]
		}
	}
	EOF
}

# Change config.json by the words of a jq command.
change()
{
	jq "$@" <"$bundle/config.json" >"$bundle/new.json"
	mv "$bundle/new.json" "$bundle/config.json"
}

# Add to the hooks of the point $1 one that runs the shell script $2; $3 is more
# of its JSON.
hook()
{
	change --arg point "$1" --arg script "$2" --argjson more "${3:-{\}}" \
		'.hooks[$point] += [{ path: "/bin/sh", args: ["sh", "-c", $script] } + $more]'
}

# A noting hook at every point, or at those named.
note_all()
{
	local point

	[ $# -gt 0 ] || set -- "${points[@]}"
	for point; do
		change --arg point "$point" --arg note "$seen/note" \
			'.hooks[$point] += [{ path: $note, args: ["note", $point] }]'
	done
	[[ " $* " != *" poststart "* ]] || touch "$seen/wait"
}

in_bundle()
{
	run "$HOLT" run --bundle "$bundle" "$@"
}

runtime()
{
	run "$HOLT_RUNTIME" "$@"
}

# create gives the container its output: away from ours, which is waited for.
create()
{
	run bash -c '"$HOLT_RUNTIME" "$@" >$seen/output 2>&1 </dev/null' - \
		"${globals[@]}" create --bundle "$bundle" c1
	output=$(<"$seen/output")
}

# What was noted is exactly this, in this order.
expect_order()
{
	[ "$(cat "$seen/order" 2>/dev/null)" = "$(printf '%s\n' "$@")" ] ||
		differs "wanted the order: $*" "seen:" "$(cat "$seen/order")"
}

# All hooks up to the point $1 were run, and those of poststop.
expect_order_until()
{
	local point order=()

	for point in "${points[@]}"; do
		order+=("$point")
		[ "$point" != "$1" ] || break
	done
	expect_order "${order[@]}" poststop
}

# The state that the hook $1 read has, at the jq path $2, the value $3.
expect_state()
{
	[ "$(jq -c "$2" "$seen/$1.json")" = "$3" ] ||
		differs "$1: wanted $2 to be $3:" "$(cat "$seen/$1.json")"
}

# The process with the number in the file $1 ends within some seconds.
expect_ended()
{
	local tries

	for ((tries = 0; tries < 50; tries++)); do
		[ -e "/proc/$(<"$1")" ] || return 0
		sleep 0.1
	done
	differs "process $(<"$1") is still there"
}

@test "holt run: all six, in the order of the lifecycle" {
	note_all
	in_bundle
	expect_status 0
	expect_output ''
	expect_order prestart createRuntime createContainer startContainer \
		poststart command poststop
}

@test "hooks.moments: create, start and delete each run their hooks" {
	note_all
	create
	expect_status 0
	expect_order prestart createRuntime createContainer
	runtime start c1
	expect_status 0
	grep -qx poststart "$seen/order" || differs 'poststart is to come first'
	expect_stopped
	expect_order prestart createRuntime createContainer startContainer \
		poststart command
	runtime delete c1
	expect_status 0
	expect_order prestart createRuntime createContainer startContainer \
		poststart command poststop
}

expect_stopped()
{
	local tries

	for ((tries = 0; tries < 50; tries++)); do
		[ "$("$HOLT_RUNTIME" state c1 | jq -r .status)" != stopped ] ||
			return 0
		sleep 0.1
	done
	differs 'the container is not stopped'
}

@test "holt-runtime run: the same, also with --keep and --detach" {
	note_all
	runtime run --bundle "$bundle" c1
	expect_status 0
	expect_order prestart createRuntime createContainer startContainer \
		poststart command poststop

	rm "$seen"/{order,poststart.json}
	runtime run --keep --bundle "$bundle" c1
	expect_status 0
	expect_order prestart createRuntime createContainer startContainer \
		poststart command
	runtime delete c1
	tail -n 1 "$seen/order" | grep -qx poststop
}

@test "hooks.order: several of one point are run as they are listed" {
	for i in 1 2 3; do
		hook createRuntime "echo runtime $i >>$seen/order"
		hook createContainer "echo container $i >>$seen/order"
	done
	in_bundle
	expect_status 0
	expect_order 'runtime 1' 'runtime 2' 'runtime 3' \
		'container 1' 'container 2' 'container 3' command
}

@test "hooks.state: what is on a hook's input is that of its moment" {
	note_all
	create
	runtime state c1
	pid=$(jq .pid <<<"$output")
	runtime start c1
	expect_stopped
	runtime delete c1
	for point in "${points[@]}"; do
		expect_state "$point" .ociVersion '"1.3.0"'
		expect_state "$point" .id '"c1"'
		expect_state "$point" .bundle "\"$bundle\""
		expect_state "$point" .annotations '{"org.example.a":"b \"c\""}'
	done
	for point in prestart createRuntime createContainer; do
		expect_state "$point" .status '"creating"'
	done
	expect_state startContainer .status '"created"'
	expect_state poststart .status '"running"'
	expect_state poststop .status '"stopped"'
	for point in prestart createRuntime poststart; do
		expect_state "$point" .pid "$pid"
	done
	expect_state createContainer .pid 1
	expect_state startContainer .pid 1
	expect_state poststop 'has("pid")' false
}

@test "holt run: the bundle of the state is absolute" {
	note_all createRuntime
	cd "$BATS_TEST_TMPDIR"
	run "$HOLT" run --bundle bundle
	expect_status 0
	expect_state createRuntime .bundle "\"$bundle\""
	[ "$(<"$seen/createRuntime.cwd")" = "$bundle" ]
}

@test "without a PID namespace of its own, the container sees its host's numbers" {
	note_all
	change '.linux.namespaces |= map(select(.type != "pid"))
		| .mounts[0] = { destination: "/proc", type: "bind", source: "/proc",
			options: ["rbind"] } | del(.linux.maskedPaths)'
	create
	expect_status 0
	runtime state c1
	pid=$(jq .pid <<<"$output")
	runtime start c1
	expect_status 0
	expect_stopped
	for point in prestart createContainer startContainer poststart; do
		expect_state "$point" .pid "$pid"
	done
}

@test "a hook that asks for the state is told what it read" {
	hook createRuntime "'$HOLT_RUNTIME' state c1 >$seen/asked.json"
	hook poststart "'$HOLT_RUNTIME' state c1 >$seen/asked-late.json"
	change '.process.args = ["sleep", "100"]'
	create
	expect_status 0
	[ "$(jq -r .status "$seen/asked.json")" = creating ]
	runtime start c1
	expect_status 0
	[ "$(jq -r .status "$seen/asked-late.json")" = running ]
}

@test "hooks.namespaces: those of the runtime are in its own, those of the container in its" {
	note_all
	in_bundle
	for point in prestart createRuntime poststart poststop; do
		[ "$(<"$seen/$point.mnt")" = "$(readlink /proc/self/ns/mnt)" ] ||
			differs "$point is in another namespace"
		[ "$(<"$seen/$point.host")" = "$(hostname)" ]
	done
	for point in createContainer startContainer; do
		[ "$(<"$seen/$point.mnt")" != "$(readlink /proc/self/ns/mnt)" ] ||
			differs "$point is in our namespace"
		[ "$(<"$seen/$point.host")" = inside ]
	done
}

@test "the working directory is the bundle, or the container's root" {
	note_all
	hook createContainer "ls -d proc/1 bin/busybox >$seen/there"
	in_bundle
	expect_status 0
	for point in prestart createRuntime poststart poststop; do
		[ "$(<"$seen/$point.cwd")" = "$bundle" ]
	done
	[ "$(<"$seen/startContainer.cwd")" = / ]
	# Before pivot_root: the mounts are there, and the host's root still is.
	[ "$(<"$seen/there")" = "$(printf '%s\n' bin/busybox proc/1)" ]
}

@test "hooks.resolve: createContainer has a path of the host; startContainer of the container" {
	mkdir "$bundle/bin"
	printf '#!/bin/bash\necho "host ${0##*/} $*" >>%s/order\n' "$seen" \
		>"$bundle/bin/probe"
	printf '#!/bin/sh\necho "container $*" >>%s/order\n' "$seen" \
		>"$bundle/rootfs/bin/probe"
	chmod 0755 "$bundle"/{bin,rootfs/bin}/probe
	change --arg path "$bundle/bin/probe" '.hooks = {
		createContainer: [{ path: $path, args: ["probe", "a", "b c"] }],
		startContainer: [{ path: "/bin/probe", args: ["probe", "d"] }] }'
	in_bundle
	expect_status 0
	grep -q '^host [0-9]* a b c$' "$seen/order" || differs "$(<"$seen/order")"
	grep -qx 'container d' "$seen/order"
}

@test "args left out: the path is the hook's name" {
	printf '#!/bin/bash\necho "$# $0" >%s/name\n' "$seen" >"$bundle/probe"
	chmod 0755 "$bundle/probe"
	change --arg path "$bundle/probe" '.hooks.createRuntime = [{ path: $path }]'
	in_bundle
	expect_status 0
	[ "$(<"$seen/name")" = "0 $bundle/probe" ]
}

@test "env: what the hook says and nothing else, even if that is nothing" {
	# What the shell was given, before it adds to it, while it is there.
	note()
	{
		echo "exec 4</proc/self/environ; /bin/cat <&4 >$seen/$1; exit 0"
	}
	for point in "${points[@]}"; do
		hook "$point" "$(note "$point.env")" '{ "env": ["ONLY=this", "B="] }'
		hook "$point" "$(note "$point.none")" '{ "env": [] }'
	done
	in_bundle
	expect_status 0
	for point in "${points[@]}"; do
		[ "$(tr '\0' ' ' <"$seen/$point.env")" = 'ONLY=this B= ' ] ||
			differs "$point has:" "$(tr '\0' ' ' <"$seen/$point.env")"
		[ ! -s "$seen/$point.none" ] ||
			differs "$point has:" "$(tr '\0' ' ' <"$seen/$point.none")"
	done
}

@test "env left out: ours without what is between us and others; in the container the command's" {
	note_all
	export OF_CALLER=yes _HOLT_X=1 _LIBCONTAINER_X=1 LISTEN_FDS=0 \
		LISTEN_PID=1 NOTIFY_SOCKET=/nowhere
	in_bundle
	expect_status 0
	for point in prestart createRuntime createContainer poststart poststop; do
		grep -qx OF_CALLER=yes "$seen/$point.env" ||
			differs "$point: the caller's environment is missing"
		! grep -E '^(_HOLT|_LIBCONTAINER|LISTEN_|NOTIFY_SOCKET)' \
			"$seen/$point.env" || differs "$point: it sees too much"
	done
	# A program of the container's has no business with the host's variables.
	grep -qx OF_PROCESS=yes "$seen/startContainer.env"
	! grep OF_CALLER "$seen/startContainer.env"
}

@test "a hook has no descriptors but the three, and a session of its own" {
	for point in "${points[@]}"; do
		hook "$point" "ls /proc/self/fd >$seen/$point.fds"
		note_all "$point"
	done
	in_bundle
	expect_status 0
	for point in prestart createRuntime startContainer poststart poststop; do
		# The fourth is of the directory that ls reads.
		[ "$(<"$seen/$point.fds")" = "$(printf '%s\n' 0 1 2 3)" ] ||
			differs "$point has:" "$(<"$seen/$point.fds")"
	done
	# By its descriptor is how a createContainer hook is executed.
	[ "$(<"$seen/createContainer.fds")" = "$(printf '%s\n' 0 1 2 3 4)" ]
	for point in "${points[@]}"; do
		read -r _ group session <"$seen/$point.group"
		[ "$group" = "$session" ] || differs "$point: $group $session"
	done
}

@test "a hook has the caller's umask and limits, not the command's" {
	change '.process.user.umask = 7 | .process.rlimits = [
		{ type: "RLIMIT_NOFILE", soft: 3, hard: 3 },
		{ type: "RLIMIT_NPROC", soft: 0, hard: 0 },
		{ type: "RLIMIT_FSIZE", soft: 0, hard: 0 }]
		| .process.args = ["true"]'
	for point in "${points[@]}"; do
		hook "$point" "{ umask; ulimit -n; ulimit -f; } >$seen/$point.own"
	done
	umask 0027
	ulimit -Sn 1000
	create
	expect_status 0
	runtime start c1
	expect_status 0
	expect_stopped
	runtime delete c1
	for point in "${points[@]}"; do
		[ "$(<"$seen/$point.own")" = $'0027\n1000\nunlimited' ] ||
			differs "$point: $(<"$seen/$point.own")"
	done
}

@test "a hook that doesn't read its input harms nobody" {
	head -c 200000 /dev/zero | tr '\0' x >"$seen/large"
	change --rawfile large "$seen/large" '.annotations.large = $large'
	for point in "${points[@]}"; do
		hook "$point" 'exec <&-; exit 0'
		hook "$point" "wc -c >$seen/$point.size"
	done
	in_bundle
	expect_status 0
	for point in "${points[@]}"; do
		[ "$(<"$seen/$point.size")" -gt 200000 ]
	done
}

@test "what a hook leaves running isn't waited for" {
	hook createRuntime "sleep 98761 & echo \$! >$seen/pid"
	SECONDS=0
	in_bundle
	expect_status 0
	[ "$SECONDS" -lt 20 ]
	kill "$(<"$seen/pid")"
}

@test "timeout: the hook goes with all that it started" {
	local point

	for point in createRuntime createContainer startContainer; do
		change 'del(.hooks)'
		rm -f "$seen/order"
		hook "$point" \
			"(sleep 98761; true) & echo begun >$seen/pid; sleep 98761; true" \
			'{ "timeout": 1 }'
		SECONDS=0
		in_bundle
		expect_status 125
		expect_text "$point hook #0 (/bin/sh): not done after 1 s: killed"
		[ "$SECONDS" -lt 20 ]
		[ "$(<"$seen/pid")" = begun ]
		expect_order ''
		! pgrep --euid "$(id -u)" -fx 'sleep 98761' ||
			differs "$point: something still runs"
	done
}

@test "a hook within its time isn't bothered" {
	hook createRuntime "sleep 0.5; echo done >>$seen/order" '{ "timeout": 20 }'
	in_bundle
	expect_status 0
	expect_order 'done' command
}

@test "a hook ends when we do" {
	hook createRuntime "echo \$\$ >$seen/pid; exec sleep 98761"
	"$HOLT" run --bundle "$bundle" 3>&- &
	wait_for_file "$seen/pid"
	kill -KILL $!
	expect_ended "$seen/pid"
}

@test "a signal ends us, and not only the waiting for a hook" {
	for point in createRuntime createContainer startContainer poststart; do
		change 'del(.hooks)'
		rm -f "$seen"/{pid,order}
		hook "$point" "echo x >$seen/pid; exec sleep 98761"
		note_all poststop
		change '.process.args = ["sleep", "98761"]'
		for program in "$HOLT" "$HOLT_RUNTIME"; do
			local id=(c1)

			[ "$program" = "$HOLT_RUNTIME" ] || id=()
			rm -f "$seen"/{pid,order}
			"$program" run --bundle "$bundle" "${id[@]}" 3>&- \
				>"$seen/output" 2>&1 &
			wait_for_file "$seen/pid"
			kill -TERM $!
			status=0
			wait $! || status=$?
			[ "$status" -eq 125 ] || [ "$status" -eq 1 ] ||
				differs "ended with $status"
			grep -q 'interrupted by signal 15' "$seen/output" ||
				differs "$(<"$seen/output")"
			expect_order poststop
			run ! pgrep --euid "$(id -u)" -fx 'sleep 98761'
		done
	done
}

@test "create that is killed while a hook runs takes all with it, and delete --force finds it" {
	note_all poststop
	hook createContainer "echo \$\$ >$seen/inner; exec sleep 98761"
	hook createRuntime "echo \$PPID >$seen/create"
	bash -c '"$HOLT_RUNTIME" create --bundle "$1" c1 </dev/null >/dev/null 2>&1 || :' \
		- "$bundle" 3>&- &
	wait_for_file "$seen/inner"
	runtime state c1
	[ "$(jq -r .status <<<"$output")" = creating ]
	jq .pid <<<"$output" >"$seen/init"
	kill -KILL "$(<"$seen/create")"
	wait $!
	expect_ended "$seen/init"
	run ! pgrep --euid "$(id -u)" -fx 'sleep 98761'
	runtime state c1
	[ "$(jq -r .status <<<"$output")" = stopped ]
	runtime start c1
	expect_status 1
	runtime delete --force c1
	expect_status 0
	expect_order poststop
}

@test "a hook that fails while the container is made or started ends it" {
	for point in prestart createRuntime createContainer startContainer; do
		change 'del(.hooks)'
		rm -f "$seen"/{order,wait}
		note_all
		hook "$point" "echo 'it went wrong'; echo 'quite so' >&2; exit 3"
		hook "$point" "echo never >>$seen/order"
		in_bundle
		expect_status 125
		expect_output "holt: $point hook #1 (/bin/sh): exit status 3: it went wrong quite so"
		# All up to that point, and poststop.
		expect_order_until "$point"
		expect_nothing_left
	done
}

@test "create fails with its hooks, and leaves nothing" {
	for point in prestart createRuntime createContainer; do
		change 'del(.hooks)'
		rm -f "$seen"/{order,wait}
		note_all
		hook "$point" 'exit 3'
		create
		expect_status 1
		expect_text "$point hook #1 (/bin/sh): exit status 3"
		expect_order_until "$point"
		runtime state c1
		expect_status 1
		expect_text 'does not exist'
	done
}

@test "start fails with its hooks, and the container is gone" {
	note_all
	hook startContainer 'echo no; exit 3'
	create
	expect_status 0
	runtime start c1
	expect_status 1
	expect_output 'holt-runtime: startContainer hook #1 (/bin/sh): exit status 3: no'
	expect_order prestart createRuntime createContainer startContainer poststop
	runtime state c1
	expect_status 1
	expect_text 'does not exist'
}

@test "poststart: its failure is an error, and the container is gone" {
	note_all
	hook poststart 'echo no; exit 3'
	change '.process.args = ["sleep", "98761"]'
	in_bundle
	expect_status 125
	expect_output 'holt: poststart hook #1 (/bin/sh): exit status 3: no'
	expect_order prestart createRuntime createContainer startContainer \
		poststart poststop
	expect_nothing_left

	rm "$seen/order"
	create
	expect_status 0
	runtime start c1
	expect_status 1
	expect_output 'holt-runtime: poststart hook #1 (/bin/sh): exit status 3: no'
	expect_order prestart createRuntime createContainer startContainer \
		poststart poststop
	runtime state c1
	expect_text 'does not exist'
	run ! pgrep --euid "$(id -u)" -fx 'sleep 98761'

	rm "$seen/order"
	runtime run --bundle "$bundle" c1
	expect_status 1
	expect_order prestart createRuntime createContainer startContainer \
		poststart poststop
}

@test "poststop: its failure is a warning, and the others are run" {
	hook poststop 'echo no; exit 3'
	hook poststop 'sleep 98761' '{ "timeout": 1 }'
	note_all poststop
	in_bundle
	expect_status 0
	expect_line 'holt: warning: poststop hook #0 (/bin/sh): exit status 3: no'
	expect_line 'holt: warning: poststop hook #1 (/bin/sh): not done after 1 s: killed'
	expect_order command poststop

	create
	runtime start c1
	expect_stopped
	runtime --log-level warning delete c1
	expect_status 0
	expect_text 'poststop hook #0 (/bin/sh): exit status 3: no'
	expect_order command poststop command poststop
	runtime state c1
	expect_text 'does not exist'
}

@test "poststop is run too when the container could not be made" {
	note_all poststop
	change '.process.args = ["/nosuch"]'
	create
	expect_status 1
	expect_text '/nosuch'
	expect_order poststop
	run -127 "$HOLT" run --bundle "$bundle"
	expect_order poststop poststop
}

@test "delete --force of a running container runs poststop when it has ended" {
	# Nobody may have reaped it yet.
	hook poststop "grep -qs '^State:.[^Z]' /proc/\$(cat $seen/pid)/status
		echo \$? >>$seen/order"
	change '.process.args = ["sleep", "98761"]'
	create
	runtime start c1
	"$HOLT_RUNTIME" state c1 | jq .pid >"$seen/pid"
	[ "$(<"$seen/pid")" -gt 1 ]
	runtime delete --force c1
	expect_status 0
	[ "$(<"$seen/order")" -ne 0 ]
}

@test "hooks.path: what isn't absolute is refused before anything happens" {
	for point in "${points[@]}"; do
		change --arg point "$point" '.hooks = { ($point): [{ path: "bin/true" }] }'
		create
		expect_status 1
		expect_text "/hooks/$point/0/path: \"bin/true\" is not an absolute path"
		in_bundle
		expect_status 125
		expect_text "/hooks/$point/0/path: \"bin/true\" is not an absolute path"
	done
}

@test "hooks.timeout: what isn't greater than zero is refused" {
	for timeout in 0 -1; do
		change --argjson timeout "$timeout" \
			'.hooks = { poststop: [{ path: "/bin/true", timeout: $timeout }] }'
		create
		expect_status 1
		expect_text "/hooks/poststop/0/timeout"
	done
}

@test "a hook that can't be executed is named with the reason" {
	echo 'no program' >"$bundle/plain"
	for point in prestart createRuntime startContainer; do
		change --arg point "$point" '.hooks = { ($point): [{ path: "/nosuch/hook" }] }'
		in_bundle
		expect_status 125
		expect_output "holt: $point hook #0 (/nosuch/hook): can't be executed: No such file or directory"
	done
	change '.hooks = { createContainer: [{ path: "/nosuch/hook" }] }'
	in_bundle
	expect_status 125
	expect_output "holt: createContainer hook #0 (/nosuch/hook): can't be executed: No such file or directory"
	for point in createRuntime createContainer; do
		change --arg point "$point" --arg path "$bundle/plain" \
			'.hooks = { ($point): [{ path: $path }] }'
		in_bundle
		expect_status 125
		expect_output "holt: $point hook #0 ($bundle/plain): can't be executed: Permission denied"
	done
}

@test "a hook that a signal ends is a hook that failed" {
	hook createContainer 'echo help; kill -9 $$'
	in_bundle
	expect_status 125
	expect_output 'holt: createContainer hook #0 (/bin/sh): killed by signal 9: help'
}

@test "of a hook that said much, the last is in the error and the rest before it" {
	for point in createRuntime startContainer; do
		change 'del(.hooks)'
		hook "$point" 'i=0; while [ $i -lt 2000 ]; do echo "line $i of many"; i=$((i + 1)); done; exit 1'
		in_bundle
		expect_status 125
		tail -n 1 <<<"$output" | grep -q 'line 1999 of many$' ||
			differs 'the last line is missing'
		expect_line "holt: warning: $point hook #0 (/bin/sh): line 1900 of many"
		expect_no_text 'line 100 of many'
	done
}

@test "annotations: the files that the output of hooks is appended to" {
	change --arg out "$seen/out" --arg err "$seen/err" '.annotations = {
		"run.oci.hooks.stdout": $out, "run.oci.hooks.stderr": $err }'
	echo before >"$seen/out"
	for point in "${points[@]}"; do
		hook "$point" "echo $point to out; echo $point to err >&2"
	done
	create
	expect_status 0
	runtime start c1
	expect_status 0
	expect_stopped
	runtime delete c1
	expect_status 0
	[ "$(<"$seen/out")" = "$(printf '%s\n' before; printf '%s to out\n' "${points[@]}")" ] ||
		differs 'out:' "$(<"$seen/out")"
	[ "$(<"$seen/err")" = "$(printf '%s to err\n' "${points[@]}")" ] ||
		differs 'err:' "$(<"$seen/err")"

	change '.annotations["run.oci.hooks.stdout"] = "/nosuch/file"'
	create
	expect_status 1
	expect_text 'run.oci.hooks.stdout=/nosuch/file: No such file or directory'
}

@test "hooks of creation find the container's files by the root's path, and may mount there" {
	local root=$bundle/rootfs

	mkdir "$root/one" "$root/two"
	hook createContainer "ls -d $root/proc/1 $root$seen/note >$seen/there
		mount -t tmpfs -o size=64k first $root/one && echo text >$root/one/file"
	# As programs do that bring devices into a container.
	hook createRuntime "pid=\$(jq .pid); nsenter --target \$pid --user --mount --preserve-credentials \
		sh -c 'ls -d $root/proc/1 && mount -t tmpfs -o size=64k second $root/two && echo text >$root/two/file' >$seen/entered"
	change '.process.args = ["sh", "-c", "cat /one/file /two/file; cat /proc/self/mountinfo"]'
	in_bundle
	expect_status 0
	[ "$(<"$seen/there")" = "$(printf '%s\n' "$root/proc/1" "$root$seen/note")" ]
	[ "$(<"$seen/entered")" = "$root/proc/1" ]
	[ "$(head -n 2 <<<"$output")" = $'text\ntext' ] || differs 'wanted both files'
	# Nothing of the host's is there.
	expect_no_text " $bundle "
	[ "$(grep -c ' - tmpfs \(first\|second\) ' <<<"$output")" -eq 2 ]
	[ -z "$(find "$root/one" "$root/two" -type f)" ]
}

@test "createContainer hooks may change what will be read-only, and can't uncover what is covered" {
	change '.root.readonly = true | .linux.readonlyPaths = ["/proc/sys"]'
	hook createContainer 'echo made >new-file; grep Linux proc/version'
	change '.process.args = ["sh", "-c", "cat /new-file; grep Linux /proc/version || echo masked; echo x >/new-file"]'
	in_bundle
	expect_line made
	expect_line masked
	expect_text 'Read-only file system'
}

@test "holt run without a bundle has no hooks" {
	run "$HOLT" run --network none --rootfs "$BUSYBOX_ROOT" true
	expect_status 0
	expect_output ''
}
