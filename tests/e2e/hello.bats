#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The root "hello": a container that needs nothing, and says what it sees.

load ../lib/helpers

# What follows the label $1 in the output, rows that go on included.
row()
{
	awk -v label="$1" '
		BEGIN { label = sprintf("%-14s", label) }
		substr($0, 1, 14) !~ /^ *$/ { found = substr($0, 1, 14) == label }
		/^$/ { found = 0 }
		found { printf "%s%s", (n++ ? " " : ""), substr($0, 15) }' <<<"$output"
}

expect_row()
{
	[ "$(row "$1")" = "$2" ] || differs "wanted of $1: $2" "got: $(row "$1")"
}

hello()
{
	run "$HOLT" run "$@"
	expect_status 0
	[ "$(wc -l <<<"$output")" -le 25 ] || differs 'too long to read'
	[ -z "$(awk 'length > 79' <<<"$output")" ] || differs 'too wide'
}

setup()
{
	uid=$(id -u) gid=$(id -g)
	IFS=: read -r _ subuid count < <(grep "^$(id -un):" /etc/subuid)
	IFS=: read -r _ subgid _ < <(grep "^$(id -un):" /etc/subgid)
}

@test "hello says what a container sees without options" {
	hello --hostname greeter hello
	[[ $output == 'Hello from a container of holt.'* ]] || differs 'no greeting'
	expect_row user 'root: uid 0, gid 0, groups 0'
	expect_row 'user ids' "0 is $uid outside; 1-$count are $subuid-$((subuid + count - 1)); $((count + 1)) in all"
	expect_row 'group ids' "0 is $gid outside; 1-$count are $subgid-$((subgid + count - 1)); $((count + 1)) in all"
	expect_row capabilities 'CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP'
	expect_row privileges 'setuid programs work'
	expect_row 'system calls' 'filtered by seccomp'
	expect_row 'host name' greeter
	expect_row processes '2 can be seen: 1 is holt-init, this is 2'
	expect_row network 'lo: 127.0.0.1 tap0: 10.0.2.100'
	expect_row root 'can be written to, until the container ends'
	expect_text 'holt run -it busybox'
	expect_nothing_left
}

@test "hello shows what options change" {
	hello --read-only --network none --user nobody hello
	expect_row user 'uid 65534, gid 65534, groups 65534'
	expect_row capabilities 'none now; a setuid program could get 11'
	expect_row network 'lo: 127.0.0.1 and nothing outside can be reached'
	expect_row root read-only
	hello --cap-drop all --cap-add sys_time,net_raw --security-opt no-new-privileges hello
	expect_row capabilities 'NET_RAW SYS_TIME'
	expect_row privileges 'no_new_privs: no program can gain any'
	hello --privileged --network host --pid host hello
	expect_row capabilities "all $(($(cat /proc/sys/kernel/cap_last_cap) + 1))"
	expect_row 'system calls' 'not filtered'
	expect_match "1 is $(cat /proc/1/comm),"
	expect_match 'network +lo: 127\.0\.0\.1'
	hello --userns keep-id hello
	expect_row user "uid $uid, gid $gid, groups $gid"
	hello --init=false -t hello
	expect_match '1 is hello, this is 1'
}

@test "hello is one program, and a word only as a whole" {
	run -127 "$HOLT" run hello sh
	run "$HOLT" run --entrypoint /hello hello
	expect_status 0
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	run "$HOLT" run --pull never hello:latest
	expect_refusal 'hello:latest: image not known'
	run "$HOLT" run --pull never hello-world
	expect_refusal 'hello-world: image not known'
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/none
	run "$HOLT" run --pull never hello
	expect_status 0
	[ ! -e "$XDG_DATA_HOME" ] || differs 'it has made a store'
	run "$HOLT" __complete run hel
	expect_output $'hello\twhat a container sees of itself'
}

@test "hello that can't write says so by its status" {
	run bash -c "'$HOLT' run hello >/dev/full"
	expect_status 1
}

@test "hello is missing where it isn't installed beside holt" {
	cp "$HOLT" "$BATS_TEST_TMPDIR/holt"
	run "$BATS_TEST_TMPDIR/holt" run hello
	expect_refusal "$BATS_TEST_TMPDIR/holt-hello is missing: it is installed beside holt"
}
