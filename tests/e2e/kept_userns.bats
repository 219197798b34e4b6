#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The user namespace that is kept between containers, and who keeps it.

load ../lib/helpers

KILL_EACH=${KILL_EACH:-$BATS_TEST_DIRNAME/../../build/tests/kill_each}

setup_file()
{
	setup_busybox_root
	# What a container's map is without all this.
	uid_map=$("$HOLT" run --rm --network none --rootfs "$BUSYBOX_ROOT" \
		cat /proc/self/uid_map)
	export uid_map
}

setup()
{
	export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run HOLT_KEEP_USERNS=600
	mkdir -m 0700 "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR/holt"
	file=$XDG_RUNTIME_DIR/holt/userns
	box=("$HOLT" run --rm --network none --rootfs "$BUSYBOX_ROOT")
}

teardown()
{
	pkill -KILL -x holt-userns || :
}

# The user namespaces that process $1 is in and below, innermost first, as inodes.
namespaces()
{
	python3 -c '
import fcntl, os, sys
NS_GET_PARENT = 0xb702
fd = os.open(sys.argv[1], os.O_RDONLY)
try:
    while True:
        print(os.fstat(fd).st_ino)
        fd = fcntl.ioctl(fd, NS_GET_PARENT)
except OSError:
    pass' "/proc/$1/ns/user"
}

# Start a container in the background; its command, which may be looked into, is
# $inner.
start()
{
	local init

	"${box[@]}" "$@" sleep 1000 3>&- &
	holt=$!
	eventually eval 'init=$(pgrep -P "$holt" "holt-init|sleep") &&
		inner=$(pgrep -x -P "$init,$holt" sleep)'
}

stop()
{
	kill -KILL "$holt"
	wait "$holt" || :
}

# Is the container's user namespace one that was made in what $keeper keeps?
is_inside()
{
	[ "$(namespaces "$inner" | sed -n 2p)" = "$(stat -L -c %i "/proc/$keeper/ns/user")" ]
}

# Somebody keeps one: his number is there.
keep()
{
	"${box[@]}" true
	wait_for_file "$file"
	keeper=$(<"$file")
}

is_gone()
{
	! kill -0 "$1" 2>/dev/null
}

@test "the second start is in it, and sees the same" {
	local first

	first=$(HOLT_KEEP_USERNS=0 "${box[@]}" cat /proc/self/uid_map /proc/self/gid_map)
	keep
	for mode in host keep-id nomap; do
		start --userns "$mode"
		is_inside || differs "$mode: $(namespaces "$inner")"
		stop
	done
	run "${box[@]}" cat /proc/self/uid_map /proc/self/gid_map
	expect_status 0
	expect_output "$first"
	run "${box[@]}" --userns keep-id id -u
	expect_output "$(id -u)"
	run "${box[@]}" --userns nomap sh -c 'id -u; cat /proc/self/uid_map'
	expect_status 0
	expect_no_text " $(id -u) "
	run "${box[@]}" sh -c 'touch /tmp/f && chown 7:8 /tmp/f && stat -c %u:%g /tmp/f &&
		cat /proc/self/setgroups'
	expect_output $'7:8\nallow'
	run "${box[@]}" -u app id -G
	expect_status 0
	expect_output "1000 2000"
}

