#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What has been broken elsewhere by coming into a container that is already in
# somebody else's hands: each published hole, tried on holt-runtime exec.

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
	change '.process.capabilities = ([["bounding", "effective", "permitted"][] |
		{ (.): ["CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_KILL",
			"CAP_DAC_READ_SEARCH", "CAP_SETUID", "CAP_SETGID"] }] | add)'
	secret=secret-$RANDOM$RANDOM$RANDOM
	mkdir canary
	echo "$secret" >canary/file
	before=$(find canary -printf '%y %m %U:%G %s %T@ %p\n')
}

teardown()
{
	[ -z "${stuck:-}" ] || kill "$stuck"
	[ "$before" = "$(find canary -printf '%y %m %U:%G %s %T@ %p\n')" ]
	remove_box
}

# Start an exec that is held in the container before it becomes its command: the
# runtime waits at a socket that takes nobody in.
hold_exec()
{
	python3 "$BATS_TEST_DIRNAME/../lib/stuck_socket.py" "$PWD/stuck" 3>&- &
	stuck=$!
	eventually [ -e stuck.full ]
	"$RUNTIME" exec --pidfd-socket "$PWD/stuck" "$@" box sleep 333 \
		>held.out 2>&1 3>&- &
	held=$!
	eventually find_held
}

# The process of the held exec, by its number in the container.
find_held()
{
	local file text

	for file in /proc/[0-9]*/status; do
		text=$(cat "$file" 2>/dev/null) || continue
		[[ $text == *$'\nPPid:\t'$held$'\n'* ]] || continue
		pid=$(awk '/^NSpid:/ && NF > 2 { print $NF }' <<<"$text")
		[ -z "$pid" ] || return 0
	done
	return 1
}

release_exec()
{
	kill "$stuck"
	stuck=
	wait "$held" || :
}

@test "CVE-2016-9962: who comes in can't be traced, read or taken over" {
	map_ranges
	start_box
	hold_exec
	rt exec box cat "/proc/$pid/comm"
	[[ $output == holt* ]] || differs "it isn't held before its command"
	rt exec box /inside pry "$pid"
	expect_output "pidfd opened"
	rt exec box ls -l "/proc/$pid/fd"
	expect_no_text " -> "
	release_exec
}

@test "CVE-2016-9962: the same with the caller's own id alone" {
	start_box
	hold_exec
	rt exec box /inside pry "$pid"
	expect_output "pidfd opened"
	release_exec
}

@test "CVE-2016-9962: and the way in isn't seen at all" {
	start_box
	cat >"$bundle/rootfs/hunt" <<-'EOF'
	while [ ! -e /stop ]; do
		for p in /proc/[0-9]*; do
			readlink $p/exe; ls -l $p/fd/; cat $p/environ
		done
	done >/caught 2>/dev/null
	EOF
	"$RUNTIME" exec -d box sh /hunt >out 2>&1
	for i in {1..60}; do
		HUNTED=$secret "$RUNTIME" exec box true
	done
	touch "$bundle/rootfs/stop"
	eventually grep -qa /bin/sh "$bundle/rootfs/caught"
	run grep -aE "holt|memfd|$secret" "$bundle/rootfs/caught"
	expect_output ""
}

@test "the hunters do bite: they get into a process that is like theirs" {
	start_box
	rt exec box sh -c 'sleep 5 & /inside pry $!'
	expect_line ptrace
	expect_line memory
	expect_match "exe is /bin/s"
}

