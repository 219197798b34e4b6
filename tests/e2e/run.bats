#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt run: what a container is by default, what it may change, how its end and
# its signals come back, and that nothing stays behind.

load ../lib/helpers

teardown()
{
	expect_nothing_left
}

# Start holt in the background with what it prints at $from; wait for its line
# "ready". Its pid is $holt.
start()
{
	local line

	exec {from}< <(exec "$HOLT" run "$@")
	holt=$!
	read -r -t 20 -u "$from" line
	[ "$line" = ready ] || differs "wanted the line ready, not: $line"
}

wait_for_holt()
{
	status=0
	wait "$holt" || status=$?
}

# What a shell runs that takes signal $1, says so and ends with status 7.
trap_script()
{
	echo "trap 'echo got $1; exit 7' $1; echo ready; while :; do sleep 1 & wait; done"
}

@test "the caller is root inside" {
	run "$HOLT" run --rm host id -u
	expect_status 0
	expect_output 0
}

@test "the subordinate range is mapped above root" {
	local uids gids

	uids=$(sed -n "s/^$(id -un):\(.*\):\(.*\)/\1 \2/p" /etc/subuid)
	gids=$(sed -n "s/^$(id -un):\(.*\):\(.*\)/\1 \2/p" /etc/subgid)
	run "$HOLT" run host sh -c 'echo $(cat /proc/self/uid_map) / $(cat /proc/self/gid_map)'
	expect_status 0
	expect_output "0 $(id -u) 1 1 $uids / 0 $(id -g) 1 1 $gids"
}

@test "what is written to /tmp is seen inside and not on the host" {
	local name=/tmp/holt-run-$$

	run "$HOLT" run host sh -c "echo x >$name && cat $name"
	expect_status 0
	expect_output x
	[ ! -e "$name" ]
}

@test "the host's files can't be written" {
	run "$HOLT" run host sh -c 'echo x >/etc/holt-test'
	[ "$status" -ne 0 ]
	expect_text 'Read-only file system'
	run "$HOLT" run host sh -c 'chmod 0777 /usr'
	[ "$status" -ne 0 ]
}

@test "every mount of the host's is read-only in the root host" {
	local own='^/(dev(/.*)?|proc(/.*)?|tmp|var/tmp|run|home|root|etc/(hosts|hostname|resolv.conf))$'
	local at options

	run "$HOLT" run host cat /proc/self/mountinfo
	expect_status 0
	while read -r _ _ _ _ at options _; do
		[[ ,$options, == *,ro,* || $at =~ $own ]] ||
			differs "$at can be written"
	done <<<"$output"
}

@test "nothing lies over the root: /.. is the root again" {
	for root in host busybox; do
		run "$HOLT" run "$root" sh -c '[ "$(ls -A /home)" = "$(ls -A /../home)" ] &&
			cut -d" " -f5 /proc/self/mountinfo | grep -cx /'
		expect_status 0
		expect_output 1
	done
}

@test "init is called holt-init and tells nothing of the host" {
	run "$HOLT" run host sh -c 'tr "\\0" "\\n" </proc/1/cmdline | grep .; cat /proc/1/comm'
	expect_output $'holt-init\nholt-init'
	run "$HOLT" run host readlink /proc/1/exe /proc/1/cwd /proc/1/root
	expect_status 1
	expect_output ''
}

@test "the home directory is empty inside and can be written" {
	touch "$HOME/holt-test-$$"
	run "$HOLT" run host sh -c 'ls -A ~; ls -A "$1"; touch "$1/x" && rm "$1/x"' sh "$HOME"
	rm "$HOME/holt-test-$$"
	expect_status 0
	expect_output ''
}

@test "nothing of other people's homes and of /run is seen" {
	run "$HOLT" run host sh -c 'ls -A /home /run'
	expect_status 0
	expect_no_text "$(id -u)"
	for name in /home/*; do
		[ "$name" = "$HOME" ] || expect_no_line "${name##*/}"
	done
}

@test "processes, host name and IPC are the container's own" {
	run "$HOLT" run host sh -c 'ls -d /proc/[0-9]* | wc -l; hostname'
	expect_status 0
	[ "${lines[0]}" -le 6 ]
	[[ ${lines[1]} =~ ^[0-9a-f]{12}$ ]]
	for name in pid net mnt ipc uts user cgroup; do
		run "$HOLT" run host readlink "/proc/self/ns/$name"
		[ "$output" != "$(readlink "/proc/self/ns/$name")" ]
	done
}

@test "busybox can be written" {
	run "$HOLT" run busybox sh -c 'echo y >/etc/x && cat /etc/x'
	expect_status 0
	expect_output y
}