@test "it is kept by a process that can do nothing, in a session of its own" {
	local fd

	keep
	[ "$(ps -o sid= -p "$keeper" | tr -d ' ')" = "$keeper" ]
	run grep -E '^(CapPrm|CapEff|NoNewPrivs)' "/proc/$keeper/status"
	expect_output $'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1'
	[ "$(readlink "/proc/$keeper/cwd")" = / ]
	for fd in "/proc/$keeper"/fd/*; do
		[[ $(readlink "$fd") = @(/dev/null|$file) ]] || differs "$(readlink "$fd")"
	done
}

@test "nobody waits for it: it is no child of holt's, and holds no output" {
	run timeout 60 bash -c '"$@" true | cat' bash "${box[@]}"
	expect_status 0
	wait_for_file "$file"
	keeper=$(<"$file")
	kill -KILL "$keeper"
	eventually is_gone "$keeper" # while it dies it still has the lock
	: >"$file"
	start
	wait_for_file "$file"
	run ps -o comm= --ppid "$holt"
	expect_output "$(ps -o comm= -p "$(ps -o ppid= -p "$inner" | tr -d " ")")"
	stop
}

@test "each container has a user namespace of its own" {
	local kept one

	keep
	start
	one=$inner other=$holt
	start
	is_inside
	[ "$(readlink "/proc/$one/ns/user")" != "$(readlink "/proc/$inner/ns/user")" ]
	[ "$(namespaces "$one" | sed -n 2p)" = "$(namespaces "$inner" | sed -n 2p)" ]
	kill -KILL "$other"
	stop
}

@test "no way leads from a container into what is kept" {
	local fd inode pid

	keep
	inode=$(readlink "/proc/$keeper/ns/user")
	run "$HOLT" run --rm --network none --pid host host sh -c "
		readlink /proc/$keeper/ns/user
		nsenter --user=/proc/$keeper/ns/user id -u"
	expect_no_text "$inode"
	expect_match 'nsenter: .*(Permission denied|Operation not permitted)'
	for word in true false; do
		start "--init=$word"
		for pid in "$holt" "$inner"; do
			for fd in "/proc/$pid"/fd/*; do
				[ "$(readlink "$fd")" != "$inode" ] ||
					differs "$pid has it open"
			done
		done
		stop
	done
}

@test "it goes when nobody has asked for so long" {
	HOLT_KEEP_USERNS=1
	keep
	eventually is_gone "$keeper"
	run "${box[@]}" true
	expect_status 0
}

@test "who asks lengthens its life" {
	local i

	HOLT_KEEP_USERNS=3
	keep
	for ((i = 0; i < 6; i++)); do
		sleep 1
		"${box[@]}" true
	done
	[ "$(<"$file")" = "$keeper" ]
	start
	is_inside
	stop
}

@test "it goes when its runtime directory is removed" {
	HOLT_KEEP_USERNS=1
	keep
	rm -r "$XDG_RUNTIME_DIR/holt"
	eventually is_gone "$keeper"
}

@test "killed, it is missed by nobody, and another is there for the next" {
	local first

	keep
	first=$keeper
	kill -KILL "$keeper"
	eventually is_gone "$keeper"
	run "${box[@]}" cat /proc/self/uid_map
	expect_status 0
	expect_output "$uid_map"
	eventually eval 'keeper=$(<"$file"); [ -n "$keeper" ] && [ "$keeper" != "$first" ]'
	start
	is_inside
	stop
}

@test "there is one, however many begin at the same time" {
	local i

	for ((i = 0; i < 8; i++)); do
		"${box[@]}" true 3>&- &
	done
	wait
	wait_for_file "$file"
	keeper=$(<"$file")
	eventually eval '[ "$(pgrep -x holt-userns)" = "$keeper" ]'
	[ "$(pgrep -c -f "keep-userns")" -eq 1 ]
}

@test "0 keeps none, and what is no number is refused" {
	HOLT_KEEP_USERNS=0 "${box[@]}" true
	[ ! -e "$file" ]
	HOLT_KEEP_USERNS=soon run "${box[@]}" true
	expect_refusal "HOLT_KEEP_USERNS: 'soon' is not a number of seconds"
	HOLT_KEEP_USERNS=86401 run "${box[@]}" true
	expect_refusal "HOLT_KEEP_USERNS: '86401' is not a number of seconds"
	run "$HOLT" keep-userns
	expect_refusal 'keep-userns: give a number of seconds'
}

# Hold the lock, and let the number be that of process $1.
pretend()
{
	printf %s "$1" >"$file"
	flock "$file" sleep 2000 3>&- &
	holder=$!
	eventually eval '! flock --nonblock "$file" true'
}

# A container is made outside of it, and nothing is missing there.
expect_outside()
{
	start
	[ "$(namespaces "$inner" | wc -l)" -eq "$(($(namespaces self | wc -l) + 1))" ] ||
		differs "$1: $(namespaces "$inner")"
	[ "$(<"/proc/$inner/uid_map")" = "$uid_map" ]
	stop
}

@test "what isn't such a namespace isn't taken for one" {
	local other pid

	unshare --user --map-root-user sleep 2000 3>&- &
	other=$!
	eventually eval '[ "$(readlink /proc/$other/ns/user)" != "$(readlink /proc/self/ns/user)" ]'
	for pid in '' 0 -1 x 99999999999 $$ 1 "$other"; do
		pretend "$pid"
		expect_outside "$pid"
		pkill -P "$holder"
	done
	kill "$other"
}

@test "where no namespace can be made in it, one is made outside" {
	keep
	python3 -c '
import ctypes, os, sys
if ctypes.CDLL(None).setns(os.open(sys.argv[1], os.O_RDONLY), 0x10000000) != 0:
    sys.exit("setns")
with open("/proc/sys/user/max_user_namespaces", "w", encoding="ascii") as file:
    file.write("0")' "/proc/$keeper/ns/user"
	expect_outside
	run "$HOLT" --debug "${box[@]:1}" true
	expect_status 0
	expect_text 'the user namespace that is kept is of no use: make one in it: '
}

@test "holt killed at any of its system calls leaves no process of the container" {
	local job jobs=("$BATS_TEST_TMPDIR"/{0,1})

	for job in "${jobs[@]}"; do
		mkdir -p "$job/run"
		chmod 0700 "$job/run"
		XDG_RUNTIME_DIR=$job/run "${box[@]}" true
		wait_for_file "$job/run/holt/userns"
	done
	run --separate-stderr "$KILL_EACH" ${HOLT_SANITIZED:+--every 7} \
		--after '[ "$(find run -type f)" = run/holt/userns ]' \
		"${jobs[@]}" -- "${box[@]}" true
	expect_status 0
	[ "$output" -ge 100 ]
}