@test "CVE-2019-5736: the runtime can't be overwritten from inside" {
	mkdir bin
	cp "${HOLT_RUNTIME:-$BATS_TEST_DIRNAME/../../build/holt-runtime}" bin
	sum=$(sha256sum bin/holt-runtime)
	RUNTIME=$BATS_TEST_TMPDIR/own
	printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$PWD/bin/holt-runtime" \
		"$BATS_FILE_TMPDIR/state" >"$RUNTIME"
	chmod +x "$RUNTIME"
	map_ranges
	start_box
	printf '#!/proc/self/exe\n' >"$bundle/rootfs/trap"
	chmod +x "$bundle/rootfs/trap"
	for words in /trap /proc/self/exe '/trap --version'; do
		"$RUNTIME" exec -d box sh -c 'for i in $(seq 200); do
			for p in /proc/[0-9]*; do /inside write-exe ${p#/proc/}; done
			done' >out 2>&1
		# Interpreted by what runs it: our own program, in the container.
		rt exec box $words
		expect_no_text "written 1"
	done
	hold_exec
	rt exec box /inside write-exe "$pid"
	expect_output "written 0"
	release_exec
	[ "$sum" = "$(sha256sum bin/holt-runtime)" ]
}

@test "CVE-2024-21626: the working directory through a leaked descriptor" {
	start_box
	exec 7<canary 9</ 17<"$HOME"
	for number in {3..20}; do
		for way in "/proc/self/fd/$number" "/proc/1/fd/$number" \
			"/proc/self/fd/$number/.." "/proc/thread-self/fd/$number"; do
			rt exec --cwd "$way" box ls ../../..
			expect_failure "enter the working directory $way"
		done
		ln -sfn "/proc/self/fd/$number" "$bundle/rootfs/w"
		rt exec --cwd /w box ls ../../..
		expect_failure "enter the working directory /w"
	done
	for way in /proc/self/cwd /proc/self/root /proc/1/cwd /proc/1/root/..; do
		rt exec --cwd "$way" box sh -c 'pwd; ls ../../..'
		[ "$status" -eq 255 ] || expect_line inside
	done
	jq -n '{ args: ["pwd"], cwd: "/proc/self/fd/9", env: ["PATH=/bin"] }' >p.json
	rt exec --process p.json box
	expect_failure "enter the working directory"
	exec 7<&- 9<&- 17<&-
}

@test "CVE-2024-21626: the command through a leaked descriptor" {
	start_box
	exec 7</ 9</bin/sh
	for number in {3..20}; do
		rt exec box "/proc/self/fd/$number/bin/sh" -c 'echo out'
		expect_failure 'exec: "/proc/self/fd/'
		rt exec box "/proc/self/fd/$number" -c 'echo out'
		expect_failure 'exec: "/proc/self/fd/'
	done
	rt exec box /inside descriptors
	expect_output "0
1
2"
	exec 7<&- 9<&-
}

@test "CVE-2025-52565: the terminal is the container's own, whatever it mounts there" {
	start_box
	# The container's root has CAP_SYS_ADMIN, so it can mount.
	"$RUNTIME" exec box sh -c 'mkdir /fake; echo x >/fake/ptmx; echo x >/fake/0
		mount -t tmpfs fake /dev/pts && touch /dev/pts/ptmx /dev/pts/0'
	rt exec -t box true
	expect_failure "/dev/pts of the container is none"
	"$RUNTIME" exec box sh -c 'umount /dev/pts && mount --bind /fake/ptmx /dev/pts/ptmx'
	rt exec -t box true
	expect_failure "open ptmx"
	"$RUNTIME" exec box sh -c 'umount /dev/pts/ptmx; umount /dev/pts; rmdir /dev/pts
		ln -s /fake /dev/pts'
	rt exec -t box true
	expect_failure "/dev/pts of the container is none"
}

@test "CVE-2019-16884, CVE-2025-52881: a false /proc changes nothing" {
	start_box
	"$RUNTIME" exec box sh -c 'mkdir -p /fake/self/attr /fake/self/fd
		for f in oom_score_adj setgroups uid_map attr/exec attr/current; do
			echo untouched >/fake/self/$f; done
		ln -s self /fake/thread-self; mount --bind /fake /proc'
	rt exec box cat /proc/self/oom_score_adj
	expect_output untouched
	rt exec box grep -L '^untouched$' /fake/self/oom_score_adj /fake/self/setgroups \
		/fake/self/uid_map /fake/self/attr/exec /fake/self/attr/current
	expect_output ""
	"$RUNTIME" exec -d --pid-file "$PWD/pid" box sleep 500 >out 2>&1
	[ "$(<"/proc/$(<pid)/oom_score_adj")" = 500 ]
}

@test "CVE-2017-5226: nothing is typed into the caller's terminal" {
	start_box
	run script -qec "'$RUNTIME' exec box /inside type 'echo typed-in'; '$RUNTIME' exec -t box /inside type x" /dev/null
	expect_text "typed 0"
	expect_no_text typed-in
}

@test "CVE-2021-43784: words of any length" {
	start_box
	for size in 65535 65536 65537 120000; do
		word=$(head -c "$size" /dev/zero | tr '\0' x)
		rt exec --env "LONG=$word" box sh -c 'echo ${#LONG}'
		expect_output "$size"
		rt exec --cwd "/$word" box true
		expect_status 255
		rt exec box "$word"
		expect_status 255
	done
}

@test "a passwd that is huge, endless or a trap gives no home, and no wait" {
	start_box
	rm "$bundle/rootfs/etc/passwd"
	truncate -s 8G "$bundle/rootfs/etc/passwd"
	run timeout 10 "$RUNTIME" exec box sh -c 'echo $HOME'
	expect_output /
	for target in /dev/zero /proc/self/fd/0 /proc/1/root/../../etc/passwd; do
		ln -sf "$target" "$bundle/rootfs/etc/passwd"
		run timeout 10 "$RUNTIME" exec box sh -c 'echo $HOME'
		expect_output /
	done
}