@test "busybox forgets what was written" {
	run "$HOLT" run busybox touch /kept
	expect_status 0
	run "$HOLT" run busybox ls /kept
	expect_status 1
}

@test "busybox has users: adduser, chown, su" {
	run "$HOLT" run busybox sh -c 'adduser -D bob && touch /x &&
		chown bob:bob /x && stat -c %U:%G /x && su bob -c "id -un; pwd"'
	expect_status 0
	expect_line bob:bob
	expect_line bob
}

@test "adduser of busybox does what its options say" {
	run "$HOLT" run busybox sh -c 'adduser -D -H -h /data -s /bin/false -u 1234 -g "A B" eve &&
		grep eve /etc/passwd; ls -d /data'
	expect_line 'eve:x:1234:1234:A B:/data:/bin/false'
	expect_status 1
	run "$HOLT" run busybox sh -c 'adduser -D a && adduser -D b && adduser -D -G a c && tail -n 3 /etc/passwd | cut -d: -f3,4'
	expect_output $'1000:1000\n1001:1001\n1002:1000'
	run "$HOLT" run busybox sh -c 'adduser -D root'
	expect_status 1
	expect_output "adduser: user 'root' exists"
}

@test "busybox can mount" {
	run "$HOLT" run busybox sh -c 'mount -t tmpfs t /mnt && touch /mnt/x && ls /mnt'
	expect_status 0
	expect_output x
}

@test "the exit status is the command's" {
	run "$HOLT" run host true
	expect_status 0
	run "$HOLT" run host false
	expect_status 1
	run "$HOLT" run host sh -c 'exit 42'
	expect_status 42
	run "$HOLT" run --init=false host sh -c 'exit 42'
	expect_status 42
}

@test "127: there is no such command" {
	run -127 "$HOLT" run host /nonexistent
	expect_output 'holt: exec: "/nonexistent": no such file or directory'
	run -127 "$HOLT" run host nosuch
	expect_output "holt: exec: \"nosuch\": executable file not found in \$PATH"
	run -127 "$HOLT" run host /etc/passwd/x
	run -127 "$HOLT" run host ''
}

@test "126: it can't be executed" {
	run "$HOLT" run host /etc/passwd
	expect_status 126
	expect_output 'holt: exec: "/etc/passwd": permission denied'
	run "$HOLT" run host /etc
	expect_status 126
	expect_text 'is a directory'
}

@test "126: it is no program; a script without #! is not given to a shell" {
	printf 'echo hello\n' >"$BATS_TEST_TMPDIR/script"
	chmod 0755 "$BATS_TEST_TMPDIR/script"
	run "$HOLT" run -v "$BATS_TEST_TMPDIR:/mnt" host /mnt/script
	expect_status 126
	expect_output 'holt: exec: "/mnt/script": exec format error'
}

@test "127: its interpreter is missing, and the message says so" {
	printf '#!/no/such/shell\n' >"$BATS_TEST_TMPDIR/script"
	chmod 0755 "$BATS_TEST_TMPDIR/script"
	run -127 "$HOLT" run -v "$BATS_TEST_TMPDIR:/mnt" host /mnt/script
	expect_text 'no such file or directory (interpreter "/no/such/shell" missing)'
	# What goes to a terminal is chosen by others.
	printf '#!/no/\033[31m\n' >"$BATS_TEST_TMPDIR/script"
	run -127 "$HOLT" run -v "$BATS_TEST_TMPDIR:/mnt" host /mnt/script
	expect_text 'no such file or directory (its interpreter or loader is missing)'
	# A dynamic loader: in a root that has none.
	cp /usr/bin/true "$BATS_TEST_TMPDIR/program"
	run -127 "$HOLT" run -v "$BATS_TEST_TMPDIR:/mnt" busybox /mnt/program
	expect_match 'no such file or directory \(interpreter "/lib.*/ld-linux[^"]*" missing\)'
}

@test "125: holt itself failed" {
	run "$HOLT" run --nosuch host true
	expect_status 125
	expect_text --nosuch
	run "$HOLT" run --pull never nosuchroot true
	expect_refusal nosuchroot
	run "$HOLT" run
	expect_status 125
	expect_text 'no IMAGE given'
}

@test "128 and the signal: the command was killed" {
	run "$HOLT" run host sh -c 'kill -9 $$'
	expect_status 137
	run "$HOLT" run host sh -c 'kill -TERM $$'
	expect_status 143
	run "$HOLT" run host sh -c 'kill -USR1 $$'
	expect_status 138
}

@test "stdin is read with -i only" {
	run "$HOLT" run -i busybox cat <<<hello
	expect_output hello
	run "$HOLT" run busybox cat <<<hello
	expect_status 0
	expect_output ''
}

@test "stdout and stderr stay apart" {
	run --separate-stderr "$HOLT" run busybox sh -c 'echo out; echo err >&2'
	[ "$output" = out ]
	[ "$stderr" = err ]
}

@test "megabytes go through unharmed" {
	local sum

	head -c 5000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	sum=$(sha256sum <"$BATS_TEST_TMPDIR/data")
	run bash -c '"$HOLT" run -i busybox cat <"$1" | sha256sum' - "$BATS_TEST_TMPDIR/data"
	expect_output "$sum"
}

@test "arguments arrive as they were typed" {
	run "$HOLT" run busybox printf '<%s>' a '' 'b  c' $'d\ne' --rm -- '*' '"'
	expect_output $'<a><><b  c><d\ne><--rm><--><*><">'
}

@test "signals to holt reach the command" {
	for signal in TERM INT HUP QUIT USR1 USR2; do
		start host sh -c "$(trap_script $signal)"
		kill -s $signal "$holt"
		read -r -t 20 -u "$from" line
		[ "$line" = "got $signal" ]
		wait_for_holt
		expect_status 7
	done
}

@test "signals reach a command that is PID 1" {
	for signal in TERM INT USR1; do
		start --init=false host sh -c "$(trap_script $signal)"
		kill -s $signal "$holt"
		read -r -t 20 -u "$from" line
		[ "$line" = "got $signal" ]
		wait_for_holt
		expect_status 7
	done
}

@test "a command without handler dies of the signal, as on the host" {
	start host sh -c 'echo ready; exec sleep 60'
	kill -TERM "$holt"
	wait_for_holt
	expect_status 143
}

@test "a signal reaches a command of another user" {
	start -u 12 busybox sh -c "$(trap_script TERM)"
	kill -TERM "$holt"
	wait_for_holt
	expect_status 7
}

@test "the command starts with every signal as by default" {
	run bash -c 'trap "" INT USR1 PIPE; "$HOLT" run host grep -E "Sig(Blk|Ign)" /proc/self/status'
	expect_line $'SigBlk:\t0000000000000000'
	expect_line $'SigIgn:\t0000000000000000'
}

@test "no terminal is left to the command without -t" {
	run "$HOLT" run host sh -c 'exec 3<>/dev/tty'
	[ "$status" -ne 0 ]
	expect_text 'No such device'
}

@test "orphans end with the command" {
	start host sh -c 'setsid sleep 987 & echo ready; exit 3'
	wait_for_holt
	expect_status 3
	! pgrep --euid "$(id -u)" -f 'sleep 987'
}

@test "closed standard streams do no harm" {
	run bash -c '"$HOLT" run host true <&- >&- 2>&-'
	expect_status 0
	run bash -c '"$HOLT" run -i host cat <&-'
	expect_status 0
	expect_output ''
}

@test "a full disk for output is the command's business" {
	run bash -c '"$HOLT" run host echo hello >/dev/full'
	[ "$status" -ne 0 ]
	expect_text 'No space left'
}

@test "many at the same time don't hinder each other" {
	local pids=() pid

	for i in 1 2 3 4 5 6 7 8; do
		"$HOLT" run busybox sh -c "exit $i" &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6 7 8; do
		status=0
		wait "${pids[i - 1]}" || status=$?
		expect_status "$i"
	done
}

@test "our own umask is not the container's" {
	run bash -c 'umask 077; "$HOLT" run --network none -u 5 -w /new/dir busybox \
		sh -c "umask; ls /usr/bin >/dev/null && stat -c %a /usr /new /new/dir /etc/passwd /dev"'
	expect_status 0
	expect_output $'0022\n755\n755\n755\n644\n755'
}

@test "an empty environment and a removed directory are no trouble" {
	run env -i "$HOLT" run --network none host id -u
	expect_output 0
	mkdir "$BATS_TEST_TMPDIR/gone"
	cd "$BATS_TEST_TMPDIR/gone"
	rmdir "$BATS_TEST_TMPDIR/gone"
	run "$HOLT" run --network none host pwd
	expect_output /
}

@test "where descriptors run out it fails, and shows nothing of the host" {
	local seen=0

	for limit in {8..40}; do
		run bash -c 'ulimit -n "$1"; "$HOLT" run --network none host sh -c "ls -A /run /var/tmp"' - "$limit"
		[[ $status -eq 125 || $output == $'/run:\n\n/var/tmp:' ]] || differs "with $limit descriptors"
		[ "$status" -eq 125 ] || seen=1
	done
	[ "$seen" -eq 1 ]
}
